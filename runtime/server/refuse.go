package server

import (
	"errors"
	"net"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

var errHeadTimeout = &gateway.Error{Status: 408, Reason: "the request head came too slowly"}

// refuse answers a request that could not be read, and gives the client the
// time to see that before the connection ends.
func (c *conn) refuse(err error) {
	var refusal *gateway.Error
	if !errors.As(err, &refusal) {
		return // the client has gone
	}
	c.Yield()
	c.server.config.Log.Info("request refused", "client", c.client.String(), "status", refusal.Status, "reason", refusal.Reason)
	c.out = appendPage(c.out[:0], refusal.Status, refusal.Reason, "", c.server.date.AppendDate(nil, time.Now()))
	if c.write(c.out) == nil {
		c.linger(lingerRefusal)
	}
	c.exchange.Finish()
}

// appendPage writes a small plain-text answer after which the connection closes.
func appendPage(out []byte, status int, reason, extra string, date []byte) []byte {
	text := http1.ReasonPhrase(status) + ": " + reason + "\n"
	out = http1.AppendStatusLine(out, status)
	out = append(out, date...)
	out = append(out, extra...)
	out = http1.AppendFieldString(out, "Content-Type", "text/plain; charset=utf-8")
	out = http1.AppendContentLength(out, int64(len(text)))
	out = append(out, "Connection: close\r\n\r\n"...)
	return append(out, text...)
}

// overdueWriteTime bounds sending the answer to an overdue request.
const overdueWriteTime = 5 * time.Second

// answerOverdue answers in place of a handler that has overstayed its
// deadline. It knows the socket only: everything else is still the handler's.
func answerOverdue(nc net.Conn) {
	var date http1.DateCache
	page := appendPage(nil, 503, "the request took too long", "Retry-After: 1\r\n", date.AppendDate(nil, time.Now()))
	nc.SetWriteDeadline(time.Now().Add(overdueWriteTime))
	if _, err := nc.Write(page); err != nil {
		nc.Close()
		return
	}
	if closeWrite(nc) != nil {
		nc.Close()
	}
}
