package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// answer follows one response through the pieces in which it arrives. The zero
// value waits for a response to begin.
type answer struct {
	part part
	held []byte // of a head or line that came in pieces
	left int    // bytes of the body or of the chunk to come
}

// part is what of a response comes next.
type part int

const (
	head      part = iota
	body           // of a length
	chunkSize      // the line before a chunk, or before the trailer
	chunk
	chunkEnd // the empty line behind a chunk
	trailer  // lines, of which an empty one is the end
)

// silence is how long no answer may come before it counts as none.
const silence = 10 * time.Second

// maxHead bounds what is kept of a head or line.
const maxHead = 16 << 10

// take reads a piece and says whether the response is complete; then the answer
// waits for the next. Only 200 with a length or in chunks is an answer.
func (a *answer) take(piece []byte) (complete bool, err error) {
	for {
		switch a.part {
		case head:
			text, rest, ok, err := a.until(piece, "\r\n\r\n")
			if !ok || err != nil {
				return false, err
			}
			piece = rest
			if a.left, err = bodyLength(text); err != nil {
				return false, err
			}
			a.part = body
			if a.left < 0 {
				a.part = chunkSize
			}
		case body, chunk:
			n := min(a.left, len(piece))
			a.left, piece = a.left-n, piece[n:]
			if a.left > 0 {
				return false, nil
			}
			if a.part == body {
				return a.end(piece)
			}
			a.part = chunkEnd
		case chunkSize:
			line, rest, ok, err := a.until(piece, "\r\n")
			if !ok || err != nil {
				return false, err
			}
			size, err := strconv.ParseUint(string(bytes.TrimSuffix(line, []byte("\r\n"))), 16, 31)
			if err != nil {
				return false, fmt.Errorf("chunk size %.40q", line)
			}
			a.part, a.left, piece = chunk, int(size), rest
			if size == 0 {
				a.part = trailer
			}
		case chunkEnd, trailer:
			line, rest, ok, err := a.until(piece, "\r\n")
			if !ok || err != nil {
				return false, err
			}
			piece = rest
			switch {
			case len(line) > 2 && a.part == chunkEnd:
				return false, fmt.Errorf("a chunk is longer than it says, by %.40q", line)
			case len(line) == 2 && a.part == trailer:
				return a.end(piece)
			case a.part == chunkEnd:
				a.part = chunkSize
			}
		}
	}
}

// end is the end of a response: nothing may be behind it, because only one
// request is under way.
func (a *answer) end(rest []byte) (bool, error) {
	if len(rest) > 0 {
		return false, fmt.Errorf("%d bytes behind the answer", len(rest))
	}
	*a = answer{held: a.held[:0]}
	return true, nil
}

// until takes everything up to an end and with it; what does not have the end yet
// is held for the next piece.
func (a *answer) until(piece []byte, end string) (text, rest []byte, ok bool, err error) {
	text = piece
	if len(a.held) > 0 {
		a.held = append(a.held, piece...)
		text = a.held
	}
	at := bytes.Index(text, []byte(end))
	if at < 0 {
		if len(text) > maxHead {
			return nil, nil, false, fmt.Errorf("a head or line of more than %d bytes", maxHead)
		}
		if len(a.held) == 0 {
			a.held = append(a.held, piece...)
		}
		return nil, nil, false, nil
	}
	a.held = a.held[:0] // its bytes stand until the next piece is held
	return text[:at+len(end)], text[at+len(end):], true, nil
}

// bodyLength reads a head, with the empty line at its end, for the length of the
// body; -1 is chunks.
func bodyLength(head []byte) (int, error) {
	line, fields, _ := bytes.Cut(head, []byte("\r\n"))
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
		return 0, fmt.Errorf("answered %.80q", line)
	}
	for len(fields) > 0 {
		line, fields, _ = bytes.Cut(fields, []byte("\r\n"))
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			n, err := strconv.ParseUint(string(value), 10, 31)
			if err != nil {
				return 0, fmt.Errorf("Content-Length %.40q", value)
			}
			return int(n), nil
		case bytes.EqualFold(name, []byte("transfer-encoding")) && bytes.EqualFold(value, []byte("chunked")):
			return -1, nil
		}
	}
	return 0, errors.New("an answer without a length")
}
