package web

import (
	"errors"
	"fmt"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/model"
)

// Error is a failure with an HTTP status. Views return one of the variables
// below, as it is or with a message:
//
//	return nil, web.NotFound
//	return nil, web.NotFound.With("there is no post of that name")
//	return nil, fmt.Errorf("post %d: %w", id, web.NotFound)
//
// errors.Is(err, web.NotFound) holds for all three.
type Error struct {
	// Status is the response's status code.
	Status int
	// Message is shown to the client on the error page; empty for the usual text.
	Message string
	// Cause is what is behind it, for the log; nil when there is nothing.
	Cause error
	// RetryAfter is when the client may try again; 0 says nothing (Retry-After).
	RetryAfter time.Duration
	// Header are more fields of the answer, names and values: {"WWW-Authenticate", "Bearer"}.
	Header [][2]string
}

// The failures that views report.
var (
	// BadRequest says that the client sent nonsense: 400.
	BadRequest = &Error{Status: 400}
	// Forbidden says that this client may not: 403 (PermissionDenied).
	Forbidden = &Error{Status: 403}
	// NotFound says that there is no such thing: 404 (Http404).
	NotFound = &Error{Status: 404}
	// TooLarge says that the client sent too much: 413.
	TooLarge = &Error{Status: 413}
	// UnsupportedMediaType says that the client sent it in a form that is not read: 415.
	UnsupportedMediaType = &Error{Status: 415}
)

// With returns the failure with a message for the client.
func (e *Error) With(message string) *Error {
	copied := *e
	copied.Message = message
	return &copied
}

// Because returns the failure with its cause, for the log.
func (e *Error) Because(cause error) *Error {
	copied := *e
	copied.Cause = cause
	return &copied
}

func (e *Error) Error() string {
	s := e.Message
	if s == "" {
		s = StatusText(e.Status)
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Is makes errors of one status equal to the variable without a message.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Status == e.Status && t.Message == "" && t.Cause == nil
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// statusOf is the status that an error maps to.
func statusOf(err error) int {
	var own *Error
	if errors.As(err, &own) {
		return own.Status
	}
	var body *gateway.Error
	if errors.As(err, &body) {
		return body.Status
	}
	switch {
	case errors.Is(err, model.ErrLocked), errors.Is(err, model.ErrConflict), errors.Is(err, model.ErrUnavailable):
		return 503 // the same request may succeed in a moment
	case errors.Is(err, model.ErrInvalid):
		return 400 // a parameter that no row can hold: text with a zero byte
	case errors.Is(err, model.ErrDiskFull):
		return 507
	}
	return 500
}

// panicError is a panic as an error.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func (p *panicError) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// StatusText is the reason phrase of a status code (RFC 9110, section 15),
// empty for an unknown one.
func StatusText(status int) string {
	switch status {
	case 200:
		return "OK"
	case 201:
		return "Created"
	case 204:
		return "No Content"
	case 301:
		return "Moved Permanently"
	case 302:
		return "Found"
	case 303:
		return "See Other"
	case 304:
		return "Not Modified"
	case 307:
		return "Temporary Redirect"
	case 308:
		return "Permanent Redirect"
	case 400:
		return "Bad Request"
	case 401:
		return "Unauthorized"
	case 403:
		return "Forbidden"
	case 404:
		return "Not Found"
	case 405:
		return "Method Not Allowed"
	case 406:
		return "Not Acceptable"
	case 408:
		return "Request Timeout"
	case 409:
		return "Conflict"
	case 410:
		return "Gone"
	case 412:
		return "Precondition Failed"
	case 413:
		return "Content Too Large"
	case 415:
		return "Unsupported Media Type"
	case 422:
		return "Unprocessable Content"
	case 426:
		return "Upgrade Required"
	case 429:
		return "Too Many Requests"
	case 500:
		return "Internal Server Error"
	case 501:
		return "Not Implemented"
	case 503:
		return "Service Unavailable"
	case 504:
		return "Gateway Timeout"
	case 507:
		return "Insufficient Storage"
	}
	return ""
}
