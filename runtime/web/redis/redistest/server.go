// Package redistest starts a Redis server for tests. Only tests import it.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	client "github.com/redis/go-redis/v9"

	"stackgen.dev/internal/porttest"
)

// Server is a running server.
type Server struct {
	// URL is where it listens: a free port of loopback.
	URL string

	cmd     *exec.Cmd
	dir     string
	release func() // its port
}

// patience is how long a server may take to answer.
const patience = time.Minute

// Start starts redis-server, which .ci/setup installs, and waits until it answers.
func Start() (*Server, error) {
	address, release, err := porttest.Take()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "redis-")
	if err != nil {
		release()
		return nil, err
	}
	s := &Server{URL: "redis://" + address.String() + "/0", dir: dir, release: release}
	s.cmd = exec.Command("redis-server", "--port", fmt.Sprint(address.Port()), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir, "--logfile", filepath.Join(dir, "log"))
	if err := s.cmd.Start(); err != nil {
		release()
		return nil, errors.Join(fmt.Errorf("redistest: %w (.ci/setup installs it)", err), os.RemoveAll(dir))
	}
	o, err := client.ParseURL(s.URL)
	if err != nil {
		return nil, err
	}
	c := client.NewClient(o)
	defer c.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if err = c.Ping(context.Background()).Err(); err == nil {
			return s, nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			s.Stop()
			return nil, fmt.Errorf("redistest: the server does not answer: %w\n%s", err, log)
		}
	}
}

// Stop ends the server and removes what it kept.
func (s *Server) Stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
	os.RemoveAll(s.dir)
	s.release()
}
