package site

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server/supervisor"
)

// siteStatus is what a status page shows of the site.
func siteStatus(ctx context.Context, name string, ask func(context.Context) (*supervisor.Status, error), certificates []proxy.CertificateStatus, log *recentLog) proxy.SiteStatus {
	out := proxy.SiteStatus{Name: name, Certificates: certificates, Log: log.list()}
	ctx, cancel := context.WithTimeout(ctx, metricsTime)
	defer cancel()
	st, err := ask(ctx)
	if err != nil {
		out.Problem = err.Error()
		return out
	}
	out.Mode, out.State, out.Started = string(st.Mode), st.State, st.Started
	for _, p := range st.Processes {
		if p.Role != supervisor.RoleWorker {
			out.Connections += p.Connections
		}
		out.Processes = append(out.Processes, proxy.ProcessStatus{
			Process: fmt.Sprintf("%s %d", p.Role, p.Index), PID: p.PID, State: p.State, Started: p.Started,
			Requests: p.Total.Requests, Busy: p.Busy, Connections: p.Connections, Memory: p.Memory, Timeouts: p.Total.Timeouts, Deaths: p.Deaths,
		})
	}
	return out
}

const (
	// mostLines is how many lines of the log a status page shows.
	mostLines = 50
	// longestLine bounds one of them, in bytes.
	longestLine = 600
)

// recentLog is a log that remembers its last warnings and errors.
type recentLog struct {
	slog.Handler
	before string // the attributes of With, as text
	lines  *recentLines
}

type recentLines struct {
	mu   sync.Mutex
	ring [mostLines]proxy.LogLine
	next int
}

func newRecentLog(h slog.Handler) *recentLog { return &recentLog{Handler: h, lines: new(recentLines)} }

// Handle implements slog.Handler.
func (l *recentLog) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		var b strings.Builder
		b.WriteString(r.Message + l.before)
		r.Attrs(func(a slog.Attr) bool {
			b.WriteString(" " + a.Key + "=" + fmt.Sprint(a.Value.Resolve()))
			return true
		})
		l.lines.add(r.Time, r.Level.String(), b.String())
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (l *recentLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	inner := &recentLog{Handler: l.Handler.WithAttrs(attrs), before: l.before, lines: l.lines}
	for _, a := range attrs {
		if a.Key != "process" { // the page is of one process
			inner.before += " " + a.Key + "=" + fmt.Sprint(a.Value.Resolve())
		}
	}
	return inner
}

// WithGroup implements slog.Handler.
func (l *recentLog) WithGroup(name string) slog.Handler {
	return &recentLog{Handler: l.Handler.WithGroup(name), before: l.before, lines: l.lines}
}

func (l *recentLines) add(at time.Time, level, text string) {
	if len(text) > longestLine {
		text = text[:longestLine] + "…"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring[l.next%mostLines] = proxy.LogLine{Time: at, Level: level, Text: strings.ToValidUTF8(text, "\uFFFD")}
	l.next++
}

// list has the newest first; of a nil log nothing.
func (l *recentLog) list() []proxy.LogLine {
	if l == nil {
		return nil
	}
	l.lines.mu.Lock()
	defer l.lines.mu.Unlock()
	var all []proxy.LogLine
	for i := l.lines.next - 1; i >= 0 && i > l.lines.next-1-mostLines; i-- {
		all = append(all, l.lines.ring[i%mostLines])
	}
	return all
}
