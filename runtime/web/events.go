package web

import (
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Event is one server-sent event (HTML Standard, section 9.2). Fields that are
// empty are not sent.
type Event struct {
	// ID is what the browser sends as Last-Event-ID when it connects again.
	ID string
	// Name is the event's type; "message" for the browser where it is empty.
	Name string
	// Data is the text, of any number of lines.
	Data string
	// Retry is how long the browser waits before it connects again.
	Retry time.Duration
}

// EventWriter sends events.
type EventWriter struct {
	w gateway.BodyWriter
	b []byte
}

// Send sends an event at once. It fails when the client has left.
func (e *EventWriter) Send(event Event) error {
	b := e.b[:0]
	b = appendEventField(b, "id", event.ID)
	b = appendEventField(b, "event", event.Name)
	if event.Retry > 0 {
		b = appendEventField(b, "retry", strconv.FormatInt(event.Retry.Milliseconds(), 10))
	}
	data := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(event.Data)
	if data != "" {
		for line := range strings.SplitSeq(data, "\n") {
			b = append(append(append(b, "data: "...), line...), '\n')
		}
	}
	return e.flush(append(b, '\n'))
}

// KeepAlive sends a comment, so that nothing on the way takes the connection for dead.
func (e *EventWriter) KeepAlive() error { return e.flush(append(e.b[:0], ":\n\n"...)) }

func (e *EventWriter) flush(b []byte) error {
	e.b = b
	if _, err := e.w.Write(b); err != nil {
		return err
	}
	return e.w.Flush()
}

// appendEventField leaves out line breaks and zero bytes, which would end the field.
func appendEventField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	value = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == 0 {
			return -1
		}
		return r
	}, value)
	return append(append(append(append(b, name...), ": "...), value...), '\n')
}

// Events answers with server-sent events, for as long as send runs. It is to
// end when the context of the request does.
func Events(send func(*EventWriter) error) *Response {
	p := Stream("text/event-stream", func(w BodyWriter) error { return send(&EventWriter{w: w}) })
	p.AddHeader("Cache-Control", "no-store")
	return p
}
