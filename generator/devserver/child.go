package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Child is a built site that serves behind a Front.
type Child struct {
	// Socket is where it listens.
	Socket string

	cmd  *exec.Cmd
	said *lastWords
	done chan struct{}
	err  error
}

// StartError is a site that did not come to serve.
type StartError struct {
	// Err is how it ended.
	Err error
	// Said is the end of what it printed, which has gone to out as well.
	Said string
}

func (e *StartError) Error() string { return fmt.Sprintf("the site does not start: %v", e.Err) }

// Unwrap is Err.
func (e *StartError) Unwrap() error { return e.Err }

// startTime is how long a site may take until it serves.
const startTime = 30 * time.Second

// Start runs `binary serve` in dir, on a unix socket, and returns when it
// accepts connections. binary is an absolute path. What it prints goes to out.
// A site that ends before, or takes too long, is a *StartError.
//
// folder is this run's own: socket and data folder, since the run before it
// still finishes its requests and a data folder is one supervisor's. What has to
// outlive a run, the key that sessions are signed with, comes from dir.
func Start(ctx context.Context, binary, dir, folder string, out io.Writer) (*Child, error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, fmt.Errorf("start the site: %w", err)
	}
	c := &Child{Socket: filepath.Join(folder, "site.sock"), said: &lastWords{out: out}, done: make(chan struct{})}
	c.cmd = exec.Command(binary, "serve", "--listen", "unix:"+c.Socket, "--data", folder)
	c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = dir, c.said, c.said
	c.cmd.Env = append(os.Environ(), "STACKGEN_DEBUG=1")
	if os.Getenv(secretEnv) == "" {
		c.cmd.Env = append(c.cmd.Env, secretEnv+"="+secretKey(filepath.Join(dir, "data")))
	}
	c.cmd.SysProcAttr = &syscall.SysProcAttr{
		// Ctrl-C in the terminal is for stackgen, which then stops the child itself.
		Setpgid: true,
	}
	endWithParent(c.cmd.SysProcAttr)
	// A process that the site leaves behind may hold its output open.
	c.cmd.WaitDelay = time.Second
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the site: %w", err)
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	late := time.NewTimer(startTime)
	defer late.Stop()
	for {
		conn, err := net.Dial("unix", c.Socket)
		if err == nil {
			conn.Close()
			return c, nil
		}
		select {
		case <-c.done:
			return nil, &StartError{exited(c.err), c.said.String()}
		case <-late.C:
			c.Stop()
			return nil, &StartError{fmt.Errorf("it does not listen after %s", startTime), c.said.String()}
		case <-ctx.Done():
			c.Stop()
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Done is closed when the site has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Said is the end of what the site has printed.
func (c *Child) Said() string { return c.said.String() }

// The bounds of Stop, for requests in flight and for leaving them alone.
const (
	finishTime = 5 * time.Second
	leaveTime  = 3 * time.Second
)

// Stop ends the site: at first as TERM does, which finishes requests in flight,
// then as Ctrl-C does, then by force. It returns when the site has ended.
func (c *Child) Stop() {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGTERM, finishTime}, {syscall.SIGINT, leaveTime}} {
		c.cmd.Process.Signal(step.signal)
		select {
		case <-c.done:
			return
		case <-time.After(step.wait):
		}
	}
	c.cmd.Process.Kill()
	<-c.done
}

func exited(err error) error {
	if err == nil {
		return errors.New("it exited without an error")
	}
	return err
}

// maxWords is how much of what a site prints is kept, in bytes.
const maxWords = 8 << 10

// lastWords hands on what it is given and keeps the end of it.
type lastWords struct {
	out  io.Writer
	mu   sync.Mutex
	kept []byte
}

// Write implements io.Writer.
func (l *lastWords) Write(p []byte) (int, error) {
	l.mu.Lock()
	l.kept = append(l.kept, p...)
	if over := len(l.kept) - maxWords; over > 0 {
		l.kept = append(l.kept[:0], l.kept[over:]...)
	}
	l.mu.Unlock()
	return l.out.Write(p)
}

// String is the end of what was written.
func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}
