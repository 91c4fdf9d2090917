package proxy

import (
	"encoding/hex"
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
	// mostPending bounds what waits while the log takes nothing, in bytes; lines beyond are lost.
	mostPending = 1 << 20
)

// LogRules say which requests are logged and how.
type LogRules struct {
	// Template is the line, without its end, in place of a format (log_format). It may hold attributes of
	// the response, too.
	Template Template
	// When has to hold of a request and its answer to be logged (access_log if).
	When Condition
	// Percent is how many in a hundred requests are logged, of those that were not answered
	// with 5xx; 0 means 100.
	Percent int
	// Secrets are names of query parameters and header fields, beside the usual ones, whose values
	// are not written.
	Secrets []string
	// Buffer is how many bytes are collected before they are written, Flush how long a line
	// waits at most; 0 means 32 KiB and a second.
	Buffer int64
	Flush  time.Duration

	maps maps // of the proxy
}

// accessLog appends lines to a buffer, which is written in batches beside the
// requests: a log that takes nothing, or a full disk, costs lines and no request. It is safe for
// concurrent use.
type accessLog struct {
	format  func(a *accessLog, b []byte, x *gateway.Exchange, now time.Time) []byte
	line    *Text // of a template
	when    *test // nil logs all
	percent uint64
	secrets secrets
	keeps   []string // fields of answers that are wanted
	batch   int
	delay   time.Duration
	log     *slog.Logger
	out     io.Writer
	wake    chan struct{}
	done    chan struct{} // closed when nothing is written any more
	end     sync.Once
	writer  sync.WaitGroup // the goroutine that writes

	mu      sync.Mutex
	buf     []byte
	scratch []byte // of what is redacted
	timer   *time.Timer
	waiting bool // the timer runs
	lost    int  // lines

	writing sync.Mutex // held while out is written to
	spare   []byte
	failed  bool // the last write failed, and has been reported
}

// newAccessLog returns nil, and no error, when nothing is to be logged.
func newAccessLog(out io.Writer, format LogFormat, rules LogRules, log *slog.Logger) (*accessLog, error) {
	a := &accessLog{out: out, log: log, percent: uint64(orDefault(rules.Percent, 100)), batch: int(orDefault(rules.Buffer, logBatch)),
		delay: orDefault(rules.Flush, logDelay), secrets: newSecrets(rules.Secrets), wake: make(chan struct{}, 1), done: make(chan struct{})}
	switch format {
	case LogOff:
		return nil, nil
	case LogCombined, "":
		a.format = (*accessLog).appendCombined
	case LogJSON:
		a.format = (*accessLog).appendJSONLine
	default:
		return nil, fmt.Errorf("proxy: access log format %q is not \"off\", \"combined\" or \"json\"", format)
	}
	if a.percent > 100 || a.batch < 1 || a.batch > mostPending || a.delay < 0 {
		return nil, fmt.Errorf("proxy: access log: %d of a hundred requests, or a buffer of %d bytes, cannot be", rules.Percent, rules.Buffer)
	}
	var err error
	if a.when, err = rules.When.compileLogged(rules.maps); err != nil {
		return nil, fmt.Errorf("proxy: access log: %w", err)
	}
	if len(rules.Template) > 0 {
		if a.line, err = rules.Template.compileLogged(rules.maps); err != nil {
			return nil, fmt.Errorf("proxy: access log: %w", err)
		}
		a.format = (*accessLog).appendTemplate
	}
	a.keeps = fieldsOf(a.line, a.when)
	if out == nil {
		return nil, nil
	}
	a.timer = time.AfterFunc(a.delay, a.flushSoon)
	a.timer.Stop()
	a.writer.Go(func() {
		for {
			select {
			case <-a.wake:
				a.write()
			case <-a.done:
				return
			}
		}
	})
	return a, nil
}

// record notes an exchange whose response has been sent.
func (a *accessLog) record(x *gateway.Exchange, now time.Time) {
	if a.percent < 100 && status(x) < 500 && hashBytes([]byte(x.Request.ID))%100 >= a.percent {
		return
	}
	if a.when != nil && !a.holds(x, now) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.buf) >= mostPending {
		a.lost++
		return
	}
	a.buf = a.format(a, a.buf, x, now)
	switch {
	case len(a.buf) >= a.batch:
		a.flushSoon()
	case !a.waiting:
		a.waiting = true
		a.timer.Reset(a.delay)
	}
}

// flushSoon has what was collected written by the goroutine that writes.
func (a *accessLog) flushSoon() {
	select {
	case a.wake <- struct{}{}:
	default: // it will see all that is there
	}
}

// write hands on what has been collected.
func (a *accessLog) write() error {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.mu.Lock()
	lines, lost := a.buf, a.lost
	a.buf, a.lost = a.spare[:0], 0
	a.waiting = false
	a.timer.Stop()
	a.mu.Unlock()
	if cap(lines) <= 2*a.batch {
		a.spare = lines
	} else {
		a.spare = nil // it was a burst
	}
	if lost > 0 {
		a.log.Error("proxy: access log lines are lost, as the log takes them too slowly", "lines", lost)
	}
	if len(lines) == 0 {
		return nil
	}
	_, err := a.out.Write(lines)
	if err != nil && !a.failed {
		a.log.Error("proxy: access log lines are lost", "error", err)
	}
	a.failed = err != nil
	return err
}

// close writes what is left; from then on nobody but a later close writes to the log.
func (a *accessLog) close() error {
	a.end.Do(func() { close(a.done) })
	a.writer.Wait()
	err := a.write()
	if err != nil {
		return fmt.Errorf("proxy: write access log: %w", err)
	}
	return nil
}

// appendCombined is nginx's combined format:
//
//	203.0.113.9 - - [14/Mar/2026:15:09:26 +0000] "GET /a?b HTTP/1.1" 200 5 "-" "curl/8"
func (a *accessLog) appendCombined(b []byte, x *gateway.Exchange, now time.Time) []byte {
	r := &x.Request
	b = appendAddress(b, r.Client)
	b = append(b, " - - ["...)
	b = now.UTC().AppendFormat(b, "02/Jan/2006:15:04:05 -0700")
	b = append(b, `] "`...)
	b = appendEscaped(b, []byte(r.Method))
	b = append(b, ' ')
	b = appendEscaped(b, a.redacted(r.Target))
	b = append(append(b, ' '), r.Proto.String()...)
	b = append(b, `" `...)
	b = strconv.AppendInt(b, int64(status(x)), 10)
	b = strconv.AppendInt(append(b, ' '), x.Sent, 10)
	b = append(b, ` "`...)
	b = appendEscaped(b, orDash(a.redacted(r.Header.Get("Referer"))))
	b = append(b, `" "`...)
	b = appendEscaped(b, orDash(r.Header.Get("User-Agent")))
	return append(b, '"', '\n')
}

// appendJSONLine writes one object with the same facts and the request's id,
// host, route and duration in milliseconds.
func (a *accessLog) appendJSONLine(b []byte, x *gateway.Exchange, now time.Time) []byte {
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
	b = appendJSON(b, a.redacted(r.Target))
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
		b = appendJSON(b, a.redacted(v))
	}
	if v := r.Header.Get("User-Agent"); v != nil {
		b = append(b, `,"user_agent":`...)
		b = appendJSON(b, v)
	}
	if s := x.Span(); s != nil {
		c := s.Trace()
		b = append(b, `,"trace_id":"`...)
		b = hex.AppendEncode(b, c.TraceID[:])
		b = append(b, `","span_id":"`...)
		b = hex.AppendEncode(b, c.SpanID[:])
		b = append(b, '"')
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
