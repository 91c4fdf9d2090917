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
	"syscall"
	"time"
)

// Child is a built site that serves behind a Front.
type Child struct {
	// Socket is where it listens.
	Socket string

	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start runs `binary serve` in dir on a unix socket and returns when it
// accepts connections. What it prints goes to out.
func Start(ctx context.Context, binary, dir, socket string, out io.Writer) (*Child, error) {
	os.Remove(socket)
	cmd := exec.Command(binary, "serve", "--listen", "unix:"+socket, "--data", filepath.Join(dir, "data"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	cmd.Env = append(os.Environ(), "STACKGEN_DEBUG=1")
	// Ctrl-C in the terminal is for stackgen, which then stops the child itself.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the site: %w", err)
	}
	c := &Child{Socket: socket, cmd: cmd, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.done)
	}()
	for {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.Close()
			return c, nil
		}
		select {
		case <-c.done:
			return nil, fmt.Errorf("the site stopped before it served: %w", exited(c.err))
		case <-ctx.Done():
			c.Stop()
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Done is closed when the site has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Stop ends the site as TERM does: requests in flight are finished.
func (c *Child) Stop() {
	c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(5 * time.Second):
		c.cmd.Process.Kill()
		<-c.done
	}
}

func exited(err error) error {
	if err == nil {
		return errors.New("it exited without an error")
	}
	return err
}
