package websocket

import (
	"context"

	coder "github.com/coder/websocket"
)

// Write sends a message, and returns when it is on its way: it waits for a client that takes it slowly. A
// message of text has to be UTF-8. What another goroutine writes goes before or behind it, never into it.
func (c *Conn) Write(m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	return c.write(m)
}

// WriteText sends a message of text.
func (c *Conn) WriteText(text string) error { return c.Write(TextMessage(text)) }

// WriteBinary sends a binary message.
func (c *Conn) WriteBinary(b []byte) error { return c.Write(Message{Binary, b}) }

// WriteJSON sends a value as encoding/json writes it.
func (c *Conn) WriteJSON(v any) error {
	m, err := JSONMessage(v)
	if err != nil {
		return err
	}
	return c.write(m)
}

func (c *Conn) write(m Message) error {
	if err := c.ended(); err != nil {
		return err
	}
	// The socket knows how long it may take. A context would cost a timer for each message.
	if err := c.ws.Write(context.Background(), coder.MessageType(m.Kind), m.Data); err != nil {
		c.drop(&CloseError{Abnormal, "the connection broke"})
		return c.ended()
	}
	return nil
}

// maxQueue is how many messages may wait for a client.
const maxQueue = 64

// Post has a message sent, and does not wait for the client: for who tells many. Messages go out in the order in which they were posted.
// A client for whom 64 of them wait is too slow: its connection ends with 1013. A malformed message is
// left out, as [Conn.Write] would.
func (c *Conn) Post(m Message) {
	if m.check() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.cause != nil:
		return
	case len(c.queue) == maxQueue:
		go c.close(&CloseError{TryAgainLater, "messages are taken too slowly"})
		c.queue = nil
		return
	}
	c.queue = append(c.queue, m)
	if !c.sending {
		c.sending = true
		go c.send()
	}
}

// send writes what is in the queue. There is no goroutine for that while it is empty.
func (c *Conn) send() {
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.queue, c.sending = nil, false
			c.mu.Unlock()
			return
		}
		m := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		c.write(m) // it ends the connection where it fails, and the queue with it
	}
}
