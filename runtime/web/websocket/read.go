package websocket

import "encoding/json"

// Read waits for a message. Its error is that the connection has ended.
func (c *Conn) Read() (Message, error) {
	select {
	case m, ok := <-c.incoming:
		if ok {
			return m, nil
		}
	case <-c.ctx.Done():
		select {
		case m, ok := <-c.incoming: // what came before the end
			if ok {
				return m, nil
			}
		default:
		}
	}
	if err := c.ended(); err != nil {
		return Message{}, err
	}
	return Message{}, &CloseError{GoingAway, ""} // it is about to be closed for that
}

// ReadText waits for a message of text; a binary one ends the connection with 1003.
func (c *Conn) ReadText() (string, error) {
	b, err := c.read(Text, "messages here are text")
	return string(b), err
}

// ReadBinary waits for a binary message; text ends the connection with 1003.
func (c *Conn) ReadBinary() ([]byte, error) { return c.read(Binary, "messages here are binary") }

// ReadJSON waits for a message of text, and reads it into what into points to as encoding/json does. What
// does not fit ends the connection with 1007; who wants to answer it calls ReadText.
func (c *Conn) ReadJSON(into any) error {
	b, err := c.read(Text, "messages here are JSON")
	if err != nil {
		return err
	}
	if json.Unmarshal(b, into) != nil {
		return c.refuse(&CloseError{InvalidData, "the message is not the JSON that is read here"})
	}
	return nil
}

func (c *Conn) read(kind Kind, expected string) ([]byte, error) {
	m, err := c.Read()
	if err != nil {
		return nil, err
	}
	if m.Kind != kind {
		return nil, c.refuse(&CloseError{UnsupportedData, expected})
	}
	return m.Data, nil
}

// refuse ends the connection for what has been read, and returns why it is over.
func (c *Conn) refuse(cause *CloseError) error {
	c.close(cause)
	return c.ended()
}
