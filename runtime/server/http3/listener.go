package http3

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"stackgen.dev/runtime/server"
)

// Protocol is HTTP/3 as a listener has it.
type Protocol struct{}

// The bounds of a listener.
const (
	// maxConnections is how many connections a process has at most, maxHandshakes how many handshakes are
	// under way. From verifyHandshakes on, clients first have to show that their address is theirs.
	maxConnections   = 1 << 16
	maxHandshakes    = 2048
	verifyHandshakes = 64
	// What a client may send before it is read, in bytes: of one body, and of all on a connection.
	streamWindow, connectionWindow = 2 << 20, 4 << 20
	// pingPause is how often a connection is asked for a sign of life, which keeps what lies
	// between open while an answer takes its time.
	pingPause = 15 * time.Second
	// claimTime is how long a process that starts waits for the one before it to let go of the socket.
	claimTime = 5 * time.Second
)

// listener is a Protocol at work on one socket.
type listener struct {
	env       server.HTTP3Env
	socket    *socket
	transport *quic.Transport
	quic      *quic.Listener
	shaking   atomic.Int64

	mu       sync.Mutex
	sessions map[*session]struct{}
	leaving  bool
	close    func() error
}

// Listen implements [server.HTTP3].
func (Protocol) Listen(env server.HTTP3Env) (server.HTTP3Listener, error) {
	if err := os.MkdirAll(env.Dir, 0o700); err != nil {
		return nil, err
	}
	k, err := loadKeys(env.Dir)
	if err != nil {
		return nil, err
	}
	l := &listener{env: env, sessions: map[*session]struct{}{}}
	l.close = sync.OnceValue(l.closeAll)
	if l.socket, err = shareSocket(env.Socket, env.Dir, k, env.Log); err != nil {
		return nil, err
	}
	l.transport = &quic.Transport{
		Conn: l.socket, ConnectionIDGenerator: idGenerator{l.socket.own, k.ids},
		StatelessResetKey: &k.reset, TokenGeneratorKey: &k.token,
		VerifySourceAddress: func(net.Addr) bool { return l.shaking.Load() >= verifyHandshakes },
		ConnContext:         l.admit,
	}
	l.quic, err = l.transport.Listen(http3.ConfigureTLSConfig(env.TLS), &quic.Config{
		HandshakeIdleTimeout: env.HeaderTimeout / 2, // twice that is the limit in all
		MaxIdleTimeout:       env.KeepAlive,
		KeepAlivePeriod:      pingPause,
		MaxIncomingStreams:   int64(env.Streams), MaxIncomingUniStreams: 16,
		InitialStreamReceiveWindow: 256 << 10, MaxStreamReceiveWindow: streamWindow,
		InitialConnectionReceiveWindow: 512 << 10, MaxConnectionReceiveWindow: connectionWindow,
	})
	if err != nil {
		l.socket.Close()
		return nil, err
	}
	go l.accept()
	if !l.socket.claim(claimTime) {
		env.Log.Warn("HTTP/3: the process before this one does not let go of the socket; it is waited for")
		go l.socket.claim(time.Hour)
	}
	go l.socket.attend()
	return l, nil
}

// The reasons why clients are not let in.
var (
	errLeaving = errors.New("http3: the server goes")
	errFull    = errors.New("http3: too many connections")
)

// shake is a handshake: over once, with a connection or without.
type shake struct {
	over sync.Once
	l    *listener
}

type shakeKey struct{}

func (h *shake) end(ok bool) {
	h.over.Do(func() {
		h.l.shaking.Add(-1)
		h.l.env.Shaken(ok)
	})
}

// admit decides about a client that begins a connection.
func (l *listener) admit(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	switch {
	case l.socket.last.Load():
		return nil, errLeaving
	case l.shaking.Load() >= maxHandshakes, l.Connections() >= maxConnections:
		return nil, errFull
	}
	l.shaking.Add(1)
	h := &shake{l: l}
	context.AfterFunc(ctx, func() { h.end(false) })
	return context.WithValue(ctx, shakeKey{}, h), nil
}

// accept serves the connections that come, those too whose handshakes end while the server goes.
func (l *listener) accept() {
	for {
		conn, err := l.quic.Accept(context.Background())
		if err != nil {
			return
		}
		s := newSession(l, conn)
		l.mu.Lock()
		l.sessions[s] = struct{}{}
		leaving := l.leaving
		l.mu.Unlock()
		if h, ok := conn.Context().Value(shakeKey{}).(*shake); ok {
			h.end(true) // after it counts as a session
		}
		if leaving {
			go s.goodbye()
		}
		go func() {
			s.serve()
			l.mu.Lock()
			delete(l.sessions, s)
			l.mu.Unlock()
		}()
	}
}

// Connections implements [server.HTTP3Listener].
func (l *listener) Connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sessions)
}

// gonePause is how often a listener that goes looks whether all have left.
const gonePause = 20 * time.Millisecond

// farewellTime is how long requests whose contexts have ended may take to end well-formed, and
// sendTime how long what they said last may take to be sent.
const (
	farewellTime = 500 * time.Millisecond
	sendTime     = 100 * time.Millisecond
)

// Shutdown implements [server.HTTP3Listener].
func (l *listener) Shutdown(ctx context.Context) error {
	l.socket.leave()
	l.mu.Lock()
	l.leaving = true
	for s := range l.sessions {
		go s.goodbye()
	}
	l.mu.Unlock()
	err := l.left(ctx)
	if err != nil {
		l.mu.Lock()
		for s := range l.sessions {
			s.cancel()
		}
		l.mu.Unlock()
		farewell, cancel := context.WithTimeout(context.Background(), farewellTime)
		defer cancel()
		l.answered(farewell)
		time.Sleep(sendTime)
	}
	l.Close()
	return err
}

// left waits until every client has left, and no handshake is under way.
func (l *listener) left(ctx context.Context) error {
	for l.shaking.Load() > 0 || l.Connections() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(gonePause):
		}
	}
	return nil
}

// answered waits until no connection has a request under way.
func (l *listener) answered(ctx context.Context) {
	busy := func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for s := range l.sessions {
			if s.requests.Load() > 0 {
				return true
			}
		}
		return false
	}
	for busy() && ctx.Err() == nil {
		time.Sleep(gonePause)
	}
}

// Close implements [server.HTTP3Listener].
func (l *listener) Close() error { return l.close() }

func (l *listener) closeAll() error {
	l.quic.Close()
	l.mu.Lock()
	var ends sync.WaitGroup
	for s := range l.sessions {
		s.cancel()
		ends.Go(func() { s.conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "") })
	}
	l.mu.Unlock()
	ends.Wait()
	err := l.transport.Close()
	return errors.Join(err, l.socket.Close(), l.env.Socket.Close())
}

var (
	_ server.HTTP3         = Protocol{}
	_ server.HTTP3Listener = (*listener)(nil)
)
