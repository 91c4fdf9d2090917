package websocket

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	coder "github.com/coder/websocket"
)

// Kind is what a message holds.
type Kind int

// The kinds of messages.
const (
	Text   = Kind(coder.MessageText) // UTF-8
	Binary = Kind(coder.MessageBinary)
)

// Message is one message, whatever number of frames it came in.
type Message struct {
	Kind Kind
	// Data is not changed once the message is sent: several connections may be sending it.
	Data []byte
}

// TextMessage is a message of text.
func TextMessage(text string) Message { return Message{Text, []byte(text)} }

// JSONMessage is a message of text that holds a value as encoding/json writes it.
func JSONMessage(v any) (Message, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return Message{}, fmt.Errorf("websocket: JSON message: %w", err)
	}
	return Message{Text, b}, nil
}

var errNotUTF8 = errors.New("websocket: a message of text that is not UTF-8")

// check reports a mistake of the sender's, before the client would close the connection for it.
func (m Message) check() error {
	switch {
	case m.Kind != Text && m.Kind != Binary:
		return fmt.Errorf("websocket: %d is no kind of message", m.Kind)
	case m.Kind == Text && !utf8.Valid(m.Data):
		return errNotUTF8
	}
	return nil
}
