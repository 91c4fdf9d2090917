package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/web/mail"
)

// InMemory is a whole site without sockets and processes, for tests: the proxy
// calls the application as a function. Its database is its own.
type InMemory struct {
	// Handler is what a listener would call.
	Handler gateway.Handler
	// App is the application behind the proxy.
	App gateway.Handler
	// DB is the open database, nil without one.
	DB *model.DB
	// Host is a name that the site answers to.
	Host string
	// Secure says that visitors come over TLS.
	Secure bool

	program *program
	closing []func() error
}

// InMemoryOptions say what a site in memory stands on.
type InMemoryOptions struct {
	// Data is its folder, empty and its own: for what the site keeps, and SQLite's file.
	Data string
	// Dir is the project's folder, where relative paths of the site file begin.
	Dir string
	// Lookup reads the environment.
	Lookup func(name string) (string, bool)
	// Outbox takes e-mail.
	Outbox mail.Mailer
	// Log takes what the site logs.
	Log *slog.Logger
	// DatabaseName names the database that is made for it on a server.
	DatabaseName string
}

// testKey signs where nobody else reads.
const testKey = "in-memory-in-memory-in-memory-in-memory"

// OpenInMemory brings a site up with an empty database, to which all migrations
// are applied.
func OpenInMemory(ctx context.Context, declared []Variable, define func(*Variables) Definition, o InMemoryOptions) (_ *InMemory, err error) {
	p := &program{declared: declared, define: define, stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, lookup: o.Lookup}
	p.vars = readVariables(declared, o.Lookup)
	p.site = define(p.vars)
	m := &InMemory{program: p}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.Close())
		}
	}()
	if p.site.Database != nil {
		database := *p.site.Database
		p.site.Database = &database
		if err := m.ownDatabase(ctx, o); err != nil {
			return nil, err
		}
	}
	s, err := p.settings("", 0, o.Data)
	if err != nil {
		return nil, err
	}
	if s.App == nil {
		return nil, errors.New("the site is a proxy alone: there is no application to test")
	}
	s.log, s.keys, s.Proxy.Local = o.Log, []string{testKey}, true
	for _, folder := range s.Folders {
		if err := os.MkdirAll(filepath.Join(o.Data, folder), 0o755); err != nil {
			return nil, err
		}
	}
	env := &Env{
		Log: s.log, Variables: p.vars, SecretKeys: s.keys, Local: true, Data: o.Data, DB: m.DB, Outbox: o.Outbox,
		purges: &purges{tell: func(string) {}},
	}
	if m.App, err = s.App(env); err != nil {
		return nil, err
	}
	s.Proxy.App, s.Proxy.Log, s.Proxy.Data = m.App, s.log, o.Data
	s.Proxy.Locations = beneath(s.Proxy.Locations, o.Dir, s.DataDir, o.Data)
	if s.Limits.MaxBody > 0 {
		s.Proxy.MaxBody = s.Limits.MaxBody
	}
	front, err := proxy.New(s.Proxy)
	if err != nil {
		return nil, err
	}
	m.closing = append(m.closing, front.Close)
	here := func(tag string) { front.Operate([]string{"purge-tag", tag}) }
	env.purges.here.Store(&here)
	m.Handler, m.Host = front, "localhost"
	for _, host := range s.Proxy.Hosts {
		if !strings.HasPrefix(host, "*") {
			m.Host = host
			break
		}
	}
	m.Secure = slices.ContainsFunc(s.Listeners, func(l Listener) bool { return l.TLS != nil })
	return m, nil
}

// beneath has folders of the project be found from wherever the test runs, and those
// in the site's data folder, such as uploads, in the test's own, which is data.
func beneath(locations []proxy.Location, dir, kept, data string) []proxy.Location {
	locations = withoutFileCache(locations)
	for i, l := range locations {
		if files, ok := l.Action.(proxy.Files); ok && !filepath.IsAbs(files.Root) {
			rest, err := filepath.Rel(kept, files.Root)
			if kept != "" && err == nil && filepath.IsLocal(rest) {
				files.Root = filepath.Join(data, rest)
			} else {
				files.Root = filepath.Join(dir, files.Root)
			}
			locations[i].Action = files
		}
	}
	return locations
}

// ownDatabase makes a database for the test: SQLite's file in its folder, or a
// database on the server that the site's URL names. The one of the URL is not touched.
func (m *InMemory) ownDatabase(ctx context.Context, o InMemoryOptions) error {
	d := m.program.site.Database
	engine, err := d.engine()
	if err != nil {
		return err
	}
	if engine.Name == "sqlite" {
		d.URL = "sqlite:" + filepath.Join(o.Data, "test.db")
	} else if err := m.onServer(ctx, o); err != nil {
		return err
	}
	if m.DB, err = d.open(ctx, o.Log); err != nil {
		return err
	}
	m.closing = append(m.closing, m.DB.Close)
	migrator, err := d.migrator(m.DB)
	if err != nil {
		return err
	}
	if _, err := migrator.Apply(ctx, func(migrate.Progress) {}); err != nil {
		return err
	}
	return m.program.settle(ctx, m.DB)
}

// onServer makes a database on a server, and has it dropped at the end.
func (m *InMemory) onServer(ctx context.Context, o InMemoryOptions) error {
	d := m.program.site.Database
	address, name := d.URL, `"`+strings.ReplaceAll(o.DatabaseName, `"`, `""`)+`"`
	run := func(statement string) error {
		server := *d
		server.URL = address
		db, err := server.open(ctx, o.Log)
		if err != nil {
			return fmt.Errorf("a database for the test: %w", err)
		}
		_, err = model.RawExec(db.With(ctx), statement)
		return errors.Join(err, db.Close())
	}
	own, err := withDatabaseName(address, o.DatabaseName)
	if err != nil {
		return err
	}
	if err := run("CREATE DATABASE " + name); err != nil {
		return err
	}
	m.closing = append(m.closing, func() error { return run("DROP DATABASE " + name + " WITH (FORCE)") })
	d.URL = own
	return nil
}

// withDatabaseName is a server's URL with another database, however the URL names it: by its path, or behind
// the question mark, which would count more.
func withDatabaseName(address, name string) (string, error) {
	rest, ok := strings.CutPrefix(address, "postgres://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "postgresql://")
	}
	if !ok {
		return "", errors.New("a database for the test: the URL of the server has to begin with postgres://")
	}
	rest, query, _ := strings.Cut(rest, "?")
	host, _, _ := strings.Cut(rest, "/")
	settings, err := url.ParseQuery(query)
	if err != nil {
		return "", errors.New("a database for the test: what stands behind ? in the URL of the server cannot be read")
	}
	settings.Del("dbname")
	settings.Del("database")
	if query = settings.Encode(); query != "" {
		query = "?" + query
	}
	return "postgres://" + host + "/" + name + query, nil
}

// Load stores the rows of fixtures, as the command load does.
func (m *InMemory) Load(files ...string) error {
	if m.DB == nil {
		return errors.New("the site has no database")
	}
	_, err := m.program.loadFiles(m.DB.With(context.Background()), files)
	return err
}

// Close ends the site, what was made last first.
func (m *InMemory) Close() error {
	var errs []error
	for _, fn := range slices.Backward(m.closing) {
		errs = append(errs, fn())
	}
	m.closing = nil
	return errors.Join(errs...)
}
