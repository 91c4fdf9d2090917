package route

import (
	"fmt"
	"reflect"
	"regexp"
)

// Typed is a path converter of a site's own, whose captures are values of a Go
// type: generated code has one for each block converter. It is safe for concurrent use.
type Typed[T any] struct {
	name    string
	regex   *regexp.Regexp
	toValue func(text string) (T, error)
	toURL   func(value T) string
}

// NewConverter makes a converter of a name, of the regular expression that a
// captured text matches as a whole, and of two functions: toValue (to_python), whose error
// says that the path does not match, and toURL (to_url). It panics where regex is no expression. toValue is
// called for each path that may match and when a view asks, so it should do no more than read the text.
func NewConverter[T any](name, regex string, toValue func(text string) (T, error), toURL func(value T) string) *Typed[T] {
	return &Typed[T]{name, regexp.MustCompile(`\A(?:` + regex + `)\z`), toValue, toURL}
}

// TextConverter is NewConverter for captures that are no more than text.
func TextConverter(name, regex string) *Typed[string] {
	return NewConverter(name, regex, func(text string) (string, error) { return text, nil }, func(text string) string { return text })
}

// Converter is what the dispatcher matches and reverses by.
func (t *Typed[T]) Converter() *Converter {
	return &Converter{
		Name:   t.name,
		Regex:  t.regex,
		Accept: func(text string) bool { _, err := t.toValue(text); return err == nil },
		Format: func(value any) (string, error) {
			v, err := t.Value(value)
			if err != nil {
				return "", err
			}
			return t.toURL(v), nil
		},
		value: func(text string) (any, error) { return t.toValue(text) },
	}
}

// Segment is a value as a part of a path, quoted. One that the converter would
// not take again leads nowhere, and cannot reach beyond its place.
func (t *Typed[T]) Segment(value T) string {
	text := t.toURL(value)
	if t.regex.MatchString(text) {
		return Rest(text)
	}
	return Segment(text)
}

// Value is a value of the converter's type: v itself, a whole number of another Go type, or what
// v's text stands for. Anything else is an error.
func (t *Typed[T]) Value(v any) (T, error) {
	if value, ok := v.(T); ok {
		return value, nil
	}
	var zero T
	if to, from := reflect.TypeFor[T](), reflect.ValueOf(v); from.CanInt() && reflect.Zero(to).CanInt() {
		if reflect.Zero(to).OverflowInt(from.Int()) {
			return zero, fmt.Errorf("%v does not fit the converter %s", v, t.name)
		}
		return from.Convert(to).Interface().(T), nil
	}
	text := fmt.Sprint(v)
	if !t.regex.MatchString(text) {
		return zero, fmt.Errorf("%q does not fit the converter %s", text, t.name)
	}
	value, err := t.toValue(text)
	if err != nil {
		return zero, fmt.Errorf("%q does not fit the converter %s: %w", text, t.name, err)
	}
	return value, nil
}
