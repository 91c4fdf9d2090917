package sitetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/site"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/webtest"
)

// Site is a site in memory with one visitor before it, whose requests are the
// client's: Get, Post, Upload and so on.
type Site struct {
	*webtest.Client
	// DB is the site's database, nil where it has none. Queries take it as it is:
	// models.Entries(s.DB).
	DB *model.DB

	t      testing.TB
	memory *site.InMemory
	outbox *mail.Memory
}

// Described is a site as gen/site describes it.
type Described struct {
	// Variables and New are gen/site's.
	Variables []site.Variable
	New       func(*site.Variables) site.Definition
	// CSRFCookie is what the site calls the cookie of the layer csrf, where it is not csrftoken.
	CSRFCookie string
}

// New brings a site up, and has it end with the test. environment is names and
// values of variables in turn, as the site reads them: "SHOP_CURRENCY", "eur".
func New(t testing.TB, described Described, environment ...string) *Site {
	t.Helper()
	if len(environment)%2 != 0 {
		t.Fatal("sitetest: variables are names and values in turn")
	}
	lookup := func(name string) (string, bool) {
		for i := 0; i < len(environment); i += 2 {
			if environment[i] == name {
				return environment[i+1], true
			}
		}
		return os.LookupEnv("TEST_" + name)
	}
	dir, err := projectDir()
	if err != nil {
		t.Fatalf("sitetest: %v", err)
	}
	s := &Site{t: t, outbox: new(mail.Memory)}
	over := new(atomic.Bool)
	log := slog.New(slog.NewTextHandler(testLog{t, over}, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	s.memory, err = site.OpenInMemory(context.Background(), described.Variables, described.New, site.InMemoryOptions{
		Data: t.TempDir(), Dir: dir, Lookup: lookup, Outbox: s.outbox, Log: log, DatabaseName: databaseName(),
	})
	if err != nil {
		t.Fatalf("sitetest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.memory.Close(); err != nil {
			t.Errorf("sitetest: %v", err)
		}
		over.Store(true)
	})
	s.DB = s.memory.DB
	s.Client = webtest.New(s.memory.Handler)
	s.Host, s.Secure, s.PassCSRF, s.CSRFCookie = s.memory.Host, s.memory.Secure, true, described.CSRFCookie
	return s
}

// Visitor is another visitor of the same site, who knows nothing of the first one's cookies.
func (s *Site) Visitor() *Site {
	other := *s
	other.Client = webtest.New(s.memory.Handler)
	other.Host, other.Secure, other.PassCSRF, other.CSRFCookie = s.memory.Host, s.memory.Secure, true, s.CSRFCookie
	return &other
}

// T is the test that the site is up for.
func (s *Site) T() testing.TB { return s.t }

// Outbox are the e-mails that the site has sent, in order (mail.outbox).
func (s *Site) Outbox() []mail.Message { return s.outbox.Sent() }

// Load stores the rows of fixtures, as the site's command load does. Paths begin
// at the package's folder.
func (s *Site) Load(files ...string) {
	s.t.Helper()
	if err := s.memory.Load(files...); err != nil {
		s.t.Fatalf("sitetest: %v", err)
	}
}

// Visit has the visitor do something that no page does, as a view would behind all
// layers: put a value into the session, for example. What it leaves in cookies stays.
func (s *Site) Visit(do func(r *web.Request) error) {
	s.t.Helper()
	app, ok := s.memory.App.(*web.App)
	if !ok {
		s.t.Fatalf("sitetest: the application is a %T", s.memory.App)
	}
	var err error
	ran := false
	behind, wrong := app.Behind(&web.View{Name: "test", LoginNotRequired: true, Handler: func(r *web.Request) (*web.Response, error) {
		ran, err = true, do(r)
		return web.Text(""), err
	}})
	if wrong != nil {
		s.t.Fatalf("sitetest: %v", wrong)
	}
	client := *s.Client
	client.Handler, client.PassCSRF, client.Follow = behind, true, false
	answer := client.Do(webtest.Request{Method: "POST", Target: "/"})
	s.Client.TakeCookies(&client)
	if !ran && err == nil {
		err = errors.New("a layer answered before: " + answer.Body)
	}
	if err != nil {
		s.t.Fatalf("sitetest: %v", err)
	}
}

// projectDir is the project that the test runs in: the folder of gen/.
func projectDir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "gen", "places.json")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("the test runs outside of the project")
		}
		dir = filepath.Dir(dir)
	}
}

// databaseName is one that no other test has.
func databaseName() string {
	var b [6]byte
	rand.Read(b[:])
	return "test_" + hex.EncodeToString(b[:])
}

// testLog writes lines to a test's log while it runs.
type testLog struct {
	t    testing.TB
	over *atomic.Bool
}

// Write implements io.Writer.
func (l testLog) Write(b []byte) (int, error) {
	if l.over.Load() {
		return len(b), nil
	}
	l.t.Log(strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// withoutTime leaves out when a line was logged.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
