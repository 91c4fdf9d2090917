package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
)

// startPostgres makes a cluster of its own and starts it on the load
// generator's core, on a unix socket and no other.
func (b *bench) startPostgres(ctx context.Context) error {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return fmt.Errorf("there is no PostgreSQL; bench/setup installs it")
	}
	bin := found[len(found)-1]
	b.say("starting PostgreSQL")
	data := filepath.Join(b.sockets, "postgres")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	// It does not run as root: the user is the one that Debian's package makes.
	var as []string
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return err
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("user postgres has the numbers %s and %s", u.Uid, u.Gid)
		}
		if err := os.Chown(data, uid, gid); err != nil {
			return err
		}
		as = []string{"setpriv", "--reuid=" + u.Uid, "--regid=" + u.Gid, "--clear-groups"}
	}
	init := append(as, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	if err := runQuietly(exec.CommandContext(ctx, init[0], init[1:]...)); err != nil {
		return err
	}
	b.postgres, err = start(ctx, b.loadCPU, command{
		name:   "postgres",
		argv:   append(as, filepath.Join(bin, "postgres"), "-D", data, "-k", data, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"),
		listen: "unix:" + filepath.Join(data, ".s.PGSQL.5432"),
	})
	return err
}

// databaseURL is where a peer's rows lie.
func (b *bench) databaseURL(folder, engine string) string {
	if engine == "postgres" {
		return "postgres://postgres@/postgres?host=" + url.QueryEscape(filepath.Join(b.sockets, "postgres"))
	}
	return "sqlite:" + filepath.Join(folder, "bench.db")
}
