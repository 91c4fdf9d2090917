// Package redistest starts a Redis server for tests. Only tests import it.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	client "github.com/redis/go-redis/v9"
)

// Server is a running server.
type Server struct {
	// URL is where it listens: a free port of loopback.
	URL string

	cmd *exec.Cmd
	dir string
}

// patience is how long a server may take to answer.
const patience = 30 * time.Second

// Start starts redis-server, which .ci/setup installs, and waits until it answers.
func Start() (*Server, error) {
	for try := range 5 {
		s, err := start()
		if err == nil || try == 4 {
			return s, err
		}
	}
	panic("stackgen: unreachable")
}

func start() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	dir, err := os.MkdirTemp("", "redis-")
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "redis://127.0.0.1:" + port + "/0", dir: dir}
	s.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir, "--logfile", filepath.Join(dir, "log"))
	if err := s.cmd.Start(); err != nil {
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
}
