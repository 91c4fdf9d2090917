package gateway

import (
	"fmt"
	"net/http"
)

// Panic is a panic on its way from the goroutine where it happened to the one
// that serves the request: handlers that run others elsewhere panic with it, so that
// the engine logs the stack that tells something.
type Panic struct {
	// Value is what the other goroutine panicked with.
	Value any
	// Stack is its stack, as debug.Stack gives it.
	Stack []byte
}

// Error tells the value with the stack, for whoever prints a panic.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// IsAbort reports whether a panic's value is the wish to abort the response
// without a word in the log: [http.ErrAbortHandler].
func IsAbort(value any) bool {
	if p, ok := value.(*Panic); ok {
		value = p.Value
	}
	return value == http.ErrAbortHandler
}
