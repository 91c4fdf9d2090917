package http3

import (
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"golang.org/x/net/ipv4"
)

// socket is the UDP socket of a listener as one of several processes sees it: it
// reads what is for this process, and writes to the socket itself.
type socket struct {
	*net.UDPConn
	batch *ipv4.PacketConn
	keys  *keys
	own   tag
	log   *slog.Logger

	turn    *turn
	peers   *peers
	passed  chan datagram // from the process that reads
	changed chan struct{} // the turn has changed
	closed  chan struct{}
	once    sync.Once

	// asked is when another process last wanted to read, yours that one has stopped.
	asked atomic.Int64
	yours chan struct{}
	// leaving says that this process is about to go, last that no other is there to
	// take what comes anew.
	leaving, last atomic.Bool

	begun begun
}

// passedRoom is how many packets may wait that another process has read.
const passedRoom = 2048

// shareSocket is the part of a process in a socket. It reads nothing before claim.
func shareSocket(conn *net.UDPConn, dir string, k *keys, log *slog.Logger) (*socket, error) {
	t, err := openTurn(dir)
	if err != nil {
		return nil, err
	}
	s := &socket{
		UDPConn: conn, batch: ipv4.NewPacketConn(conn), keys: k, own: newTag(), log: log, turn: t,
		passed: make(chan datagram, passedRoom), changed: make(chan struct{}, 1), closed: make(chan struct{}),
		yours: make(chan struct{}, 1),
	}
	if s.peers, err = meet(dir, s.own, s.hear); err != nil {
		t.close()
		return nil, err
	}
	return s, nil
}

// The times of a change of readers.
const (
	// claimPause is how often a process asks again to read, takeoverTime how long it waits for the word
	// of the one before it when it could take the turn without.
	claimPause, takeoverTime = 20 * time.Millisecond, 100 * time.Millisecond
	// orphanPause is how often a process that does not read looks whether nobody does, respect how long it leaves
	// the turn to another that has asked for it.
	orphanPause, respect = 100 * time.Millisecond, time.Second
	// stopTime is how long a read may take to be interrupted.
	stopTime = time.Second
)

// claim has this process read from the socket, from now on or as soon as the one before it lets go.
// It reports false where that takes longer than patience.
func (s *socket) claim(patience time.Duration) bool {
	end := time.Now().Add(patience)
	contended := false
	for !s.turn.take() {
		contended = true
		s.peers.scan()
		s.peers.tell(frameYield)
		select {
		case <-s.yours:
			if s.turn.take() {
				s.poke()
				return true
			}
		case <-time.After(claimPause):
		case <-s.closed:
			return false
		}
		if time.Now().After(end) {
			return false
		}
	}
	if contended { // what it has begun is on its way
		select {
		case <-s.yours:
		case <-time.After(takeoverTime):
		}
	}
	s.peers.scan()
	s.poke()
	return true
}

// attend takes the turn when nobody has it any more: a process that died.
func (s *socket) attend() {
	tick := time.NewTicker(orphanPause)
	defer tick.Stop()
	for {
		select {
		case <-s.closed:
			return
		case <-tick.C:
			if s.turn.has() || time.Since(time.UnixMilli(s.asked.Load())) < respect {
				continue
			}
			if s.turn.take() {
				s.peers.scan()
				s.poke()
			}
		}
	}
}

// hear acts on what another process says.
func (s *socket) hear(from *peer, kind frameKind, rest []byte) error {
	switch kind {
	case framePacket:
		d, err := parseDatagram(rest)
		if err != nil {
			return err
		}
		select {
		case s.passed <- d:
			if s.turn.has() {
				s.poke()
			}
		default: // as where the kernel's queue is full
		}
	case frameYield:
		s.asked.Store(time.Now().UnixMilli())
		s.yield(from)
	case frameBegun:
		ids, err := parseBegun(rest)
		if err != nil {
			return err
		}
		s.begun.theirs(from, ids)
	case frameYours:
		select {
		case s.yours <- struct{}{}:
		default:
		}
	case frameLeaving:
		if !s.leaving.Load() {
			go s.claim(respect)
		}
	}
	return nil
}

