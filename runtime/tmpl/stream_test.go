package tmpl

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
)

// page counts what is sent of it.
type page struct{ sent []int }

func (p *page) FlushPage(b []byte) ([]byte, error) {
	p.sent = append(p.sent, len(b))
	return b[:0], nil
}

// TestFlush ensures that a page goes out in pieces of some size.
func TestFlush(t *testing.T) {
	p, b := &page{}, []byte(nil)
	for range 5000 {
		b = append(b, "0123456789"...)
		var err error
		if b, err = Flush(b, p); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(p.sent, []int{16390, 16390, 16390}) || len(b) != 50000-3*16390 {
		t.Errorf("sent %v, %d left", p.sent, len(b))
	}
}

// TestEach ensures that items of every kind come one by one, and that a query's
// error ends them and the page.
func TestEach(t *testing.T) {
	boom := errors.New("boom")
	asked := 0
	rows := func(fails bool) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			for _, r := range []string{"a", "b"} {
				asked++
				if !yield(r, nil) {
					return
				}
			}
			if fails {
				yield("", boom)
			}
		}
	}
	for _, tt := range []struct {
		name, want string
		v          any
		err        string
	}{
		{"a list", "0x1y", []any{"x", "y"}, ""},
		{"none", "", nil, ""},
		{"what yields", "0a1b", slices.Values([]string{"a", "b"}), ""},
		{"a query", "0a1b", rows(false), ""},
		{"a query that fails", "0a1b", rows(true), "templates/a.html:1:1: boom"},
		{"a number", "", 5, "templates/a.html:1:1: 5 cannot be iterated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Environment("UTC").Begin()
			s.At("a.html:1:1")
			var got strings.Builder
			for i, item := range s.Each(tt.v) {
				got.WriteByte(byte('0' + i))
				got.WriteString(item.(string))
			}
			said := ""
			if s.Err() != nil {
				said = s.Err().Error()
			}
			if got.String() != tt.want || said != tt.err {
				t.Errorf("%q, %q; want %q, %q", got.String(), said, tt.want, tt.err)
			}
		})
	}
	s := Environment("UTC").Begin()
	asked = 0
	for range s.Each(rows(false)) {
		break
	}
	if asked != 1 {
		t.Errorf("%d rows were asked for and one was wanted", asked)
	}
	if list := s.Items(rows(false)); len(list) != 2 {
		t.Errorf("as a list it is %v", list)
	}
}
