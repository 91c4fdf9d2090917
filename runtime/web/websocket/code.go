package websocket

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Code says why a connection ends (RFC 6455, section 7.4). 3000 to 4999 are for sites to give a meaning.
type Code int

// The codes of the standard.
const (
	NormalClosure   Code = 1000
	GoingAway       Code = 1001 // the process ends, or the browser leaves the page
	ProtocolError   Code = 1002
	UnsupportedData Code = 1003 // a kind of message that is not read here
	NoStatus        Code = 1005 // the client gave no reason; never sent
	Abnormal        Code = 1006 // the connection broke; never sent
	InvalidData     Code = 1007 // text that is not UTF-8, or what should be JSON and is not
	PolicyViolation Code = 1008
	MessageTooBig   Code = 1009
	InternalError   Code = 1011
	TryAgainLater   Code = 1013 // the client takes more slowly what it is sent than it is said
)

// CloseError is the end of a connection: what every method returns from then on, and what a function
// returns to end it with a code of its own.
type CloseError struct {
	Code Code
	// Reason is for people who look into it, up to 123 bytes.
	Reason string
}

func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("websocket: closed with %d", e.Code)
	}
	return fmt.Sprintf("websocket: closed with %d: %s", e.Code, e.Reason)
}

// maxReason is how long a reason may be, in bytes: a control frame has 125, the code two of them.
const maxReason = 123

// sendable is the error as it may stand in a close frame.
func (e *CloseError) sendable() *CloseError {
	out := *e
	if c := e.Code; c < 1000 || c > 4999 || c >= 1004 && c <= 1006 || c > 1014 && c < 3000 {
		out.Code = NormalClosure
	}
	if len(out.Reason) > maxReason {
		out.Reason = out.Reason[:maxReason]
		for !utf8.ValidString(out.Reason) && len(out.Reason) > maxReason-utf8.UTFMax {
			out.Reason = out.Reason[:len(out.Reason)-1]
		}
	}
	out.Reason = strings.ToValidUTF8(out.Reason, "?")
	return &out
}
