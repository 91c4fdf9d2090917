package supervisor

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Child is a process that a supervisor has started.
type Child struct {
	charge
	listeners map[string]net.Listener
	packets   map[string]*net.UDPConn
	workers   chan WorkerList
	reopen    chan struct{}
	draining  chan struct{}
	quit      chan struct{}
	orphaned  chan struct{}
	drainOnce sync.Once
	quitOnce  sync.Once
	life      *os.File
	graceful  atomic.Int64 // a time.Duration

	mu      sync.Mutex
	report  *os.File
	waiting []chan *Status // who asked for the status, in order
	hears   func(words []string) (string, error)
}

// WorkerList are the addresses of the workers that accept connections
// ("unix:/path"), as the supervisor tells a proxy.
type WorkerList struct {
	Addresses []string
	seq       int
}

// Inherited returns the child that this process is, or false if no supervisor
// started it. It is called once, before the process starts others; an error in what was
// inherited is a bug and panics.
func Inherited() (*Child, bool) {
	text, ok := os.LookupEnv(environment)
	if !ok {
		return nil, false
	}
	os.Unsetenv(environment) // the processes that this one starts are its own affair
	c := &Child{listeners: map[string]net.Listener{}, packets: map[string]*net.UDPConn{}, workers: make(chan WorkerList, 1),
		reopen: make(chan struct{}, 1), draining: make(chan struct{}), quit: make(chan struct{}),
		orphaned: make(chan struct{})}
	if err := json.Unmarshal([]byte(text), &c.charge); err != nil {
		panic("stackgen: unreachable: " + environment + ": " + err.Error())
	}
	c.graceful.Store(int64(c.charge.Graceful))
	for i, name := range c.charge.Listeners {
		l, err := inheritListener(listenFD+i, name)
		if err != nil {
			panic("stackgen: unreachable: inherited listener " + name + ": " + err.Error())
		}
		c.listeners[name] = l
	}
	for i, name := range c.charge.Packets {
		p, err := inheritPackets(listenFD+len(c.charge.Listeners)+i, name)
		if err != nil {
			panic("stackgen: unreachable: inherited socket " + name + ": " + err.Error())
		}
		c.packets[name] = p
	}
	for _, fd := range []int{controlFD, reportFD, crashFD, lifeFD} {
		syscall.CloseOnExec(fd)
	}
	if c.charge.Binary > 0 {
		syscall.Close(c.charge.Binary)
	}
	c.report = os.NewFile(reportFD, "report")
	c.life = os.NewFile(lifeFD, "life line")
	c.crashes()
	go c.listen(os.NewFile(controlFD, "control"))
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT)
	// The supervisor passes on what these mean; sent here by mistake they end nothing.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGTTIN, syscall.SIGTTOU)
	go c.obey(signals)
	return c, true
}

// maxStack is the most that one goroutine's stack may take, in bytes: endless
// recursion ends the process before it has eaten the machine's memory.
const maxStack = 64 << 20

// crashes has the supervisor read why the Go runtime gives up, beside stderr.
func (c *Child) crashes() {
	f := os.NewFile(crashFD, "crash")
	debug.SetCrashOutput(f, debug.CrashOptions{}) // keeps a duplicate
	f.Close()
	debug.SetMaxStack(maxStack)
}

func inheritListener(fd int, name string) (net.Listener, error) {
	f := os.NewFile(uintptr(fd), name)
	defer f.Close() // FileListener keeps a duplicate, closed on exec
	return net.FileListener(f)
}

// listen reads the supervisor's orders. Their end is the supervisor's.
func (c *Child) listen(control *os.File) {
	defer func() {
		close(c.orphaned)
		c.outliveProxy()
		c.drain()
	}()
	lines := bufio.NewScanner(control)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var o order
		if json.Unmarshal(lines.Bytes(), &o) != nil {
			continue // of a newer supervisor
		}
		switch {
		case o.Quit:
			c.stop()
		case o.Drain:
			c.drain()
		case o.Reopen:
			select {
			case c.reopen <- struct{}{}:
			default:
			}
		case o.Workers != nil:
			// Only the latest list counts.
			select {
			case <-c.workers:
			default:
			}
			c.workers <- WorkerList{o.Workers, o.Seq}
		case o.Status != nil:
			c.answered(o.Status)
		case o.Tell != nil:
			go c.hear(o.Tell)
		}
	}
}

// outliveProxy waits, in a worker whose supervisor has gone, until the proxy
// has gone too: the requests that it still has in flight come here.
func (c *Child) outliveProxy() {
	if c.charge.Role != RoleWorker {
		return
	}
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, c.life)
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(time.Duration(c.graceful.Load())):
	}
}

