package http3

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// peers are the other processes that have connections on the same socket. Each listens on a unix socket
// in a folder that they share, and sends over connections of its own.
type peers struct {
	dir    string
	folder *os.File // dir, for names that are too long
	own    tag
	hear   func(from *peer, kind frameKind, rest []byte) error
	listen *net.UnixListener

	mu     sync.Mutex // held while byTag is replaced
	byTag  atomic.Pointer[map[tag]*peer]
	closed bool
	heard  map[net.Conn]struct{}
}

// socketSuffix ends the names of the sockets in the folder, and newSuffix those that are not ready.
const (
	socketSuffix = ".sock"
	newSuffix    = "~"
)

// meet opens this process's own socket, and connects to those that are there.
func meet(dir string, own tag, hear func(*peer, frameKind, []byte) error) (*peers, error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	p := &peers{dir: dir, folder: folder, own: own, hear: hear, heard: map[net.Conn]struct{}{}}
	p.byTag.Store(&map[tag]*peer{})
	if p.listen, err = p.open(); err != nil {
		folder.Close()
		return nil, err
	}
	go p.accept()
	p.scan()
	return p, nil
}

// open opens this process's own socket. It gets its name when it can be connected to: before that, the others would
// take it for one that a dead process has left, and remove it.
func (p *peers) open() (*net.UnixListener, error) {
	name := p.path(p.own)
	listen, err := net.ListenUnix("unix", &net.UnixAddr{Name: name + newSuffix, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listen.SetUnlinkOnClose(false)
	if err := os.Rename(name+newSuffix, name); err != nil {
		os.Remove(name + newSuffix)
		listen.Close()
		return nil, err
	}
	return listen, nil
}

// maxPath is the longest name of a unix socket that all systems take, in bytes.
const maxPath = 100

// path is where a process listens. A name that is too long goes by the open folder, where the system has that.
func (p *peers) path(t tag) string {
	name := filepath.Join(p.dir, t.String()+socketSuffix)
	if len(name) > maxPath {
		name = fmt.Sprintf("/proc/self/fd/%d/%s%s", p.folder.Fd(), t, socketSuffix)
	}
	return name
}

func (p *peers) accept() {
	for {
		c, err := p.listen.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		closed := p.closed
		if !closed {
			p.heard[c] = struct{}{}
		}
		p.mu.Unlock()
		if closed {
			c.Close()
			return
		}
		go p.read(c)
	}
}

// read hears one process until it ends.
func (p *peers) read(c net.Conn) {
	defer func() {
		c.Close()
		p.mu.Lock()
		delete(p.heard, c)
		p.mu.Unlock()
	}()
	in := bufio.NewReaderSize(c, 64<<10)
	var buffer [maxFrame]byte
	kind, rest, err := readFrame(in, &buffer)
	if err != nil || kind != frameHello || len(rest) != len(tag{}) {
		return
	}
	from := p.get(tag(rest))
	for err == nil && from != nil {
		if kind, rest, err = readFrame(in, &buffer); err == nil {
			err = p.hear(from, kind, rest)
		}
	}
	if from != nil {
		p.forget(from)
	}
}

// scan connects to the processes that this one does not know yet, and removes what
// dead ones have left.
func (p *peers) scan() {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), socketSuffix)
		b, err := hex.DecodeString(name)
		if !ok || err != nil || len(b) != len(tag{}) {
			continue
		}
		p.get(tag(b))
	}
}

// named is the process of that tag, nil for one that is not known.
func (p *peers) named(t tag) *peer { return (*p.byTag.Load())[t] }

// get is the process of that tag, connected to if need be; nil where it has gone, and for this one.
func (p *peers) get(t tag) *peer {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := *p.byTag.Load()
	if known[t] != nil || t == p.own || p.closed {
		return known[t]
	}
	c, err := net.Dial("unix", p.path(t))
	if err != nil {
		if errors.Is(err, syscall.ECONNREFUSED) {
			os.Remove(filepath.Join(p.dir, t.String()+socketSuffix))
		}
		return nil
	}
	made := &peer{tag: t, conn: c, out: make(chan []byte, passedRoom), ended: make(chan struct{})}
	made.send(appendFrame(nil, frameHello, p.own[:]...))
	p.replace(known, t, made)
	go func() {
		made.write()
		p.forget(made)
	}()
	return made
}

// replace puts another process, or nil, in the place of a tag; the caller holds mu.
func (p *peers) replace(known map[tag]*peer, t tag, by *peer) {
	next := make(map[tag]*peer, len(known)+1)
	for k, v := range known {
		next[k] = v
	}
	if by == nil {
		delete(next, t)
	} else {
		next[t] = by
	}
	p.byTag.Store(&next)
}

// forget is for a process that has gone.
func (p *peers) forget(gone *peer) {
	gone.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := *p.byTag.Load(); known[gone.tag] == gone {
		p.replace(known, gone.tag, nil)
	}
}

// tell sends all a frame that is its kind alone.
func (p *peers) tell(kind frameKind) {
	for _, other := range *p.byTag.Load() {
		other.send(appendFrame(nil, kind))
	}
}

func (p *peers) close() {
	p.mu.Lock()
	p.closed = true
	heard := p.heard
	p.heard = map[net.Conn]struct{}{}
	p.mu.Unlock()
	p.listen.Close()
	os.Remove(filepath.Join(p.dir, p.own.String()+socketSuffix))
	for c := range heard {
		c.Close()
	}
	for _, other := range *p.byTag.Load() {
		other.end()
	}
	p.folder.Close()
}

// peer is one other process.
type peer struct {
	tag   tag
	conn  net.Conn
	out   chan []byte
	ended chan struct{}
	once  sync.Once
}

// send sends frames, or drops them where the process does not keep up.
func (p *peer) send(frames []byte) {
	if len(frames) == 0 {
		return
	}
	select {
	case p.out <- frames:
	default:
	}
}

// write writes what is sent until the process has gone.
func (p *peer) write() {
	out := bufio.NewWriterSize(p.conn, 64<<10)
	for {
		select {
		case b := <-p.out:
			if _, err := out.Write(b); err != nil {
				return
			}
			if len(p.out) == 0 && out.Flush() != nil {
				return
			}
		case <-p.ended:
			return
		}
	}
}

func (p *peer) end() {
	p.once.Do(func() {
		close(p.ended)
		p.conn.Close()
	})
}

func (p *peer) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}
