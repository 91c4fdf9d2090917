package tracing

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
)

// complainEvery is how often the log is told that the collector takes nothing.
const complainEvery = time.Minute

// queue hands ended spans on in batches, beside the requests. It is a
// trace.SpanProcessor that counts what it loses, which the SDK's own does not tell.
type queue struct {
	exporter trace.SpanExporter
	batch    int
	delay    time.Duration
	log      *slog.Logger

	spans   chan trace.ReadOnlySpan
	flushes chan chan struct{}
	ended   chan struct{} // closed by Shutdown
	done    chan struct{} // closed when nothing is exported any more
	end     sync.Once
	ctx     context.Context // ends when Shutdown may wait no longer
	cancel  context.CancelFunc

	dropped atomic.Int64 // for want of room
	failed  atomic.Int64 // the collector did not take
	cause   atomic.Pointer[error]
	said    atomic.Int64 // when, in nanoseconds
	now     func() time.Time
}

func newQueue(exporter trace.SpanExporter, size, batch int, delay time.Duration, log *slog.Logger) *queue {
	q := &queue{exporter: exporter, batch: min(batch, size), delay: delay, log: log, now: time.Now,
		spans: make(chan trace.ReadOnlySpan, size), flushes: make(chan chan struct{}), ended: make(chan struct{}), done: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancel(context.Background())
	go q.run()
	return q
}

// OnStart implements trace.SpanProcessor.
func (q *queue) OnStart(context.Context, trace.ReadWriteSpan) {}

// OnEnd takes a span, and drops it where there is no room: nobody waits.
func (q *queue) OnEnd(s trace.ReadOnlySpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	select {
	case q.spans <- s:
	default:
		q.dropped.Add(1)
		q.complain(nil)
	}
}

// run exports until Shutdown, and what is left then.
func (q *queue) run() {
	defer close(q.done)
	batch := make([]trace.ReadOnlySpan, 0, q.batch)
	send := func() {
		if len(batch) == 0 {
			return
		}
		if err := q.exporter.ExportSpans(q.ctx, batch); err != nil {
			q.failed.Add(int64(len(batch)))
			q.complain(err)
		}
		clear(batch)
		batch = batch[:0]
	}
	take := func(s trace.ReadOnlySpan) {
		if batch = append(batch, s); len(batch) == cap(batch) {
			send()
		}
	}
	drain := func() {
		for {
			select {
			case s := <-q.spans:
				take(s)
			default:
				send()
				return
			}
		}
	}
	timer := time.NewTimer(q.delay)
	defer timer.Stop()
	for {
		select {
		case s := <-q.spans:
			take(s)
		case <-timer.C:
			send()
			timer.Reset(q.delay)
		case flushed := <-q.flushes:
			drain()
			close(flushed)
		case <-q.ended:
			drain()
			return
		}
	}
}

// ForceFlush exports what waits.
func (q *queue) ForceFlush(ctx context.Context) error {
	flushed := make(chan struct{})
	select {
	case q.flushes <- flushed:
	case <-q.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-flushed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Shutdown exports what waits, for as long as ctx allows, and ends.
func (q *queue) Shutdown(ctx context.Context) error {
	q.end.Do(func() { close(q.ended) })
	var err error
	select {
	case <-q.done:
	case <-ctx.Done():
		err = ctx.Err()
		q.cancel()
		<-q.done
	}
	q.cancel()
	q.tell()
	if stopped := q.exporter.Shutdown(context.WithoutCancel(ctx)); err == nil {
		err = stopped
	}
	return err
}

// complain says now and then what has been lost, and why.
func (q *queue) complain(err error) {
	if err != nil {
		q.cause.Store(&err)
	}
	now := q.now().UnixNano()
	if said := q.said.Load(); said == 0 || time.Duration(now-said) >= complainEvery {
		if q.said.CompareAndSwap(said, now) {
			q.tell()
		}
	}
}

// tell logs what has been lost since it last did.
func (q *queue) tell() {
	dropped, failed, cause := q.dropped.Swap(0), q.failed.Swap(0), q.cause.Swap(nil)
	if dropped == 0 && failed == 0 && cause == nil {
		return
	}
	attrs := []slog.Attr{slog.Int64("not_taken", failed), slog.Int64("no_room", dropped)}
	if cause != nil {
		attrs = append(attrs, slog.String("error", (*cause).Error()))
	}
	q.log.LogAttrs(context.Background(), slog.LevelWarn, "tracing: spans are lost, as the collector does not take them; requests are served as usual", attrs...)
}

var _ trace.SpanProcessor = (*queue)(nil)
