package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/backup"
	"stackgen.dev/runtime/model/sqltext"
)

// backup copies the database into a file that must not exist. PostgreSQL is copied by
// its own pg_dump.
func (p *program) backup(ctx context.Context, args []string) error {
	f := p.flags("backup")
	if err := p.parseSome(f, args, 1, 1); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		path := f.Arg(0)
		err := db.Backup(ctx, path)
		if errors.Is(err, model.ErrNoBackup) && db.Dialect() == sqltext.Postgres {
			err = p.dumpPostgres(ctx, p.site.Database.URL, path)
		}
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "wrote %s, %d bytes\n", path, info.Size())
		if db.Dialect() == sqltext.Postgres {
			fmt.Fprintf(p.stdout, "pg_restore --dbname=URL %s restores it\n", path)
		}
		return nil
	})
}

// dumpPostgres has pg_dump write the database into a new file, for its owner alone. It
// gets its name when it is whole, so that a copy which was cut off is not taken for one.
func (p *program) dumpPostgres(ctx context.Context, address, path string) (err error) {
	tool, err := exec.LookPath("pg_dump")
	if err != nil {
		return fmt.Errorf("PostgreSQL is copied by its own pg_dump, which is not installed here (Debian: postgresql-client); where it is: pg_dump --format=custom --file=%s, with the URL of the database", path)
	}
	target, password, err := libpq(address)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".backup*")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if gone := os.Remove(file.Name()); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	var problem strings.Builder
	dump := exec.CommandContext(ctx, tool, "--format=custom", "--no-password", "--dbname="+target)
	dump.Stdout, dump.Stderr = file, &problem
	dump.Env = os.Environ()
	if password != "" { // other users see arguments, and not the environment
		dump.Env = append(dump.Env, "PGPASSWORD="+password)
	}
	if err := dump.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(problem.String()))
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return backup.Publish(file.Name(), path)
}

// libpq is a URL as PostgreSQL's own programs take it: without the password, and
// without the parameters of the site's pool, which they do not know.
func libpq(address string) (target, password string, err error) {
	u, err := url.Parse(address)
	if err != nil { // url's error repeats the password
		return "", "", errors.New("the URL of the database cannot be read")
	}
	if u.User != nil {
		password, _ = u.User.Password()
		u.User = url.User(u.User.Username())
	}
	query := u.Query()
	if query.Has("password") {
		password = query.Get("password")
	}
	for name := range query {
		switch {
		case name == "password", strings.HasPrefix(name, "pool_"), strings.HasSuffix(name, "_cache_capacity"), name == "default_query_exec_mode":
			query.Del(name)
		}
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20") // a plus is one to libpq
	return u.String(), password, nil
}
