package server

import (
	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// inlineBody is the size up to which a body is copied behind the head and
// both go out in one write, in bytes. Larger ones are written beside it.
const inlineBody = 8 << 10

// maxKeptOut is the largest write buffer a connection keeps, in bytes.
const maxKeptOut = 32 << 10

// delivery is how the body of a response reaches the client.
type delivery uint8

const (
	deliverNothing  delivery = iota // the head is all: HEAD, 204, 304
	deliverLength                   // Content-Length tells the end
	deliverChunked                  // the chunked coding does
	deliverUntilEnd                 // the end of the connection does: HTTP/1.0
)

// respond sends the response that the handler has described.
func (c *conn) respond() {
	x := &c.exchange
	r := &x.Response
	c.server.checkStatus(x)
	refused := r.Status == 413 || r.Status == statusClientGone // what comes next may be more of the body
	c.keep = c.keep && !refused && c.body.worthKeeping() && !c.server.draining.Load()
	advertise(c.altSvc, r)
	how := c.appendHead(r)
	body := r.Body()
	var err error
	switch {
	case r.Kind() == gateway.TakeoverBody:
		c.Yield()
		err = c.handOver(body.Takeover)
	case how == deliverNothing || r.Kind() == gateway.NoBody:
		err = c.write(c.out)
	case r.Kind() == gateway.BytesBody:
		err = c.sendBytes(body.Bytes)
	case r.Kind() == gateway.FileBody:
		err = c.sendFile(body)
	case r.Kind() == gateway.ReaderBody:
		err = c.sendReader(body, how)
	case r.Kind() == gateway.StreamBody:
		c.Yield()
		err = c.sendStream(body.Stream, how)
	}
	if err != nil {
		c.fail(err, how)
	}
	if how == deliverUntilEnd {
		c.keep = false
	}
}

// fail gives up a response that has been begun. The client must be able to
// tell: where only the end of the connection would show the end of the body, a
// reset does it.
func (c *conn) fail(err error, how delivery) {
	c.keep, c.abrupt = false, true
	c.body.fail(err)
	if l, ok := c.nc.(interface{ SetLinger(int) error }); ok && how == deliverUntilEnd {
		l.SetLinger(0)
	}
	c.server.config.Log.Debug("response given up", "path", string(c.exchange.Request.Path), "error", err)
}

// appendHead writes the head into c.out and decides how the body follows.
func (c *conn) appendHead(r *gateway.Response) delivery {
	status := r.Status
	if status == statusClientGone {
		status = 400 // for a client that is there after all
	}
	out := http1.AppendStatusLine(c.out[:0], status)
	takeover := r.Kind() == gateway.TakeoverBody
	upgrade := takeover || r.Status == 426
	var date bool
	var length []byte
	text, block, blockLen := r.Header.Block()
	fields := r.Header.Fields()
	for i := 0; i < len(fields); i++ {
		if i == block && text != nil {
			// None of these is a field that is looked at below.
			out = append(out, text...)
			if i += blockLen; i == len(fields) {
				break
			}
		}
		f := fields[i]
		switch len(f.Name) {
		case 4:
			date = date || gateway.EqualFold(f.Name, "Date")
		case 7:
			if !upgrade && gateway.EqualFold(f.Name, "Upgrade") {
				continue
			}
		case 10:
			if gateway.EqualFold(f.Name, "Connection") {
				if upgrade {
					break
				}
				c.keep = c.keep && !http1.ConnectionListed(&r.Header, optionClose)
				continue
			}
			if gateway.EqualFold(f.Name, "Keep-Alive") {
				continue
			}
		case 14:
			if gateway.EqualFold(f.Name, "Content-Length") {
				length = f.Value
				continue
			}
		case 16:
			if gateway.EqualFold(f.Name, "Proxy-Connection") {
				continue
			}
		case 17:
			if gateway.EqualFold(f.Name, "Transfer-Encoding") {
				continue
			}
		}
		out = http1.AppendField(out, f.Name, f.Value)
	}
	if !date {
		out = c.server.date.AppendDate(out, c.exchange.Start)
	}
	how := deliverNothing
	if !takeover {
		out, how = c.appendFraming(out, r, length)
		switch {
		case r.Status == 426:
		case !c.keep:
			out = append(out, "Connection: close\r\n"...)
		case c.exchange.Request.Proto == gateway.HTTP10:
			out = append(out, "Connection: keep-alive\r\n"...)
		}
	}
	c.out = http1.AppendEnd(out)
	return how
}

// statusClientGone is what logs say of a client that left, or did not send
// what it had announced (nginx).
const statusClientGone = 499

var optionClose = []byte("close")

// appendFraming is RFC 9112, section 6. declared is a Content-Length of the
// handler's own, which counts where no body tells better.
func (c *conn) appendFraming(out []byte, r *gateway.Response, declared []byte) ([]byte, delivery) {
	head := c.exchange.Request.Method == "HEAD"
	size := r.Length()
	switch {
	case r.Status == 204:
		return out, deliverNothing
	case r.Status == 304 || head && (r.Kind() == gateway.NoBody || size < 0):
		if declared != nil {
			out = http1.AppendField(out, fieldContentLength, declared)
		}
		return out, deliverNothing
	case r.Kind() == gateway.StreamBody && declared != nil:
		if n, ok := http1.ParseContentLength(declared); ok {
			c.stream.left = n
			return http1.AppendContentLength(out, n), deliverLength
		}
	case size >= 0:
		out = http1.AppendContentLength(out, size)
		if head {
			return out, deliverNothing
		}
		return out, deliverLength
	}
	if c.exchange.Request.Proto == gateway.HTTP10 {
		c.keep = false
		return out, deliverUntilEnd
	}
	return append(out, "Transfer-Encoding: chunked\r\n"...), deliverChunked
}

var fieldContentLength = []byte("Content-Length")

// sendBytes sends head and body, in one write where the body is small.
func (c *conn) sendBytes(b []byte) error {
	if len(b) <= inlineBody {
		c.out = append(c.out, b...)
		if err := c.write(c.out); err != nil {
			return err
		}
		c.exchange.Sent += int64(len(b))
		return nil
	}
	first := b[:min(len(b), writePiece)]
	if err := c.writeBoth(c.out, first); err != nil {
		return err
	}
	c.exchange.Sent += int64(len(first))
	return c.writeBody(b[len(first):])
}
