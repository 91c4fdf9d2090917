package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
)

// bouncer starts a pgbouncer before the tests' server that gives each transaction a
// connection of its choice, and returns the URL through it.
func bouncer(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
			t.Fatal("pgbouncer is not installed; .ci/setup installs it")
		}
	}
	address, err := url.Parse(server.URL("postgres"))
	must(t, err)
	dir := t.TempDir()
	for folder := dir; folder != os.TempDir(); folder = filepath.Dir(folder) {
		must(t, os.Chmod(folder, 0o777)) // it is another user's when this one is root
	}
	config := filepath.Join(dir, "pgbouncer.ini")
	must(t, os.WriteFile(config, fmt.Appendf(nil, `[databases]
postgres = host=%s user=postgres
[pgbouncer]
unix_socket_dir = %s
unix_socket_mode = 0777
listen_port = 5432
auth_type = any
pool_mode = transaction
default_pool_size = 4
ignore_startup_parameters = intervalstyle
`, address.Query().Get("host"), dir), 0o644))
	cmd := exec.Command(program, "--quiet", config)
	if os.Getuid() == 0 { // it does not run as root
		u, err := user.Lookup("postgres")
		must(t, err)
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		must(t, errors.Join(err1, err2))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	cmd.Stderr = os.Stderr
	must(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	return "postgres://postgres@/postgres?host=" + url.QueryEscape(dir)
}

// Ensure that migrations behind a pooler keep others out by what a pooler keeps, leave no
// lock behind, and refuse what cannot be made safe there; and that a pooler which mixes up
// prepared statements is named.
func TestPooler(t *testing.T) {
	through := bouncer(t)
	open := func(address string) *model.DB {
		db, err := Open(ctx, address, Options{Connections: 2, Patience: time.Minute}) // until the pooler has started
		must(t, err)
		t.Cleanup(func() { db.Close() })
		return db
	}
	direct, pooled := open(server.URL("postgres")), open(through)
	for db, want := range map[*model.DB]bool{direct: false, pooled: true} {
		must(t, db.Session(ctx, func(s model.Session) error {
			if got, err := s.(*session).Pooled(ctx); got != want || err != nil {
				t.Errorf("pooled: %v, %v; want %v", got, err, want)
			}
			return nil
		}))
	}

	load := func(files fstest.MapFS) []migrate.File {
		list, err := migrate.Load(files)
		must(t, err)
		return list
	}
	files := fstest.MapFS{"0001_a.sql": {Data: []byte("-- migrate: up\nCREATE TABLE pooler_a (n int);\n-- migrate: down\nDROP TABLE pooler_a;\n")}}
	t.Cleanup(func() { server.Run(t, "postgres", "DROP TABLE IF EXISTS pooler_a, pooler_b, stackgen_migrations") })
	locks := func() int64 { return number(t, direct, "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'") }

	// Somebody migrates without the pooler.
	migrator := migrate.New(pooled, load(files))
	applied, told := make(chan error, 1), make(chan struct{})
	must(t, direct.Session(ctx, func(s model.Session) error {
		if _, err := s.Exec(ctx, "SELECT pg_advisory_lock(7093641, hashtext(current_schema()))", nil); err != nil {
			return err
		}
		go func() {
			_, err := migrator.Apply(ctx, func(p migrate.Progress) {
				if p.Waiting {
					close(told)
				}
			})
			applied <- err
		}()
		select {
		case <-told:
		case err := <-applied:
			t.Fatalf("it did not wait: %v", err)
		}
		_, err := s.Exec(ctx, "SELECT pg_advisory_unlock(7093641, hashtext(current_schema()))", nil)
		return err
	}))
	must(t, <-applied)
	if n := locks(); n != 0 {
		t.Errorf("%d locks stay behind", n)
	}

	files["0002_b.sql"] = &fstest.MapFile{Data: []byte("-- migrate: outside transaction\n-- migrate: up\nCREATE TABLE pooler_b (n int);\n-- migrate: down\nDROP TABLE pooler_b;\n")}
	_, err := migrate.New(pooled, load(files)).Apply(ctx, nil)
	if err == nil || !strings.Contains(err.Error(), "stopped at 0002_b.sql: it runs outside a transaction, and there is a pooler (pgbouncer) before the database") ||
		!strings.Contains(err.Error(), "nothing of it was kept") {
		t.Errorf("outside a transaction: %v", err)
	}
	if _, err := migrate.New(direct, load(files)).Apply(ctx, nil); err != nil {
		t.Errorf("without the pooler: %v", err)
	}
	if _, err := migrate.New(pooled, load(files)).Revert(ctx); err == nil || !strings.Contains(err.Error(), "there is a pooler") {
		t.Errorf("taken back: %v", err)
	}

	// Since 1.21 pgbouncer tells the statements of its clients apart.
	var seen error
	for range 3 {
		_, err := model.FetchInt(open(through), "SELECT 1 + ?1::int", model.IntValue(1))
		seen = errors.Join(seen, err)
	}
	if seen != nil && (!errors.Is(seen, model.ErrUnavailable) || !strings.Contains(seen.Error(), "max_prepared_statements")) {
		t.Errorf("statements that are mixed up: %v", seen)
	}
}
