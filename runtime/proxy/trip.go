package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// trip is one request on its way to a server and back. It holds all memory
// that this needs, the response's head included, until the exchange is
// over; the connection goes back to its pool as soon as the answer has been read.
type trip struct {
	u *Upstream
	p *Proxy
	x *gateway.Exchange
	f *forward
	v visit

	out     []byte // the request's head, and its body where that is small
	headLen int
	body    spool
	// unbuffered passes the body on while it arrives.
	unbuffered bool

	choice    choice
	backend   *backend
	counted   bool // as a request of the backend
	conn      *conn
	reused    bool
	first     early     // what came while the request was being sent
	listening *listener // waits for that; nil when everything is sent at once
	in        http1.Reader
	memory    []byte
	resp      http1.Response
	watch     *watch   // nil until the server has been silent for a while
	h2        *stream2 // over HTTP/2, nil otherwise

	ahead     ahead
	length    http1.LengthReader
	chunked   http1.ChunkedReader
	chunks    http1.ChunkedWriter
	trailer   gateway.Header
	unsent    bool // the request goes out when the answer is first read
	asked     time.Time
	upgrade   bool         // the client asked for another protocol
	streamed  bool         // the client's body has been read from, and cannot be again
	stopped   bool         // the server answered before it had the whole request
	tunnelled bool         // the memory is given up
	over      bool         // the answer has been read to its end
	span      gateway.Span // of the attempt; nil where nobody follows requests
	traceAt   int          // where in out its id stands, 0 for nowhere

	// Made once, so that using them allocates nothing.
	after  func(*gateway.Exchange)
	stream func(gateway.BodyWriter) error
}

const (
	// tripMemory is the memory to read an answer into, in bytes, to begin with.
	tripMemory = 8 << 10
	// maxAnswerHead bounds the head of an answer in bytes; larger ones are 502.
	maxAnswerHead = 64 << 10
	// maxAnswerFields bounds its fields.
	maxAnswerFields = 200
	// maxInterim bounds the interim responses before an answer.
	maxInterim = 32
	// unsafeIdle is how long a connection may have been idle for a request that
	// must not be repeated, when the server may be closing it just now: less than the
	// shortest keep-alive in use (gunicorn's 2 seconds).
	unsafeIdle = time.Second
)

func newTrip(u *Upstream) *trip {
	t := &trip{u: u, memory: make([]byte, tripMemory)}
	t.after, t.stream = t.finish, t.relay
	t.ahead.read, t.ahead.judge = t.readPart, t.judgeRead
	return t
}

func (t *trip) begin(p *Proxy, x *gateway.Exchange, v visit, f *forward) {
	t.p, t.x, t.v, t.f = p, x, v, f
	t.over, t.streamed, t.upgrade, t.reused = false, false, false, false
	t.unbuffered = f.unbuffered || t.u.config.HTTP2 && grpc(&x.Request.Header)
}

// finish takes everything back when the exchange is over. What the response still
// refers to is the trip's memory, so it lets go of that first.
func (t *trip) finish(x *gateway.Exchange) {
	x.Response.NoContent()
	x.Response.Header.Reset()
	t.leaveHTTP2()
	t.letGo(false)
	t.leave()
	t.body.reset()
	t.resp.Header.Reset()
	t.trailer.Reset()
	t.p, t.x, t.f, t.backend, t.v = nil, nil, nil, nil, visit{}
	t.choice = choice{}
	if cap(t.out) > maxAnswerHead {
		t.out = nil
	}
	if !t.tunnelled && cap(t.memory) > maxAnswerHead {
		t.memory = make([]byte, tripMemory)
	}
	if !t.tunnelled {
		t.u.trips.Put(t)
	}
}

// leave notes that the server is done with the request.
func (t *trip) leave() {
	t.endAttempt()
	if t.counted {
		t.counted = false
		t.u.release(t.backend)
	}
}

// letGo gives the connection back: to the pool where it can be used again.
func (t *trip) letGo(usable bool) {
	c := t.conn
	if c == nil {
		return
	}
	t.conn = nil
	if t.watch != nil {
		// A watch that is going off now would hit the connection's next user.
		usable = t.watch.stop() && usable
		t.watch = nil
	}
	if usable {
		t.backend.pool.put(c, time.Now())
		return
	}
	c.Close()
}

