// Package pgtest starts a real PostgreSQL for the tests of a package: a cluster
// of its own in a temporary folder, on a unix socket there and no other. Only
// tests import it; it is no part of what a site compiles.
//
// PostgreSQL refuses to run as root, so tests that do start it as the user
// postgres, whom the Debian package makes. A machine without PostgreSQL is an
// error that says how to install it, never a test left out.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Server is a running cluster.
type Server struct {
	dir, bin   string
	credential *syscall.Credential
	process    *exec.Cmd
	log        *os.File
	fileLimit  uint64 // in bytes; 0 for none
	databases  atomic.Int64
}

// Start makes a cluster and starts it. TestMain calls it and Stop.
func Start() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin}
	if err := s.prepare(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := s.Restart(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

// programs is the folder of initdb and postgres.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, more := range []string{"/opt/homebrew/opt/postgresql@*/bin/postgres", "/usr/local/opt/postgresql@*/bin/postgres"} {
		list, _ := filepath.Glob(more)
		found = append(found, list...)
	}
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", fmt.Errorf("pgtest: PostgreSQL is not installed; .ci/setup installs it")
	}
	return filepath.Dir(path), nil
}

// prepare makes the cluster's files, for the user who will own the process.
func (s *Server) prepare() error {
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return fmt.Errorf("pgtest: PostgreSQL does not run as root, and there is no user postgres: %w", err)
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("pgtest: user postgres has the numbers %s and %s", u.Uid, u.Gid)
		}
		s.credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(s.dir, uid, gid); err != nil {
			return err
		}
	}
	if err := os.Chmod(s.dir, 0o755); err != nil { // tests reach the socket
		return err
	}
	initdb := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "PGDATA=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.credential, Setpgid: true}
	return cmd
}

// Restart starts the server, which does not run, and waits until it answers.
func (s *Server) Restart() error {
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	s.log = log
	// What is written survives the processes, which is all that the tests kill.
	s.process = s.command("postgres", "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=16MB", "-c", "deadlock_timeout=100ms",
		"-c", "unix_socket_permissions=0777")
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.start(); err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for {
		c, err := pgconn.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return c.Close(ctx)
		}
		if ctx.Err() != nil {
			s.Kill()
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("pgtest: the server does not answer: %w\n%s", err, bytes.TrimSpace(text))
		}
		pause, done := context.WithTimeout(ctx, 20*time.Millisecond)
		<-pause.Done()
		done()
	}
}

// LimitFiles restarts the server as one that cannot write a file beyond that many
// bytes, which is a full disk to it; 0 is no limit.
func (s *Server) LimitFiles(t testing.TB, bytes uint64) {
	t.Helper()
	s.Shutdown()
	s.fileLimit = bytes
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
}

// start starts the process, which inherits the limit of files.
func (s *Server) start() error {
	if s.fileLimit == 0 {
		return s.process.Start()
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: s.fileLimit, Max: before.Max}); err != nil {
		return err
	}
	return errors.Join(s.process.Start(), syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before))
}

// Kill ends the server at once, as a crash does, and waits for the end of all
// its processes.
func (s *Server) Kill() { s.end(syscall.SIGQUIT) }

// Crash kills every process of the server, which can say goodbye to nobody, as
// when the machine runs out of memory, and waits until they are gone.
func (s *Server) Crash() {
	// Children have a session each, so that the group is not all of them. One that
	// is born meanwhile ends by itself when it misses its parent.
	out, _ := exec.Command("pgrep", "-P", strconv.Itoa(s.process.Process.Pid)).Output()
	s.end(syscall.SIGKILL)
	for _, child := range bytes.Fields(out) {
		pid, err := strconv.Atoi(string(child))
		for err == nil {
			if err = syscall.Kill(pid, syscall.SIGKILL); err == nil {
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
}

// Shutdown ends the server as an operator does (fast): it cuts every connection.
func (s *Server) Shutdown() { s.end(syscall.SIGINT) }

func (s *Server) end(signal syscall.Signal) {
	if s.process == nil {
		return
	}
	s.process.Process.Signal(signal)
	s.process.Wait()
	s.process = nil
	s.log.Close()
}

// Stop ends the server and removes the cluster.
func (s *Server) Stop() {
	s.end(syscall.SIGQUIT)
	os.RemoveAll(s.dir)
}

// URL is the address of a database.
func (s *Server) URL(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(s.dir)
}

// Database makes an empty database and returns its URL.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d", s.databases.Add(1))
	s.Run(t, "postgres", "CREATE DATABASE "+name)
	t.Cleanup(func() { s.Run(t, "postgres", "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return s.URL(name)
}

// Schema makes an empty schema in one database that all share, which is much
// quicker than a database, and returns the URL that works in it alone.
func (s *Server) Schema(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("s%d", s.databases.Add(1))
	s.Run(t, "postgres", "CREATE SCHEMA "+name)
	t.Cleanup(func() { s.Run(t, "postgres", "DROP SCHEMA IF EXISTS "+name+" CASCADE") })
	return s.URL("postgres") + "&search_path=" + name
}

// Run runs statements in a database.
func (s *Server) Run(t testing.TB, database, sql string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgconn.Connect(ctx, s.URL(database))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, sql).ReadAll(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
