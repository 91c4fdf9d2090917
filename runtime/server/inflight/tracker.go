package inflight

import (
	"context"
	"io"
	"log/slog"
	"runtime/pprof"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"stackgen.dev/runtime/gateway"
)

// Config says what to watch for.
type Config struct {
	// Handler is the application; it must not be nil.
	Handler gateway.Handler
	// Timeout bounds a request in the application, not counting the time that the
	// client takes to send its body; 0 for no limit (gunicorn timeout).
	Timeout time.Duration
	// Grace is how long a handler may go on beyond its deadline before the
	// process counts as stuck; 0 means as long as Timeout again.
	Grace time.Duration
	// Slow is how long a request takes that is logged as slow; 0 logs none.
	Slow time.Duration
	// Log must not be nil.
	Log *slog.Logger
	// Stuck is called once, when a handler has gone on beyond the grace period. May be nil.
	Stuck func()
	// Before and After are called around every request. Each may be nil.
	Before, After func(*gateway.Exchange, time.Duration)
	// Waited tells how long a request had waited before Serve was called; nil
	// counts from the first byte of the request.
	Waited func(*gateway.Exchange, time.Time) time.Duration
}

// Tracker is a gateway.Handler that watches another. Make one with [New]; it
// looks for overdue requests while [Tracker.Watch] runs.
type Tracker struct {
	config Config
	pool   sync.Pool // of *entry

	mu      sync.Mutex
	entries []weak.Pointer[entry] // all that the pool has made
	number  int
	stuck   bool

	requests, timeouts, slow atomic.Int64
	busy                     atomic.Int64
	durations, queues        Histogram
}

// label is the name of the profiler label that tells goroutines of one request
// from those of others.
const label = "stackgen_request"

// New makes a tracker.
func New(config Config) *Tracker {
	if config.Grace == 0 {
		config.Grace = config.Timeout
	}
	t := &Tracker{config: config}
	t.pool.New = func() any { return t.newEntry() }
	return t
}

// entry is one request on its way through the application.
type entry struct {
	name   string
	labels context.Context

	mu      sync.Mutex
	active  bool
	method  string
	path    []byte
	id      string
	start   time.Time
	waiting time.Time     // since when the client is waited for, zero if it is not
	waited  time.Duration // for the client, in all
	overdue bool          // and logged

	body io.Reader // the request's own
}

// newEntry makes an entry that Watch sees for as long as somebody holds it.
func (t *Tracker) newEntry() *entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.number++
	e := &entry{name: strconv.Itoa(t.number)}
	e.labels = pprof.WithLabels(context.Background(), pprof.Labels(label, e.name))
	t.entries = append(t.entries, weak.Make(e))
	return e
}

// Serve implements [gateway.Handler].
func (t *Tracker) Serve(x *gateway.Exchange) {
	e := t.pool.Get().(*entry)
	start := time.Now()
	if t.config.Timeout > 0 {
		x.SetDeadline(start.Add(t.config.Timeout))
	}
	t.queues.Observe(t.queued(x, start))
	t.requests.Add(1)
	t.busy.Add(1)
	e.begin(x, start)
	pprof.SetGoroutineLabels(e.labels)
	defer t.end(x, e, start)
	if t.config.Before != nil {
		t.config.Before(x, 0)
	}
	t.config.Handler.Serve(x)
}

// Cooperates implements [gateway.Cooperative]: hooks may do anything, so with
// them every request gets a goroutine.
func (t *Tracker) Cooperates() bool {
	return t.config.Before == nil && t.config.After == nil && gateway.Cooperates(t.config.Handler)
}

// end is deferred, so that a panic is counted like an answer.
func (t *Tracker) end(x *gateway.Exchange, e *entry, start time.Time) {
	// The goroutine serves other requests after this one.
	pprof.SetGoroutineLabels(context.Background())
	took := time.Since(start)
	t.busy.Add(-1)
	overdue, waited := e.end(x)
	t.durations.Observe(took - waited)
	if t.config.After != nil {
		t.config.After(x, took)
	}
	if t.config.Timeout > 0 && took-waited >= t.config.Timeout && !overdue {
		// It ended at its deadline, before anybody could look at its stack.
		overdue = true
		t.timeouts.Add(1)
		t.config.Log.Error("request overdue: the client gets 503", "method", x.Request.Method, "path", string(x.Request.Path), "id", x.Request.ID,
			"after", took.Round(time.Millisecond))
	}
	if t.config.Slow > 0 && took-waited >= t.config.Slow && !overdue {
		t.slow.Add(1)
		t.config.Log.Warn("slow request", "method", x.Request.Method, "path", string(x.Request.Path), "id", x.Request.ID,
			"took", took.Round(time.Microsecond), "waited_for_body", waited.Round(time.Microsecond), "status", x.Response.Status)
	}
	t.pool.Put(e)
}

func (t *Tracker) queued(x *gateway.Exchange, now time.Time) time.Duration {
	if t.config.Waited != nil {
		return t.config.Waited(x, now)
	}
	if x.Start.IsZero() {
		return 0
	}
	return max(now.Sub(x.Start), 0)
}

func (e *entry) begin(x *gateway.Exchange, start time.Time) {
	r := &x.Request
	e.mu.Lock()
	e.active, e.overdue, e.waited, e.waiting = true, false, 0, time.Time{}
	e.method, e.id, e.start = r.Method, r.ID, start
	e.path = append(e.path[:0], r.Path...)
	e.mu.Unlock()
	if r.Body != nil {
		e.body, r.Body = r.Body, e
	}
}

func (e *entry) end(x *gateway.Exchange) (overdue bool, waited time.Duration) {
	e.mu.Lock()
	overdue, waited = e.overdue, e.waited
	e.active = false
	e.mu.Unlock()
	if x.Request.Body == io.Reader(e) {
		x.Request.Body = e.body // the response may still read it
	}
	e.body = nil
	return overdue, waited
}

// Read reads the request's body; the handler's clock stands still meanwhile.
func (e *entry) Read(p []byte) (int, error) {
	body := e.body
	if body == nil {
		return 0, io.ErrClosedPipe // kept beyond the handler
	}
	since := time.Now()
	e.mu.Lock()
	e.waiting = since
	e.mu.Unlock()
	n, err := body.Read(p)
	e.mu.Lock()
	e.waiting = time.Time{}
	e.waited += time.Since(since)
	e.mu.Unlock()
	return n, err
}

// Figures are what a Tracker has counted.
type Figures struct {
	// Requests is how many have begun, Busy how many are running.
	Requests, Busy int64
	// Timeouts overstayed Timeout, Slow took longer than Slow.
	Timeouts, Slow int64
	// Durations and Queues are the counts in each bucket, and the sums in seconds.
	Durations, Queues       []int64
	DurationsSum, QueuesSum float64
}

// Figures are the figures so far.
func (t *Tracker) Figures() Figures {
	f := Figures{Requests: t.requests.Load(), Busy: t.busy.Load(), Timeouts: t.timeouts.Load(), Slow: t.slow.Load()}
	f.Durations, f.DurationsSum = t.durations.Read()
	f.Queues, f.QueuesSum = t.queues.Read()
	return f
}

// Requests is how many requests have begun.
func (t *Tracker) Requests() int64 { return t.requests.Load() }

var _ gateway.Cooperative = (*Tracker)(nil)