// obey acts on signals sent to this process. The first TERM only asks for another
// in its place: service managers send it to all processes of a site at once
// (systemd KillMode=control-group), and then the supervisor knows the order in which they go.
func (c *Child) obey(signals <-chan os.Signal) {
	terminated := false
	for s := range signals {
		switch {
		case s != syscall.SIGTERM, terminated && ended(c.draining):
			c.stop()
		case terminated:
			c.drain()
		case ended(c.draining), ended(c.orphaned): // it is leaving, or will
		case c.say(report{Replace: ReasonDrain}) != nil:
			c.drain()
		}
		terminated = true
	}
}

// ended reports whether a channel is closed.
func ended(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func (c *Child) drain() { c.drainOnce.Do(func() { close(c.draining) }) }

func (c *Child) stop() {
	c.quitOnce.Do(func() { close(c.quit) })
	c.drain()
}

// Role is what this process is to do.
func (c *Child) Role() Role { return c.charge.Role }

// Index numbers the workers from 0; it is 0 in the other roles.
func (c *Child) Index() int { return c.charge.Index }

// Listener returns the listener of that name, nil if this process has none.
// A public one has the name of its ListenSpec, a worker's own is [Child.WorkerListener].
func (c *Child) Listener(name string) net.Listener { return c.listeners[name] }

// Packets returns the UDP socket of that name, nil if this process has none.
func (c *Child) Packets(name string) *net.UDPConn { return c.packets[name] }

// WorkerListener returns the unix socket of a worker; nil in other roles.
func (c *Child) WorkerListener() net.Listener { return c.listeners[workerListener] }

// Workers yields to a proxy the workers that accept connections, at first and
// after every change. What is in use is said with [Child.Applied].
func (c *Child) Workers() <-chan WorkerList { return c.workers }

// Applied says that new requests go by this list: workers that are not in it
// may leave.
func (c *Child) Applied(list WorkerList) { c.say(report{Applied: list.seq}) }

// Reopen yields when log files are to be opened anew (USR1).
func (c *Child) Reopen() <-chan struct{} { return c.reopen }

// Ready says that the process serves, and by which settings.
func (c *Child) Ready(settings Settings) error {
	if settings.Graceful > 0 {
		c.graceful.Store(int64(gracefulOf(c.charge.Role, settings.Graceful)))
	}
	if err := c.say(report{Ready: &settings}); err != nil {
		return fmt.Errorf("supervisor: saying ready: %w", err)
	}
	return nil
}

// Failed says why the process cannot start, or what ends it; it should exit
// then, with a status other than 0.
func (c *Child) Failed(err error) { c.say(report{Failed: err.Error()}) }

// Replace asks for another process in this one's place. When that serves, this
// one is told to drain.
func (c *Child) Replace(why Reason) { c.say(report{Replace: why}) }

func (c *Child) say(r report) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return writeLine(c.report, r)
}

// Status asks the supervisor for the whole site's status.
func (c *Child) Status(ctx context.Context) (*Status, error) {
	answer := make(chan *Status, 1)
	c.mu.Lock()
	c.waiting = append(c.waiting, answer)
	err := writeLine(c.report, report{Ask: true})
	c.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("supervisor: asking for the status: %w", err)
	}
	select {
	case st := <-answer:
		return st, nil
	case <-c.orphaned:
		return nil, errors.New("supervisor: the supervisor has gone")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// answered hands a status to who asked first.
func (c *Child) answered(st *Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) > 0 {
		c.waiting[0] <- st
		c.waiting = c.waiting[1:]
	}
}

// statsInterval is how often a process reports its figures, which is its heartbeat.
const statsInterval = time.Second

// Report has the supervisor know the process's figures, until it has stopped. Last reports
// them once more, for what was counted since.
func (c *Child) Report(stats func() Stats) (last func()) {
	go func() {
		ticker := time.NewTicker(statsInterval)
		defer ticker.Stop()
		for {
			s := stats()
			if c.say(report{Stats: &s}) != nil {
				return
			}
			<-ticker.C
		}
	}()
	return func() {
		s := stats()
		c.say(report{Stats: &s})
	}
}

// Draining is closed when the process has to stop: no new connections, finish
// what is in flight.
func (c *Child) Draining() <-chan struct{} { return c.draining }

// Quit is closed when it has to stop at once. Draining is closed then, too.
func (c *Child) Quit() <-chan struct{} { return c.quit }

// Wait waits until the process has to stop, and calls stop with a context
// that ends when finishing has taken too long or quitting is wanted.
func (c *Child) Wait(stop func(context.Context) error) error {
	<-c.draining
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(c.graceful.Load()))
	defer cancel()
	go func() {
		select {
		case <-c.quit:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := stop(ctx)
	select {
	case <-c.orphaned:
		c.tidy()
	default:
	}
	return err
}

// tidy removes what the supervisor can no longer remove: a worker's socket, and
// the folder when this is the last one in it.
func (c *Child) tidy() {
	if l := c.WorkerListener(); l != nil {
		path := l.Addr().String()
		links, _ := filepath.Glob(path + ".*") // the pattern is well-formed
		for _, name := range append(links, path) {
			os.Remove(name)
		}
		os.Remove(filepath.Dir(path))
	}
}