// yield lets another process read.
func (s *socket) yield(to *peer) {
	if !s.turn.has() {
		return
	}
	idle := s.turn.stop()
	s.poke()
	select {
	case <-idle:
	case <-time.After(stopTime):
		s.log.Warn("HTTP/3: reading could not be stopped for the process that follows")
	}
	to.send(appendBegun(nil, s.begun.ours()))
	s.turn.release()
	to.send(appendFrame(nil, frameYours))
}

// leave says that this process is about to go. Where another one serves, that one reads from here on.
func (s *socket) leave() {
	s.leaving.Store(true)
	if !s.turn.has() {
		return
	}
	s.peers.scan()
	s.peers.tell(frameLeaving)
	for end := time.Now().Add(takeoverTime); time.Now().Before(end); time.Sleep(takeoverTime / 20) {
		if !s.turn.has() {
			return
		}
	}
	s.last.Store(true)
}

// poke has the goroutine that reads look at whose turn it is.
func (s *socket) poke() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
	s.UDPConn.SetReadDeadline(longAgo)
}

// longAgo as a deadline makes a read that waits return at once.
var longAgo = time.Unix(1, 0)

// ReadBatch reads packets that are for this process: from the socket where it is its turn, else those
// that the reading process passes on.
func (s *socket) ReadBatch(ms []ipv4.Message, flags int) (int, error) {
	for {
		select {
		case <-s.closed:
			return 0, os.ErrDeadlineExceeded // temporary to quic-go, which then sees that it is closed
		case d := <-s.passed:
			return d.fill(&ms[0]), nil
		default:
		}
		if !s.turn.begin() {
			select {
			case <-s.closed:
			case <-s.changed:
			case d := <-s.passed:
				return d.fill(&ms[0]), nil
			}
			continue
		}
		n, err := s.batch.ReadBatch(ms, flags)
		mine := err == nil && s.sort(ms[:n])
		s.turn.end()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.UDPConn.SetReadDeadline(time.Time{}) // what it was set for is looked at after this
		case err != nil:
			return 0, err
		case mine:
			return n, nil
		}
	}
}

// fill makes a message of the packet, and returns that it is one.
func (d datagram) fill(m *ipv4.Message) int {
	m.N, m.NN, m.Addr = copy(m.Buffers[0], d.data), copy(m.OOB, d.oob), d.addr()
	return 1
}

// sort passes on what is for other processes, and makes it empty here, which quic-go ignores. It
// reports whether something is left.
func (s *socket) sort(ms []ipv4.Message) (mine bool) {
	for i := range ms {
		m := &ms[i]
		packet := m.Buffers[0][:m.N]
		to, keep := s.owner(packet)
		if keep {
			mine = mine || m.N > 0
			continue
		}
		if from, ok := m.Addr.(*net.UDPAddr); ok && to != nil {
			address := from.AddrPort()
			to.send(appendDatagram(nil, datagram{from: withoutZone(address), zone: from.Zone, oob: m.OOB[:m.NN], data: packet}))
		}
		m.N, m.NN = 0, 0
	}
	return mine
}

// owner finds whose a packet is: this process's (keep), another's, or nobody's.
func (s *socket) owner(packet []byte) (to *peer, keep bool) {
	id, long, ok := destination(packet)
	if !ok {
		return nil, true // quic-go drops it
	}
	maker := s.keys.maker(id)
	if maker == s.own && len(id) == idSize {
		return nil, true
	}
	if p := s.peers.named(maker); p != nil && len(id) == idSize {
		return p, false
	}
	if !long {
		return nil, true // of a process that has gone: a stateless reset
	}
	if p := s.begun.whose(clientID(id)); p != nil {
		return p, false
	}
	if s.leaving.Load() && !s.last.Load() && !s.begun.known(clientID(id)) {
		return nil, false // who comes after this process begins connections; clients send again
	}
	s.begun.note(clientID(id))
	return nil, true
}

// SetReadDeadline ends reading: quic-go calls it where it closes.
func (s *socket) SetReadDeadline(t time.Time) error {
	if !t.IsZero() {
		s.stop()
	}
	return nil
}

func (s *socket) stop() {
	s.once.Do(func() { close(s.closed) })
	s.UDPConn.SetReadDeadline(longAgo)
}

// Close ends the part of this process. The socket stays open: it is closed by who has opened it.
func (s *socket) Close() error {
	s.stop()
	<-s.turn.stop()
	s.turn.release()
	s.peers.close()
	s.turn.close()
	return nil
}

var _ quic.OOBCapablePacketConn = (*socket)(nil)
