package supervisor

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Child is a process that a supervisor has started.
type Child struct {
	charge
	listeners map[string]net.Listener
	workers   chan []string
	draining  chan struct{}
	quit      chan struct{}
	orphaned  chan struct{}
	drainOnce sync.Once
	quitOnce  sync.Once

	mu     sync.Mutex
	report *os.File
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
	c := &Child{listeners: map[string]net.Listener{}, workers: make(chan []string, 1),
		draining: make(chan struct{}), quit: make(chan struct{}),
		orphaned: make(chan struct{})}
	if err := json.Unmarshal([]byte(text), &c.charge); err != nil {
		panic("stackgen: unreachable: " + environment + ": " + err.Error())
	}
	for i, name := range c.charge.Listeners {
		l, err := inheritListener(listenFD+i, name)
		if err != nil {
			panic("stackgen: unreachable: inherited listener " + name + ": " + err.Error())
		}
		c.listeners[name] = l
	}
	syscall.CloseOnExec(controlFD)
	syscall.CloseOnExec(reportFD)
	c.report = os.NewFile(reportFD, "report")
	go c.listen(os.NewFile(controlFD, "control"))
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT)
	go c.obey(signals)
	return c, true
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
		c.drain()
	}()
	lines := bufio.NewScanner(control)
	lines.Buffer(nil, 1<<20)
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
		case o.Workers != nil:
			// Only the latest list counts.
			select {
			case <-c.workers:
			default:
			}
			c.workers <- o.Workers
		}
	}
}

// obey acts on signals sent to this process alone.
func (c *Child) obey(signals <-chan os.Signal) {
	for s := range signals {
		select {
		case <-c.draining:
			c.stop()
		default:
		}
		if s == syscall.SIGTERM {
			c.drain()
		} else {
			c.stop()
		}
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
// A public one has the name of its ListenSpec, a worker's only one is [Child.WorkerListener].
func (c *Child) Listener(name string) net.Listener { return c.listeners[name] }

// WorkerListener returns the unix socket of a worker; nil in other roles.
func (c *Child) WorkerListener() net.Listener { return c.listeners[workerListener] }

// Workers yields to a proxy the addresses of the workers that accept
// connections ("unix:/path"), at first and after every change.
func (c *Child) Workers() <-chan []string { return c.workers }

// Ready says that the process serves.
func (c *Child) Ready() error {
	if err := c.say(report{Ready: true}); err != nil {
		return fmt.Errorf("supervisor: saying ready: %w", err)
	}
	return nil
}

// Failed says why the process cannot start; it should exit then, with a
// status other than 0.
func (c *Child) Failed(err error) { c.say(report{Failed: err.Error()}) }

func (c *Child) say(r report) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return writeLine(c.report, r)
}

// statsInterval is how often a process reports its figures.
const statsInterval = time.Second

// Report has the supervisor know the process's figures, until it drains.
func (c *Child) Report(stats func() Stats) {
	go func() {
		ticker := time.NewTicker(statsInterval)
		defer ticker.Stop()
		for {
			s := stats()
			if c.say(report{Stats: &s}) != nil {
				return
			}
			select {
			case <-ticker.C:
			case <-c.draining:
				return
			}
		}
	}()
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
	ctx, cancel := context.WithTimeout(context.Background(), c.charge.Graceful)
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
		os.Remove(path)
		os.Remove(filepath.Dir(path))
	}
}
