package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/terminal"
)

// Call is one run of a command. It is a [model.Source]: queries run with it.
type Call struct {
	// Out is where the command writes what it has to say.
	Out io.Writer
	// Terminal asks questions.
	Terminal *terminal.Terminal
	// App is the site's application: its mailer, cache, storage, time zone and keys.
	App *web.App

	ctx    context.Context
	db     *model.DB
	values map[string][]any
}

// Context ends with the command, and by Ctrl-C.
func (c *Call) Context() context.Context { return c.ctx }

// DB is the site's database, nil where it has none.
func (c *Call) DB() *model.DB { return c.db }

// Has reports whether an argument that may be left out was given.
func (c *Call) Has(name string) bool { return len(c.values[name]) > 0 }

// String is an argument or a flag of that kind, as are the methods below. They
// panic for a name that the site file does not declare so.
func (c *Call) String(name string) string { return one[string](c, name) }

// Int is a whole number.
func (c *Call) Int(name string) int64 { return one[int64](c, name) }

// Float is a number.
func (c *Call) Float(name string) float64 { return one[float64](c, name) }

// Bool is a flag that is there or not.
func (c *Call) Bool(name string) bool { return one[bool](c, name) }

// Date is a day.
func (c *Call) Date(name string) model.Date { return one[model.Date](c, name) }

// Duration is a time that something takes.
func (c *Call) Duration(name string) time.Duration { return one[time.Duration](c, name) }

// Strings are the values of an argument that takes many.
func (c *Call) Strings(name string) []string { return many[string](c, name) }

// Ints are the values of an argument that takes many numbers.
func (c *Call) Ints(name string) []int64 { return many[int64](c, name) }

func one[T any](c *Call, name string) T {
	var zero T
	list := c.values[name]
	if len(list) == 0 {
		return zero // an argument that was left out
	}
	v, ok := list[0].(T)
	if !ok {
		panic(fmt.Sprintf("command: %s is not a %T", name, zero))
	}
	return v
}

func many[T any](c *Call, name string) []T {
	var out []T
	for _, v := range c.values[name] {
		x, ok := v.(T)
		if !ok {
			panic(fmt.Sprintf("command: %s is not a %T", name, x))
		}
		out = append(out, x)
	}
	return out
}

// exit is an error with the status that the program ends with.
type exit struct {
	status int
	err    error
}

// Exit is an error that ends the program with a status of its own
// (CommandError's returncode). Without an error nothing is printed.
func Exit(status int, err error) error { return &exit{status, err} }

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap is the error behind the status.
func (e *exit) Unwrap() error { return e.err }

// ExitStatus is the status that the program ends with.
func (e *exit) ExitStatus() int { return e.status }

var _ model.Source = (*Call)(nil)
