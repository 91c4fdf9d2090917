package proxy

import (
	"fmt"
	"io"
	"mime"
	mimeparts "mime/multipart"
	"strings"
	"testing"
)

func TestRanges(t *testing.T) {
	const body = "0123456789"
	tests := []struct {
		field  string
		status int
		want   string // body or Content-Range
	}{
		{"bytes=0-3", 206, "bytes 0-3/10 0123"},
		{"bytes=0-0", 206, "bytes 0-0/10 0"},
		{"bytes=5-", 206, "bytes 5-9/10 56789"},
		{"bytes=-3", 206, "bytes 7-9/10 789"},
		{"bytes=-99", 206, "bytes 0-9/10 0123456789"},
		{"bytes=8-99", 206, "bytes 8-9/10 89"},
		{"BYTES=1-2", 206, "bytes 1-2/10 12"},
		{"bytes= 1-2 , ", 206, "bytes 1-2/10 12"},
		{"bytes=20-,1-2", 206, "bytes 1-2/10 12"},
		{"bytes=10-", 416, "bytes */10"},
		{"bytes=-0", 416, "bytes */10"},
		{"bytes=99999999999999999999-", 416, "bytes */10"},
		{"bytes=3-2", 200, body},
		{"bytes=a-2", 200, body},
		{"bytes=+1-2", 200, body},
		{"bytes=-", 200, body},
		{"bytes=1", 200, body},
		{"bytes=", 200, body},
		{"bytes=,", 200, body},
		{"bytes=0-1,x", 200, body},
		{"seconds=0-1", 200, body},
		{"bytes", 200, body},
		{"bytes=0-9,0-9", 200, body},
		{"bytes=" + strings.Repeat("0-0,", 17), 200, body},
	}
	p := newProxy(t, Config{})
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			rep := representation{mediaType: "text/plain", bytes: []byte(body), size: 10}
			x := exchange(t, "GET /", "Range: "+tt.field)
			rep.answer(p, x, visit{})
			a := collect(t, x)
			got := a.body
			switch a.status {
			case 206:
				got = a.field("Content-Range") + " " + a.body
			case 416:
				got = a.field("Content-Range")
			}
			if a.status != tt.status || got != tt.want {
				t.Errorf("got %d %q, want %d %q", a.status, got, tt.status, tt.want)
			}
		})
	}
}

func TestSeveralRanges(t *testing.T) {
	p := newProxy(t, Config{})
	rep := representation{mediaType: "text/plain", bytes: []byte("0123456789"), size: 10, coding: brCoding}
	x := exchange(t, "GET /", "Range: bytes=0-1, 99-, 4-5, -1")
	x.Request.ID = "f00-ba'r"
	rep.answer(p, x, visit{})
	a := collect(t, x)
	kind, params, err := mime.ParseMediaType(a.field("Content-Type"))
	if a.status != 206 || kind != "multipart/byteranges" || err != nil {
		t.Fatalf("%d %s", a.status, a.field("Content-Type"))
	}
	if a.field("Content-Range") != "" || a.field("Content-Encoding") != "br" {
		t.Errorf("the whole has Content-Range %q, Content-Encoding %q", a.field("Content-Range"), a.field("Content-Encoding"))
	}
	var got []string
	for r := mimeparts.NewReader(strings.NewReader(a.body), params["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(part)
		got = append(got, fmt.Sprintf("%s %s %s", part.Header.Get("Content-Type"), part.Header.Get("Content-Range"), b))
	}
	want := "text/plain bytes 0-1/10 01;text/plain bytes 4-5/10 45;text/plain bytes 9-9/10 9"
	if g := strings.Join(got, ";"); g != want {
		t.Errorf("got  %s\nwant %s", g, want)
	}
}

func TestIfRange(t *testing.T) {
	const date = "Sat, 14 Mar 2026 12:00:00 GMT"
	p := newProxy(t, Config{})
	tests := []struct {
		name, method string
		fields       []string
		status       int
	}{
		{"the same tag", "GET", []string{`If-Range: "a"`}, 206},
		{"another tag", "GET", []string{`If-Range: "b"`}, 200},
		{"a weak tag is never enough", "GET", []string{`If-Range: W/"a"`}, 200},
		{"exactly the date", "GET", []string{"If-Range: " + date}, 206},
		{"a later date", "GET", []string{"If-Range: Sun, 15 Mar 2026 12:00:00 GMT"}, 200},
		{"nonsense", "GET", []string{"If-Range: x"}, 200},
		{"HEAD knows no ranges", "HEAD", nil, 200},
		{"a failed precondition comes first", "GET", []string{`If-Match: "b"`}, 412},
		{"304 comes first", "GET", []string{`If-None-Match: "a"`}, 304},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rep := representation{mediaType: "text/plain", bytes: []byte("0123456789"), size: 10, etag: `"a"`, lastModified: date, modified: 1}
			x := exchange(t, tt.method+" /", append([]string{"Range: bytes=0-1"}, tt.fields...)...)
			rep.answer(p, x, visit{})
			if a := collect(t, x); a.status != tt.status {
				t.Errorf("got %d, want %d", a.status, tt.status)
			}
		})
	}
}

func TestAnEmptyFileHasNoRange(t *testing.T) {
	p := newProxy(t, Config{})
	rep := representation{mediaType: "text/plain"}
	x := exchange(t, "GET /", "Range: bytes=0-")
	rep.answer(p, x, visit{})
	if a := collect(t, x); a.status != 416 || a.field("Content-Range") != "bytes */0" {
		t.Errorf("got %d %q", a.status, a.field("Content-Range"))
	}
}

func FuzzRange(f *testing.F) {
	for _, s := range []string{"bytes=0-1", "bytes=-5,1-", "bytes=9223372036854775807-", "bytes=0-0,0-0", "bytes=--1"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, field string, size int64) {
		if size < 0 {
			return
		}
		ranges, verdict := parseRanges(nil, []byte(field), size)
		if (verdict == someRanges) != (len(ranges) > 0) || len(ranges) > maxRanges {
			t.Fatalf("verdict %d with %d ranges", verdict, len(ranges))
		}
		for _, r := range ranges {
			if r.start < 0 || r.length <= 0 || r.start+r.length > size {
				t.Errorf("%q of %d: range %+v", field, size, r)
			}
		}
	})
}
