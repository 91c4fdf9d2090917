package tmpl

import (
	"iter"
	"reflect"
)

// flushSize is how much of a page is rendered before it is sent.
const flushSize = 16 << 10

// Flusher sends what has been rendered of a page: a request whose answer
// streams. One whose answer does not returns the bytes as they are.
type Flusher interface {
	FlushPage(b []byte) ([]byte, error)
}

// Flush sends what has been rendered so far, where that is much.
func Flush(b []byte, page Flusher) ([]byte, error) {
	if len(b) < flushSize {
		return b, nil
	}
	return page.FlushPage(b)
}

// Each is Items one by one, with its position: a function that yields is
// asked for the next item only when the one before has been rendered.
func (s *State) Each(v any) iter.Seq2[int, any] {
	if next, ok := s.sequence(v); ok {
		return func(yield func(int, any) bool) {
			i := 0
			for item := range next {
				if !yield(i, item) {
					return
				}
				i++
			}
		}
	}
	list := s.Items(v)
	return func(yield func(int, any) bool) {
		for i, item := range list {
			if !yield(i, item) {
				return
			}
		}
	}
}

// sequence is a function that yields items, alone or with an error, which ends
// them: the rows of a query.
func (s *State) sequence(v any) (iter.Seq[any], bool) {
	if v == nil {
		return nil, false
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() != reflect.Func || r.IsNil():
		return nil, false
	case r.Type().CanSeq():
		return func(yield func(any) bool) {
			for item := range r.Seq() {
				if !yield(item.Interface()) {
					return
				}
			}
		}, true
	case yieldsErrors(r.Type()):
		return func(yield func(any) bool) {
			for item, err := range r.Seq2() {
				if !err.IsNil() {
					s.Fail(err.Interface().(error))
					return
				}
				if !yield(item.Interface()) {
					return
				}
			}
		}, true
	}
	return nil, false
}

// yieldsErrors reports whether a function's type is an iter.Seq2[T, error].
func yieldsErrors(t reflect.Type) bool {
	return t.CanSeq2() && t.In(0).In(1) == errorType
}
