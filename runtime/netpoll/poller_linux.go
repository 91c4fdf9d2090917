package netpoll

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// Supported says that the machine has what this package needs.
const Supported = true

// Group is one poller a core, and the connections that they drive. Make one with [New].
type Group struct {
	pollers []*Poller
	next    atomic.Uint32
	conns   table
	closed  atomic.Bool
	dozing  atomic.Bool   // the monitor sleeps until it is stirred
	stir    chan struct{} // wakes it
}

// New makes a group of as many pollers as goroutines run at once.
func New() (*Group, error) {
	g := &Group{stir: make(chan struct{}, 1)}
	for range runtime.GOMAXPROCS(0) {
		p, err := newPoller(g)
		if err != nil {
			for _, p := range g.pollers {
				p.free()
			}
			return nil, fmt.Errorf("netpoll: %w", err)
		}
		g.pollers = append(g.pollers, p)
	}
	for _, p := range g.pollers {
		p.replace()
	}
	go g.monitor()
	return g, nil
}

// Close ends the pollers. Connections that are open then hear of nothing any
// more: they are to be closed before.
func (g *Group) Close() {
	if g.closed.Swap(true) {
		return
	}
	for _, p := range g.pollers {
		p.close()
	}
	select {
	case g.stir <- struct{}{}:
	default:
	}
}

// choose is the poller for the next connection.
func (g *Group) choose() *Poller {
	return g.pollers[g.next.Add(1)%uint32(len(g.pollers))]
}

// events is how many events are asked for at once.
const events = 128

// Poller is one epoll instance. Everything below its lock belongs to the goroutine that drives it.
type Poller struct {
	group *Group
	file  *os.File // the epoll descriptor, as Go's poller sees it
	raw   syscall.RawConn
	fd    int
	bell  int // an eventfd inside: writing to it is an event

	mu     sync.Mutex
	spare  []*Driver // goroutines that wait to drive
	closed bool
	freed  sync.Once

	rounds atomic.Uint64 // counts the calls of fetch
	driver atomic.Pointer[Driver]
	asleep atomic.Bool // in look, or about to be

	look    func(uintptr) bool // waits for events; made once
	events  [events]syscall.EpollEvent
	n, at   int
	woke    bool // events of the batch made goroutines runnable
	breathe bool // let Go's own poller have its turn
	now     time.Time
	since   time.Time // when Go's poller had its last turn
}

func newPoller(g *Group) (*Poller, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	// Go's poller takes descriptors that do not block; epoll_wait does not care.
	if err := syscall.SetNonblock(fd, true); err != nil {
		syscall.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	bell, _, errno := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		syscall.Close(fd)
		return nil, os.NewSyscallError("eventfd", errno)
	}
	p := &Poller{group: g, file: os.NewFile(uintptr(fd), "epoll"), fd: fd, bell: int(bell)}
	if p.raw, err = p.file.SyscallConn(); err == nil {
		err = p.add(p.bell)
	}
	// Whether Go's poller has taken the descriptor shows with a deadline.
	if err == nil {
		err = p.file.SetReadDeadline(time.Time{})
	}
	if err != nil {
		p.file.Close()
		syscall.Close(p.bell)
		return nil, err
	}
	p.look = p.poll
	return p, nil
}

// edges are all the events of a socket, told once each.
const edges = syscall.EPOLLIN | syscall.EPOLLOUT | syscall.EPOLLRDHUP | 1<<31 // EPOLLET

func (p *Poller) add(fd int) error {
	ev := syscall.EpollEvent{Events: edges, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, fd, &ev))
}

func (p *Poller) close() {
	p.mu.Lock()
	p.closed = true
	spare := p.spare
	p.spare = nil
	p.mu.Unlock()
	for _, d := range spare {
		d.wake <- false
	}
	p.file.SetReadDeadline(time.Unix(1, 0))
}

// free closes the descriptors, when nobody drives any more.
func (p *Poller) free() {
	p.freed.Do(func() {
		p.file.Close()
		syscall.Close(p.bell)
	})
}

// ring makes an event.
func (p *Poller) ring() {
	one := uint64(1)
	syscall.RawSyscall(syscall.SYS_WRITE, uintptr(p.bell), uintptr(unsafe.Pointer(&one)), 8)
}

// poll asks for events without waiting; it is what Go's poller calls.
func (p *Poller) poll(fd uintptr) bool {
	if p.breathe {
		// There are events, but Go's own poller sees what is waiting there only
		// when nobody can run: we step back, and the bell fetches us again.
		p.breathe = false
		p.ring()
		return false
	}
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&p.events[0])), events, 0, 0, 0)
	if errno != 0 || n == 0 {
		p.asleep.Store(true)
		return false
	}
	p.n, p.at = int(n), 0
	return true
}

// turnTime is how long a driver goes on from batch to batch before it lets Go's
// poller look at its own descriptors: with one core nobody else does.
const turnTime = time.Millisecond

// fetch waits for the next events. It reports false when the poller was closed.
func (p *Poller) fetch() bool {
	if p.woke {
		p.woke = false
		runtime.Gosched()
	}
	if p.now.Sub(p.since) > turnTime {
		p.breathe = true
		p.since = p.now
	}
	err := p.raw.Read(p.look)
	p.rounds.Add(1)
	p.now = time.Now()
	if p.asleep.Load() {
		p.asleep.Store(false)
		p.since = p.now
		if !p.onlyBell() {
			p.group.rouse()
		}
	}
	return err == nil
}

// onlyBell reports whether there is nothing but the bell: no handler that the
// monitor would have to look after.
func (p *Poller) onlyBell() bool { return p.n == 1 && p.at == 0 && int(p.events[0].Fd) == p.bell }

// dispatch tells the connection of one event what has happened and returns the
// handler that is to be called for it, nil if none is.
func (p *Poller) dispatch(ev *syscall.EpollEvent) Handler {
	c := p.group.conns.at(int(ev.Fd))
	if c == nil || c.poller != p {
		return nil
	}
	bits := ev.Events
	const gone = syscall.EPOLLRDHUP | syscall.EPOLLHUP | syscall.EPOLLERR
	if bits&gone != 0 {
		c.gone.Store(true)
	}
	if bits&(syscall.EPOLLOUT|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 && c.wr.state.Load() != sideReady {
		p.woke = true
		c.wr.signal()
	}
	if bits&(syscall.EPOLLIN|gone) == 0 {
		return nil
	}
	if c.rd.signal() {
		return c.handler
	}
	p.woke = true
	return nil
}
