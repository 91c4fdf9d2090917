package proxy

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"stackgen.dev/runtime/gateway"
)

const (
	// logBatch is how many bytes of access log are collected before they are written.
	logBatch = 32 << 10
	// logDelay is how long a line may wait to be written.
	logDelay = time.Second
)

// accessLog appends lines to a buffer and writes it in batches. It is safe for
// concurrent use.
type accessLog struct {
	format  func([]byte, *gateway.Exchange, time.Time) []byte
	log     *slog.Logger
	mu      sync.Mutex
	out     io.Writer
	buf     []byte
	timer   *time.Timer // running while buf holds something
	waiting bool
	failed  bool // the last write failed, and has been reported
}

// newAccessLog returns nil, and no error, when nothing is to be logged.
func newAccessLog(out io.Writer, format LogFormat, log *slog.Logger) (*accessLog, error) {
	a := &accessLog{out: out, log: log}
	switch format {
	case LogOff:
		return nil, nil
	case LogCombined, "":
		a.format = appendCombined
	case LogJSON:
		a.format = appendJSONLine
	default:
		return nil, fmt.Errorf("proxy: access log format %q is not \"off\", \"combined\" or \"json\"", format)
	}
	if out == nil {
		return nil, nil
	}
	a.timer = time.AfterFunc(logDelay, a.flush)
	a.timer.Stop()
	return a, nil
}

// record notes an exchange whose response has been sent.
func (a *accessLog) record(x *gateway.Exchange, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.buf = a.format(a.buf, x, now)
	switch {
	case len(a.buf) >= logBatch:
		a.write()
	case !a.waiting:
		a.waiting = true
		a.timer.Reset(logDelay)
	}
}

func (a *accessLog) flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.write()
}

// write hands on what has been collected; the lock is held.
func (a *accessLog) write() error {
	a.waiting = false
	a.timer.Stop()
	if len(a.buf) == 0 {
		return nil
	}
	_, err := a.out.Write(a.buf)
	a.buf = a.buf[:0]
	if err != nil && !a.failed {
		a.log.Error("proxy: access log lines are lost", "error", err)
	}
	a.failed = err != nil
	return err
}

func (a *accessLog) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.write(); err != nil {
		return fmt.Errorf("proxy: write access log: %w", err)
	}
	return nil
}

// appendCombined is nginx's combined format:
//
//	203.0.113.9 - - [14/Mar/2026:15:09:26 +0000] "GET /a?b HTTP/1.1" 200 5 "-" "curl/8"
func appendCombined(b []byte, x *gateway.Exchange, now time.Time) []byte {
	r := &x.Request
	b = appendAddress(b, r.Client)
	b = append(b, " - - ["...)
	b = now.UTC().AppendFormat(b, "02/Jan/2006:15:04:05 -0700")
	b = append(b, `] "`...)
	b = appendEscaped(b, []byte(r.Method))
	b = append(b, ' ')
	b = appendEscaped(b, r.Target)
	b = append(append(b, ' '), r.Proto.String()...)
	b = append(b, `" `...)
	b = strconv.AppendInt(b, int64(status(x)), 10)
	b = strconv.AppendInt(append(b, ' '), x.Sent, 10)
	b = append(b, ` "`...)
	b = appendEscaped(b, orDash(r.Header.Get("Referer")))
	b = append(b, `" "`...)
	b = appendEscaped(b, orDash(r.Header.Get("User-Agent")))
	return append(b, '"', '\n')
}

// appendJSONLine writes one object with the same facts and the request's id,
// host, route and duration in milliseconds.
func appendJSONLine(b []byte, x *gateway.Exchange, now time.Time) []byte {
	r := &x.Request
	b = append(b, `{"time":"`...)
	b = now.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	b = append(b, `","id":`...)
	b = appendJSON(b, r.ID)
	b = append(b, `,"client":"`...)
	b = appendAddress(b, r.Client)
	b = append(b, `","method":`...)
	b = appendJSON(b, r.Method)
	b = append(b, `,"scheme":`...)
	b = appendJSON(b, r.Scheme)
	b = append(b, `,"host":`...)
	b = appendJSON(b, r.Host)
	b = append(b, `,"target":`...)
	b = appendJSON(b, r.Target)
	b = append(b, `,"proto":"`...)
	b = append(b, r.Proto.String()...)
	b = append(b, `","status":`...)
	b = strconv.AppendInt(b, int64(status(x)), 10)
	b = strconv.AppendInt(append(b, `,"bytes":`...), x.Sent, 10)
	b = append(b, `,"duration_ms":`...)
	var took time.Duration
	if !x.Start.IsZero() {
		took = now.Sub(x.Start)
	}
	b = strconv.AppendFloat(b, float64(took.Microseconds())/1000, 'f', 3, 64)
	if x.Route != "" {
		b = append(b, `,"route":`...)
		b = appendJSON(b, x.Route)
	}
	if v := r.Header.Get("Referer"); v != nil {
		b = append(b, `,"referer":`...)
		b = appendJSON(b, v)
	}
	if v := r.Header.Get("User-Agent"); v != nil {
		b = append(b, `,"user_agent":`...)
		b = appendJSON(b, v)
	}
	return append(b, '}', '\n')
}

func status(x *gateway.Exchange) int {
	if x.Response.Status == 0 {
		return 200
	}
	return x.Response.Status
}

func orDash(b []byte) []byte {
	if len(b) == 0 {
		return []byte("-")
	}
	return b
}

// appendAddress appends an address without its port, "unix:" for a unix socket.
func appendAddress(b []byte, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return append(b, "unix:"...)
	}
	return a.Addr().Unmap().WithZone("").AppendTo(b)
}

const hexDigits = "0123456789ABCDEF"

// appendEscaped writes quotes, backslashes, control characters and bytes
// beyond ASCII as \xHH, as nginx does, so that no client can end a line or a quotation.
func appendEscaped(b, text []byte) []byte {
	for _, c := range text {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
			continue
		}
		b = append(b, c)
	}
	return b
}

// appendJSON appends a string of RFC 8259. Bytes that are not UTF-8 become
// U+FFFD; everything that could end a line for some reader is escaped.
func appendJSON[T string | []byte](b []byte, text T) []byte {
	b = append(b, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c < ' ' || c == 0x7f:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			default:
				b = append(b, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(text[i:min(len(text), i+utf8.UTFMax)]))
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		case r == 0x85 || r == 0x2028 || r == 0x2029 || 0x80 <= r && r < 0xa0:
			b = append(b, fmt.Sprintf(`\u%04x`, r)...)
		default:
			b = utf8.AppendRune(b, r)
		}
		i += size
	}
	return append(b, '"')
}
