package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// Ranges of RFC 9110, section 14, on a file of ten bytes.
func TestDownload(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.txt")
	if err := os.WriteFile(name, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	changed := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(name, changed, changed); err != nil {
		t.Fatal(err)
	}
	client := one(t, func(r *web.Request) (*web.Response, error) {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		return r.File(f, web.Download{Attachment: true})
	})
	whole := client.Get("/v/")
	if whole.Header("Content-Type") != "text/plain; charset=utf-8" || whole.Header("Accept-Ranges") != "bytes" ||
		whole.Header("Last-Modified") != "Sat, 14 Mar 2026 12:00:00 GMT" || whole.Header("Content-Disposition") != `attachment; filename="report.txt"` {
		t.Error(whole.Fields)
	}
	tests := []struct {
		name   string
		header [][2]string
		status int
		body   string
		ranges string // Content-Range
	}{
		{"all of it", nil, 200, "0123456789", ""},
		{"the first bytes", [][2]string{{"Range", "bytes=0-3"}}, 206, "0123", "bytes 0-3/10"},
		{"from a byte on", [][2]string{{"Range", "bytes=7-"}}, 206, "789", "bytes 7-9/10"},
		{"the last bytes", [][2]string{{"Range", "bytes=-2"}}, 206, "89", "bytes 8-9/10"},
		{"more than there are", [][2]string{{"Range", "bytes=5-99999999999999999999"}}, 206, "56789", "bytes 5-9/10"},
		{"more last bytes than there are", [][2]string{{"Range", "bytes=-50"}}, 206, "0123456789", "bytes 0-9/10"},
		{"behind the end", [][2]string{{"Range", "bytes=10-"}}, 416, "", "bytes */10"},
		{"no last bytes", [][2]string{{"Range", "bytes=-0"}}, 416, "", "bytes */10"},
		{"backwards is no range", [][2]string{{"Range", "bytes=3-1"}}, 200, "0123456789", ""},
		{"several", [][2]string{{"Range", "bytes=0-1,3-4"}}, 200, "0123456789", ""},
		{"another unit", [][2]string{{"Range", "lines=0-1"}}, 200, "0123456789", ""},
		{"nonsense", [][2]string{{"Range", "bytes=a-b"}}, 200, "0123456789", ""},
		{"unchanged since then", [][2]string{{"Range", "bytes=0-0"}, {"If-Range", "Sat, 14 Mar 2026 12:00:00 GMT"}}, 206, "0", "bytes 0-0/10"},
		{"the same tag", [][2]string{{"Range", "bytes=0-0"}, {"If-Range", whole.Header("ETag")}}, 206, "0", "bytes 0-0/10"},
		{"a weak tag", [][2]string{{"Range", "bytes=0-0"}, {"If-Range", "W/" + whole.Header("ETag")}}, 200, "0123456789", ""},
		{"another date", [][2]string{{"Range", "bytes=0-0"}, {"If-Range", "Sat, 14 Mar 2026 12:00:01 GMT"}}, 200, "0123456789", ""},
		{"not modified", [][2]string{{"If-None-Match", whole.Header("ETag")}}, 304, "", ""},
		{"changed since", [][2]string{{"If-Match", `"x"`}}, 412, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := client.Do(webtest.Request{Target: "/v/", Header: tt.header})
			if got.Status != tt.status || got.Body != tt.body || got.Header("Content-Range") != tt.ranges {
				t.Errorf("%d %q %q", got.Status, got.Body, got.Header("Content-Range"))
			}
		})
	}
}

func TestContentDisposition(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	for name, want := range map[string]string{
		`a"b\c.txt`: `inline; filename="a\"b\\c.txt"`,
		"€ 1.pdf":   "inline; filename*=utf-8''%E2%82%AC%201.pdf",
		"a\r\nb":    "inline; filename*=utf-8''a%0D%0Ab",
	} {
		client := one(t, func(r *web.Request) (*web.Response, error) {
			f, err := os.Open(f.Name())
			if err != nil {
				return nil, err
			}
			return r.File(f, web.Download{Name: name})
		})
		if got := client.Get("/v/").Header("Content-Disposition"); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}

// Preferences of RFC 9110, section 12.5.1.
func TestAccepts(t *testing.T) {
	offers := []string{"text/html", "application/json", "text/plain"}
	tests := []struct{ accept, preferred string }{
		{"", "text/html"},
		{"*/*", "text/html"},
		{"application/json", "application/json"},
		{"text/*", "text/html"},
		{"text/html;q=0.5, application/json;q=0.9", "application/json"},
		{"text/html;q=0, */*", "application/json"},
		{"text/plain;q=0.9, text/*;q=0.1", "text/plain"},
		{"image/png", ""},
		{"application/json;version=2", ""},
		{"text/html;q=2, text/plain", "text/plain"},
		{"nonsense, ;;;, application/json", "application/json"},
		{"*/html", ""},
	}
	for _, tt := range tests {
		var header [][2]string
		if tt.accept != "" {
			header = [][2]string{{"Accept", tt.accept}}
		}
		got := ask(t, webtest.Request{Target: "/v/", Header: header}, func(r *web.Request) string { return r.PreferredType(offers...) })
		if got != tt.preferred {
			t.Errorf("%q: %q, want %q", tt.accept, got, tt.preferred)
		}
	}
}

func TestSignedCookie(t *testing.T) {
	app, err := web.New(web.Config{Keys: []string{"a key for tests"}, Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
		value, err := r.SignedCookie("seen", "s", time.Hour)
		p := web.Text(value)
		if err != nil {
			p = web.Text("none")
		}
		p.SetSignedCookie(r, web.Cookie{Name: "seen", Value: "yes"}, "s")
		return p, nil
	}}}}})
	if err != nil {
		t.Fatal(err)
	}
	client := webtest.New(app)
	if first, second := client.Get("/").Body, client.Get("/").Body; first != "none" || second != "yes" {
		t.Error(first, second)
	}
	client.SetCookie("seen", strings.Replace(client.Cookie("seen"), "yes", "no", 1))
	if got := client.Get("/").Body; got != "none" {
		t.Error("a changed cookie was believed:", got)
	}
}

func TestEvents(t *testing.T) {
	client := one(t, func(*web.Request) (*web.Response, error) {
		return web.Events(func(e *web.EventWriter) error {
			if err := e.Send(web.Event{ID: "1\n2", Name: "news", Data: "a\r\nb", Retry: time.Second}); err != nil {
				return err
			}
			return e.KeepAlive()
		}), nil
	})
	got := client.Get("/v/")
	if got.Body != "id: 12\nevent: news\nretry: 1000\ndata: a\ndata: b\n\n:\n\n" || got.Header("Content-Type") != "text/event-stream" {
		t.Errorf("%q", got.Body)
	}
}
