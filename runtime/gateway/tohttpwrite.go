package gateway

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// refuse answers with a small page.
func (e *httpEngine) refuse(status int, reason string) {
	h := e.w.Header()
	clear(h)
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	e.w.WriteHeader(status)
	fmt.Fprintf(e.w, "%s: %s\n", http.StatusText(status), reason)
}

// respond sends the described response.
func (e *httpEngine) respond(r *http.Request) {
	res := &e.exchange.Response
	if res.Status == 0 {
		res.Status = http.StatusOK
	}
	body := res.Body()
	if res.Kind() == TakeoverBody {
		e.handOver(body.Takeover)
		return
	}
	h := e.w.Header()
	for _, f := range res.Header.Fields() {
		if !connectionField(f.Name) {
			h.Add(string(f.Name), string(f.Value))
		}
	}
	bodyless := r.Method == http.MethodHead || res.Status == http.StatusNotModified
	switch {
	case res.Status == http.StatusNoContent:
		h.Del("Content-Length")
	case bodyless && (res.Kind() == NoBody || res.Length() < 0 || res.Status == http.StatusNotModified):
		// A Content-Length of the handler's own counts.
	case res.Kind() == StreamBody && res.Header.Has("Content-Length"):
	case res.Length() >= 0:
		h.Set("Content-Length", strconv.FormatInt(res.Length(), 10))
	default:
		h.Del("Content-Length")
	}
	e.w.WriteHeader(res.Status)
	if bodyless || res.Status == http.StatusNoContent {
		return
	}
	w := &httpWriter{engine: e}
	defer w.release()
	var err error
	switch res.Kind() {
	case BytesBody:
		_, err = w.Write(body.Bytes)
	case FileBody:
		_, err = w.copy(io.NewSectionReader(body.File, body.Offset, body.Length), body.Length, false)
	case ReaderBody:
		w.pauses = true
		_, err = w.copy(body.Reader, body.Length, body.Length < 0)
	case StreamBody:
		w.pauses = true
		if err = w.Flush(); err == nil {
			err = body.Stream(w)
		}
		for _, f := range w.trailer.Fields() {
			h.Add(http.TrailerPrefix+string(f.Name), string(f.Value))
		}
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// connectionField reports whether net/http decides about the field itself.
func connectionField(name []byte) bool {
	return EqualFold(name, "Connection") || EqualFold(name, "Keep-Alive") ||
		EqualFold(name, "Transfer-Encoding") || EqualFold(name, "Upgrade") || EqualFold(name, "Proxy-Connection")
}

// httpWriter is the BodyWriter of net/http.
type httpWriter struct {
	engine  *httpEngine
	trailer Header
	// pauses says that the next part may be long in coming.
	pauses bool
}

// writePiece is what the client has WriteIdle to accept, in bytes.
const writePiece = 128 << 10

func (w *httpWriter) Write(p []byte) (n int, err error) {
	defer w.relax()
	for {
		w.extend()
		m, err := w.engine.w.Write(p[n:min(len(p), n+writePiece)])
		n += m
		w.engine.exchange.Sent += int64(m)
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

func (w *httpWriter) Flush() error {
	w.extend()
	defer w.relax()
	return w.engine.control.Flush()
}

func (w *httpWriter) Trailer() *Header { return &w.trailer }

// extend gives the client time for the next part.
func (w *httpWriter) extend() {
	if idle := w.engine.handler.WriteIdle; idle > 0 {
		w.engine.control.SetWriteDeadline(time.Now().Add(idle))
	}
}

// relax takes the limit away until the next part is there: the client has
// nothing to accept meanwhile.
func (w *httpWriter) relax() {
	if w.pauses && w.engine.handler.WriteIdle > 0 {
		w.engine.control.SetWriteDeadline(time.Time{})
	}
}

// release takes the limit away for good. HTTP/2 sets one by a timer, and does
// not stop that of a stream which the client has reset meanwhile: it would hold on to
// the whole exchange until it fires.
func (w *httpWriter) release() {
	if w.engine.handler.WriteIdle > 0 {
		w.engine.control.SetWriteDeadline(time.Time{})
	}
}

// copy sends length bytes of src, or all of it; flush sends each part as it comes.
func (w *httpWriter) copy(src io.Reader, length int64, flush bool) (sent int64, err error) {
	buf := make([]byte, 32<<10)
	for length < 0 || sent < length {
		p := buf
		if length >= 0 {
			p = buf[:min(int64(len(buf)), length-sent)]
		}
		n, rerr := src.Read(p)
		if n > 0 {
			if _, err := w.Write(p[:n]); err != nil {
				return sent, err
			}
			sent += int64(n)
			if flush {
				if err := w.Flush(); err != nil {
					return sent, err
				}
			}
		}
		if rerr == io.EOF && (length < 0 || sent == length) {
			return sent, nil
		}
		if rerr == io.EOF {
			return sent, io.ErrUnexpectedEOF
		}
		if rerr != nil {
			return sent, rerr
		}
	}
	return sent, nil
}

// Switcher is what an http.ResponseWriter also is whose protocol switches to another one in a way of
// its own: extended CONNECT (RFC 8441, RFC 9220).
type Switcher interface {
	// Switch sends the head of an answer of 101, and returns what goes both ways from then on.
	Switch(header http.Header) (Conn, error)
}

// switchOver is handOver for a Switcher.
func (e *httpEngine) switchOver(s Switcher, serve func(Conn)) {
	res := &e.exchange.Response
	fields := http.Header{}
	for _, f := range res.Header.Fields() {
		fields.Add(string(f.Name), string(f.Value))
	}
	if res.Status != http.StatusSwitchingProtocols {
		e.refuse(http.StatusBadGateway, "the answer is no switch of protocols")
		return
	}
	c, err := s.Switch(fields)
	if err != nil {
		e.refuse(http.StatusBadGateway, err.Error())
		return
	}
	defer c.Close()
	serve(c)
}

// handOver takes the connection from net/http, sends the head and gives it on.
func (e *httpEngine) handOver(serve func(Conn)) {
	if s, ok := e.w.(Switcher); ok {
		e.switchOver(s, serve)
		return
	}
	nc, rw, err := e.control.Hijack()
	if err != nil {
		e.refuse(http.StatusNotImplemented, "this protocol cannot hand over its connection")
		return
	}
	defer nc.Close()
	nc.SetDeadline(time.Time{})
	res := &e.exchange.Response
	fields := http.Header{}
	for _, f := range res.Header.Fields() {
		fields.Add(string(f.Name), string(f.Value))
	}
	fmt.Fprintf(rw, "HTTP/1.1 %d %s\r\n", res.Status, http.StatusText(res.Status))
	fields.Write(rw)
	rw.WriteString("\r\n")
	if rw.Flush() != nil {
		return
	}
	serve(&bufferedConn{nc, rw.Reader})
}

// bufferedConn reads first what was buffered.
type bufferedConn struct {
	net.Conn
	buffered *bufio.Reader
}

func (c *bufferedConn) Read(p []byte) (int, error) {
	if c.buffered.Buffered() > 0 {
		return c.buffered.Read(p)
	}
	return c.Conn.Read(p)
}

func (c *bufferedConn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return errors.ErrUnsupported
}
