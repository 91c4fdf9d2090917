package proxy

import (
	"io"
	"net"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
)

// farewells are the WebSockets that end when the process has to. One goroutine watches for all of them, and only while there are some:
// they are many, and silent. The zero farewells is ready.
type farewells struct {
	mu      sync.Mutex
	waiting map[*tunnel]struct{}
	nobody  chan struct{} // closed when the last has gone
}

// add has what comes from the tunnel's server end when limit is closed, until it is removed.
func (f *farewells) add(n *tunnel, limit <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-limit:
		n.back.wake()
		return
	default:
	}
	if len(f.waiting) == 0 {
		f.waiting, f.nobody = map[*tunnel]struct{}{}, make(chan struct{})
		go f.watch(limit, f.nobody)
	}
	f.waiting[n] = struct{}{}
}

func (f *farewells) watch(limit, nobody <-chan struct{}) {
	select {
	case <-nobody:
		return
	case <-limit:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := range f.waiting {
		n.back.wake()
	}
}

// remove forgets a tunnel from whose server nothing comes any more.
func (f *farewells) remove(n *tunnel) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.waiting[n]; !ok {
		return
	}
	delete(f.waiting, n)
	if len(f.waiting) == 0 {
		close(f.nobody)
	}
}

// Close frames with the code 1001, going away (RFC 6455, sections 5.5.1 and
// 7.4.1); what goes to a server is masked, here with zeros.
const (
	closeToClient = "\x88\x02\x03\xe9"
	closeToServer = "\x88\x82\x00\x00\x00\x00\x03\xe9"
)

// sayGoodbye ends a WebSocket with a reason. It is understood between two frames;
// a side that is in the middle of one sees the connection end, as it would have anyway.
func sayGoodbye(client gateway.Conn, server net.Conn) {
	limit := time.Now().Add(goodbyeTime)
	client.SetWriteDeadline(limit)
	server.SetWriteDeadline(limit)
	io.WriteString(client, closeToClient)
	io.WriteString(server, closeToServer)
}

// goodbyeTime is how long a side may take to accept a close frame.
const goodbyeTime = 200 * time.Millisecond