// run sends the request to one server after the other until one answers. It
// goes on after a failure only where that can do no harm:
//
//   - the connection could not be made: nothing was sent, any request goes to
//     the next server
//   - a kept connection turns out to be closed: a safe request, and one of
//     which nothing was sent, is sent again to the same server
//   - the server closed without a byte of an answer: a safe request goes to
//     another server, once; to the only worker of a site again, as the socket
//     is that of the process which takes its place
//
// Everything else is final: what may have been acted upon is never sent twice.
func (t *trip) run() error {
	safe := safeToRepeat(t.x.Request.Method)
	t.writeHead()
	t.choice.begin(t.u, t.x, &t.v)
	tries, again, failure := 0, safe, error(nil)
	began, noted := t.beginNotes()
	for {
		b, err := t.takeServer()
		if err != nil {
			return err
		}
		if b == nil {
			if failure == nil {
				failure = errNoServer
			}
			return failure
		}
		t.backend, t.counted = b, true
		b.figures.requests.Add(1)
		if tries > 0 {
			t.u.figures.retries.Add(1)
		}
		if noted != nil {
			noted.server = b.figures.server
			noted.tries++
		}
		t.beginAttempt(b, tries)
		err = t.attempt(b, true, safe)
		if err != nil && t.reused && !t.streamed && (is(err, errNothingSent) || safe && is(err, errUnanswered)) {
			err = t.attempt(b, false, safe)
		}
		t.noteAnswer(began, noted)
		t.judgeAttempt(err)
		if err == nil {
			if t.u.config.MaxFails > 0 {
				t.u.succeeded(b, time.Now())
			}
			t.stick()
			return nil
		}
		if is(err, errClientGone) || is(err, errClientBody) {
			return err
		}
		b.figures.failures[failureOf(err)].Add(1)
		t.u.failed(b, time.Now())
		failure = fmt.Errorf("server %s: %w", b.label, err)
		if t.streamed {
			return failure
		}
		switch tries++; {
		case tries == t.u.config.Tries:
			return failure
		case is(err, errConnect), is(err, errNothingSent):
		case is(err, errUnanswered) && again && t.u.mayRetry():
			again = false
		default:
			return failure
		}
		t.leave()
		t.backend = nil
		if !is(err, errUnanswered) || !t.u.only(b) {
			t.choice.tried = append(t.choice.tried, b)
		}
	}
}

// attempt sends the request to a server, over a kept connection where it may,
// and reads the head of the answer.
func (t *trip) attempt(b *backend, kept, safe bool) error {
	if b.client != nil {
		return t.attemptHTTP2(b)
	}
	t.letGo(false)
	t.reused, t.unsent = false, false
	now := time.Now()
	if kept {
		limit := time.Duration(0)
		if !safe {
			limit = unsafeIdle
		}
		if t.conn = b.pool.get(now, limit); t.conn != nil {
			t.reused = true
		}
	}
	if t.conn == nil {
		if err := t.connect(b); err != nil {
			return err
		}
	}
	t.in.Reset((*wire)(t), t.memory)
	t.first, t.listening, t.stopped = early{}, nil, false
	if t.sendsAtOnce() && t.conn.mayAsk(t.out) {
		t.unsent, t.asked = true, now
		return t.receive()
	}
	if t.reused && t.conn.dead() {
		return fmt.Errorf("%w: %w", errNothingSent, errStale)
	}
	if err := t.send(); err != nil {
		return err
	}
	return t.receive()
}

func (t *trip) connect(b *backend) error {
	now := time.Now()
	c, err := b.dial(t.until(now, t.f.connect), t.x.Request.Client)
	if err != nil {
		if timedOut(err) {
			return fmt.Errorf("%w: %w: %w", errConnect, errTimeout, err)
		}
		return fmt.Errorf("%w: %w", errConnect, err)
	}
	t.conn = newConn(c, now)
	return nil
}

func timedOut(err error) bool {
	if e, ok := err.(net.Error); ok {
		return e.Timeout()
	}
	return errors.Is(err, context.DeadlineExceeded)
}
