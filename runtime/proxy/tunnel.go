package proxy

import (
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
)

// tunnel is a client and a server that have switched protocols: bytes pass both ways until both
// directions have ended, or one has failed. An end in one direction is passed on as such: the
// other may go on. There is no idle limit: a WebSocket may be silent for as long as both sides like.
//
// Where pollers drive the sockets a silent tunnel has no goroutine, and no memory but what
// its exchange is logged from.
type tunnel struct {
	trip        *trip
	client      gateway.Conn
	server      net.Conn
	websocket   bool
	there, back direction    // to the server, and to the client
	left        atomic.Int32 // directions that go on
	over        func()       // called when none does
}

// tunnel is what takes the client's connection over.
func (t *trip) tunnel(client gateway.Conn) {
	server := t.conn
	server.readUntil(time.Time{})
	server.SetWriteDeadline(time.Time{})
	err := passReadAhead(server.Conn, client)
	if err == nil {
		_, err = client.Write(t.in.Buffered())
	}
	n := &tunnel{trip: t, client: client, server: server.Conn,
		websocket: gateway.EqualFold(t.resp.Header.Get("Upgrade"), "websocket")}
	t.unload()
	if err != nil {
		return // which closes both
	}
	n.there.begin(n, client, server.Conn)
	n.back.begin(n, server.Conn, client)
	n.left.Store(2)
	if n.websocket && t.p.config.Closing != nil {
		t.p.farewells.add(n, t.p.config.Closing)
	}
	if k, ok := client.(gateway.Keeper); ok {
		n.over = k.Keep()
		n.back.start()
		n.there.start()
		return
	}
	over := make(chan struct{})
	n.over = func() { close(over) }
	n.back.start()
	n.there.run()
	<-over
}

// unload gives up the memory that request and answer were in: a tunnel may be silent for
// hours, and nobody asks for more of them than their heads. The trip is none of the pool's any more.
func (t *trip) unload() {
	t.x.Response.Header.Compact()
	if r := recordOf(t.x); r != nil {
		r.unload()
	}
	t.v, t.choice = visit{}, choice{}
	t.in.Reset(nil, nil)
	t.resp, t.memory, t.out = http1.Response{}, nil, nil
	t.tunnelled = true
}

// interrupt ends both directions, whatever they do. Who waits for a poller's word is
// called as if there were something to read.
func (n *tunnel) interrupt() {
	n.there.wake()
	n.back.wake()
	n.client.Close()
	n.server.Close()
}

// closes reports whether the process's time is over.
func (n *tunnel) closes() bool {
	select {
	case <-n.trip.p.config.Closing:
		return true
	default:
		return false
	}
}

// direction is one way of a tunnel. It is one goroutine's at a time: the poller's, or one of its
// own while it is busy; nobody's while nothing comes.
type direction struct {
	tunnel   *tunnel
	src, dst net.Conn
	// What src and dst are, where pollers drive them; else nil, and a goroutine waits.
	in, out *netpoll.Conn
}

// A direction that is awaited is told of by its tunnel when it has to end.
var _ netpoll.Handler = (*direction)(nil)

func (w *direction) begin(n *tunnel, src, dst net.Conn) {
	*w = direction{n, src, dst, driven(src), driven(dst)}
}

// start has the direction go on by itself.
func (w *direction) start() {
	if w.in == nil || !w.in.AwaitBy(w) {
		go w.run()
	}
}

// wake has whoever waits for src see that its time is over.
func (w *direction) wake() {
	w.src.SetReadDeadline(longAgo)
	if w.in != nil && w.in.Dismiss() != nil {
		go w.Ready(new(netpoll.Driver))
	}
}

// quickRounds is how many times in a row the poller's goroutine looks after one direction.
const quickRounds = 4

// Ready implements [netpoll.Handler]: something has come, or the end.
func (w *direction) Ready(d *netpoll.Driver) {
	waits, err := w.passLittle(d)
	switch {
	case waits:
	case err != nil:
		d.Leave()
		w.end(end(err))
	default:
		d.Leave()
		w.run()
	}
}

// passLittle passes on at once what has come, if it is little: other connections do not wait for
// more than that. It reports whether the direction waits again; else there may be more.
func (w *direction) passLittle(d *netpoll.Driver) (waits bool, err error) {
	u := w.tunnel.trip.u
	buf := u.relayBuffer()
	defer u.relays.Put(buf)
	for range quickRounds {
		n, err := w.in.TryRead(buf[:])
		switch {
		case err == netpoll.ErrWait && w.in.AwaitBy(w):
			return true, nil
		case err == netpoll.ErrWait:
			continue
		case err != nil:
			return false, err
		}
		sent := 0
		if w.out != nil {
			if sent, err = w.out.TryWrite(buf[:n]); err != nil {
				return false, err
			}
		}
		if sent < n {
			d.Leave()
			_, err = w.dst.Write(buf[sent:n])
			return false, err
		}
		if n == len(buf) {
			break
		}
	}
	return false, nil
}

// run passes on what comes, and waits for it where no poller does.
func (w *direction) run() {
	u := w.tunnel.trip.u
	from, to := plainSocket(w.src), plainSocket(w.dst)
	if w.in == nil {
		w.end(u.pipes.relay(w.dst, to, w.src, from))
		return
	}
	for {
		err := u.passReady(w.dst, to, w.in)
		if err != netpoll.ErrWait {
			w.end(end(err))
			return
		}
		if w.in.AwaitBy(w) {
			return
		}
	}
}

// end notes that the direction has ended: well where err is nil.
func (w *direction) end(err error) {
	n := w.tunnel
	if w == &n.back {
		n.trip.p.farewells.remove(n)
		if err != nil && n.websocket && n.closes() {
			sayGoodbye(n.client, n.server)
		}
	}
	if err != nil || closeWrite(w.dst) != nil {
		n.interrupt()
	}
	if n.left.Add(-1) == 0 {
		n.over()
	}
}

// closeWrite ends the sending direction.
func closeWrite(c net.Conn) error {
	if w, ok := c.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return io.ErrClosedPipe
}

// driven is the connection that a poller drives, nil where none does.
func driven(c net.Conn) *netpoll.Conn {
	switch c := c.(type) {
	case *netpoll.Conn:
		return c
	case *tls.Conn:
		return nil // there may be something in its memory
	}
	if w, ok := c.(interface{ NetConn() net.Conn }); ok {
		c, _ := w.NetConn().(*netpoll.Conn)
		return c
	}
	return nil
}
