package tmpl

import (
	"errors"
	"io"
	"testing"
)

// TestErrorPlaces ensures that the first error of a page says which tag of
// which template it comes from, however it came about.
func TestErrorPlaces(t *testing.T) {
	boom := errors.New("boom")
	env := Environment("UTC")
	tests := []struct {
		name string
		page func(s *State)
		want string
	}{
		{"what a filter refuses", func(s *State) { s.At("a/b.html:3:7"); s.Items(5) }, "templates/a/b.html:3:7: 5 cannot be iterated"},
		{"what a method returns", func(s *State) {
			s.At("post.html:12:1")
			s.Get(map[string]any{"f": func() (any, error) { return nil, boom }}, "f")
		}, "templates/post.html:12:1: boom"},
		{"the first of two", func(s *State) { s.At("a.html:1:1"); s.Fail(boom); s.At("a.html:2:2"); s.Fail(io.EOF) }, "templates/a.html:1:1: boom"},
		{"one that has a place keeps it", func(s *State) { s.At("outer.html:1:1"); s.Fail(At("inner.html:5:9", boom)) }, "templates/inner.html:5:9: boom"},
		{"a name with a colon", func(s *State) { s.At("a:2.html:1:4"); s.Fail(boom) }, "templates/a:2.html:1:4: boom"},
		{"without a place", func(s *State) { s.Fail(boom) }, "template: boom"},
		{"none", func(s *State) { s.At("a.html:1:1"); s.Fail(nil) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := env.Begin()
			tt.page(&s)
			got := ""
			if err := s.Err(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	s := env.Begin()
	s.At("a.html:3:14")
	s.Fail(boom)
	var e *Error
	if !errors.Is(s.Err(), boom) || !errors.As(s.Err(), &e) || e.Template != "a.html" || e.Line != 3 || e.Column != 14 {
		t.Errorf("the error is %#v", s.Err())
	}
}
