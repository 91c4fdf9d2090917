package postgres

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
)

// cutter stands before a server and cuts connections at COMMIT.
type cutter struct {
	address string // the URL through it
	server  string // the server's socket
	listen  net.Listener

	mu sync.Mutex
	// cut is when: "" never, "before" the server has it, "after" it has answered,
	// "down" before, and nobody gets through any more.
	cut string
}

func startCutter(t *testing.T, address string) *cutter {
	t.Helper()
	u, err := url.Parse(address)
	must(t, err)
	query := u.Query()
	c := &cutter{server: filepath.Join(query.Get("host"), ".s.PGSQL.5432")}
	dir := t.TempDir()
	c.listen, err = net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	must(t, err)
	t.Cleanup(func() { c.listen.Close() })
	query.Set("host", dir)
	u.RawQuery = query.Encode()
	c.address = u.String()
	go func() {
		for {
			client, err := c.listen.Accept()
			if err != nil {
				return
			}
			go c.pass(client)
		}
	}()
	return c
}

// arm has the next COMMIT cut.
func (c *cutter) arm(when string) {
	c.mu.Lock()
	c.cut = when
	c.mu.Unlock()
}

func (c *cutter) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	answers := make(chan []byte)
	go func() {
		defer close(answers)
		for {
			b := make([]byte, 4096)
			n, err := server.Read(b)
			if n > 0 {
				answers <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	requests := make(chan []byte)
	go func() {
		defer close(requests)
		for {
			b := make([]byte, 4096)
			n, err := client.Read(b)
			if n > 0 {
				requests <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	defer func() { // both end when their connections are closed
		go func() {
			for range requests {
			}
		}()
		go func() {
			for range answers {
			}
		}()
	}()
	swallow := false
	for {
		select {
		case b, open := <-requests:
			if !open {
				return
			}
			if bytes.Contains(b, []byte("COMMIT\x00")) {
				c.mu.Lock()
				cut := c.cut
				c.cut = ""
				c.mu.Unlock()
				switch cut {
				case "down":
					c.listen.Close()
					return
				case "before":
					return
				case "after":
					swallow = true
				}
			}
			if _, err := server.Write(b); err != nil {
				return
			}
		case b, open := <-answers:
			if !open || swallow {
				return
			}
			if _, err := client.Write(b); err != nil {
				return
			}
		}
	}
}

// Ensure that a connection which breaks at the COMMIT of a migration is no reason to
// say more than is known: the database is asked, the run goes on where the migration was
// stored, and where nobody can be asked the message says so.
func TestMigrationLostAtCommit(t *testing.T) {
	files, err := migrate.Load(fstest.MapFS{
		"0001_a.sql": {Data: []byte("-- migrate: up\nCREATE TABLE a (n int);\n-- migrate: go Note\n-- migrate: down\nDROP TABLE a;\n")},
		"0002_b.sql": {Data: []byte("-- migrate: up\nCREATE TABLE b (n int);\n-- migrate: down\nDROP TABLE b;\n")},
	})
	must(t, err)
	type site struct {
		*migrate.Migrator
		*cutter
		direct *migrate.Migrator
		noted  int
	}
	begin := func(t *testing.T, patience time.Duration) *site {
		address := server.Schema(t)
		s := &site{cutter: startCutter(t, address)}
		on := func(address string) *migrate.Migrator {
			db, err := Open(ctx, address, Options{Patience: patience})
			must(t, err)
			t.Cleanup(func() { db.Close() })
			return migrate.New(db, files).WithFunctions(map[string]migrate.Func{"Note": func(tx model.Source) error {
				model.OnCommit(tx, func() { s.noted++ })
				return nil
			}})
		}
		s.direct, s.Migrator = on(address), on(s.cutter.address)
		return s
	}
	applied := func(t *testing.T, s *site, want int) {
		t.Helper()
		pending, err := s.direct.Pending(ctx)
		if err != nil || len(files)-len(pending) != want {
			t.Errorf("%d are applied, %v; want %d", len(files)-len(pending), err, want)
		}
	}

	t.Run("stored", func(t *testing.T) {
		s := begin(t, time.Minute)
		s.arm("after")
		var done []string
		n, err := s.Apply(ctx, func(p migrate.Progress) {
			if p.Done {
				done = append(done, p.File.Name)
			}
		})
		if err != nil || n != 2 || strings.Join(done, " ") != "0001_a.sql 0002_b.sql" || s.noted != 1 {
			t.Errorf("%d applied, %v; done %v; OnCommit ran %d times", n, err, done, s.noted)
		}
		applied(t, s, 2)
		s.arm("after")
		var back []string
		if err := s.Down(ctx, "zero", func(name string) { back = append(back, name) }); err != nil || strings.Join(back, " ") != "0002_b.sql 0001_a.sql" {
			t.Errorf("taken back %v, %v", back, err)
		}
		applied(t, s, 0)
	})
	t.Run("not stored", func(t *testing.T) {
		s := begin(t, time.Minute)
		s.arm("before")
		n, err := s.Apply(ctx, nil)
		if n != 0 || !errors.Is(err, model.ErrUnavailable) || !strings.Contains(err.Error(), "stopped at 0001_a.sql: at COMMIT: ") ||
			!strings.Contains(err.Error(), "(0 applied before it; the database was asked afterwards: nothing of it was kept)") {
			t.Errorf("%d applied, %v", n, err)
		}
		applied(t, s, 0)
		if n, err := s.Apply(ctx, nil); n != 2 || err != nil || s.noted != 1 {
			t.Errorf("the next run: %d applied, %v; OnCommit ran %d times", n, err, s.noted)
		}
		s.arm("before")
		if name, err := s.Revert(ctx); name != "" || err == nil || !strings.Contains(err.Error(), "stopped at 0002_b.sql: at COMMIT: ") {
			t.Errorf("taken back %q, %v", name, err)
		}
		applied(t, s, 2)
	})
	t.Run("not known", func(t *testing.T) {
		s := begin(t, 2*time.Second)
		s.arm("down")
		n, err := s.Apply(ctx, nil)
		if n != 0 || err == nil || strings.Contains(err.Error(), "nothing of it was kept") ||
			!strings.Contains(err.Error(), "it is not known whether it was kept, and the database could not be asked: ") ||
			!strings.Contains(err.Error(), "once the database answers, migrate status tells") {
			t.Errorf("%d applied, %v", n, err)
		}
		applied(t, s, 0)
	})
	t.Run("stopped at COMMIT", func(t *testing.T) {
		s := begin(t, time.Minute)
		ending, cancel := context.WithCancel(ctx)
		s.arm("after")
		n, err := s.Apply(ending, func(p migrate.Progress) {
			if p.Done {
				cancel()
			}
		})
		if n != 1 || !errors.Is(err, context.Canceled) {
			t.Errorf("%d applied, %v", n, err)
		}
		applied(t, s, 1)
	})
}
