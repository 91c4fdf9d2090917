//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// broken are views of the journal that fail, each in its way.
const broken = `package views

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"

	"journal/gen/models"
)

func Panics(r *web.Request) (*web.Response, error) {
	r.Session().Set("api_token", "hunter"+"2")
	r.Session().Set("visits", 3)
	var counts map[string]int
	counts[r.Query().Get("word")]++ // nothing was made
	return web.Text("never"), nil
}

func Fails(*web.Request) (*web.Response, error) {
	if err := open("till"); err != nil {
		return nil, fmt.Errorf("pay: %w", err)
	}
	return web.Text("never"), nil
}

func open(what string) error { return fmt.Errorf("the %s has <no> key", what) }

func Missing(*web.Request) (*web.Response, error) {
	return nil, web.NotFound.With("There is no such shelf.")
}

func Send(r *web.Request, form *forms.Form) error {
	if form.String("word") == "again" {
		return errors.New("the letter came back")
	}
	_, err := strconv.Atoi(form.String("word"))
	return err
}

func Doubles(r *web.Request) (*web.Response, error) {
	for range 2 {
		e := &models.Entry{Title: "Twice", Slug: "twice", Body: "b", Day: model.Date{Year: 2026, Month: 2, Day: 3}}
		if err := e.Create(r); err != nil {
			return nil, err
		}
	}
	return nil, io.EOF
}

// Half is a name for a template that fails.
func Half(*web.Request) (int, error) { return 0, errors.New("no half is whole") }
`

const brokenLayer = `package middleware

import (
	"errors"

	"stackgen.dev/runtime/web"
)

// Gate fails where it is asked to.
func Gate(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		if r.Query().Get("gate") != "" {
			return nil, errors.New("the gate does not open")
		}
		return next(r)
	}
}
`

const brokenSite = `
variable "letters_url" {
  default = "https://ada:hunter2@letters.example.com/"
  env     = "LETTERS_URL"
}
variable "stamp" {
  default   = "hunter2"
  env       = "STAMP"
  sensitive = true
}
view "panics" { handler = go.views.Panics }
view "fails" { handler = go.views.Fails }
view "missing" { handler = go.views.Missing }
view "doubles" { handler = go.views.Doubles }
view "letter" {
  form {
    handler = go.views.Send
    success = view.entry_list
    field "word" { type = char }
    field "password" {
      type     = char
      required = false
    }
  }
  template = "letter.html"
}
view "page" {
  template = "broken.html"
  context  = { half = go.views.Half }
}
route "/broken/panics/" { view = view.panics }
route "/broken/fails/" { view = view.fails }
route "/broken/missing/" { view = view.missing }
route "/broken/doubles/" { view = view.doubles }
route "/broken/letter/" { view = view.letter }
route "/broken/page/" { view = view.page }
`

// at is the place of a text in broken.
func at(text string) string {
	before, _, _ := strings.Cut(broken, text)
	return fmt.Sprintf("views/broken.go:%d", strings.Count(before, "\n")+1)
}

// development is a running stackgen run.
type development struct{ *site }

var (
	developmentURL    = regexp.MustCompile(`building; (http://\S+)/ `)
	developmentServes = regexp.MustCompile(`(?m)^serving \S+ on `)
)

// develop runs stackgen run in dir, until the site is there.
func develop(t *testing.T, dir string, args ...string) *development {
	t.Helper()
	cmd := exec.Command(stackgen, append([]string{"run", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Dir = dir
	s := &site{t: t, dir: dir, cmd: cmd, done: make(chan error, 1)}
	cmd.Stdout, cmd.Stderr = &lockedWriter{s}, &lockedWriter{s}
	// Paths of sockets must be short.
	temp, err := os.MkdirTemp("", "run")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, "NO_COLOR=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
		case <-time.After(patience):
			cmd.Process.Kill()
			t.Error("stackgen run did not stop")
		}
		os.RemoveAll(temp)
		if t.Failed() {
			t.Logf("the terminal:\n%s", s.Log())
		}
	})
	s.wait("the site to serve", func() bool {
		return developmentServes.MatchString(s.Log()) || strings.Contains(s.Log(), "waiting for a change")
	})
	if strings.Contains(s.Log(), "waiting for a change") {
		t.Fatal("the site does not build")
	}
	s.url = developmentURL.FindStringSubmatch(s.Log())[1]
	return &development{s}
}

// brokenJournal is the journal with views that fail, in a topology.
func brokenJournal(t *testing.T, mode string) string {
	t.Helper()
	dir := project(t, "journal")
	create(t, dir, "views/broken.go", broken)
	create(t, dir, "middleware/gate.go", brokenLayer)
	create(t, dir, "templates/letter.html", "<form method=\"post\">{% csrf_token %}{{ form }}<button>Send</button></form>\n")
	create(t, dir, "templates/broken.html", "<!doctype html>\n<title>Half</title>\n<p>A half: {{ half }}</p>\n")
	edit(t, dir, "site.hcl", "clickjacking]", "clickjacking, go.middleware.Gate]\n\nworkers { mode = \""+mode+"\" }")
	edit(t, dir, "site.hcl", "route \"/\" ", brokenSite+"\nroute \"/\" ")
	return dir
}

func ask(t *testing.T, method, url, accept, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// Ensure that a failure in development says what was raised, where in the project's own code, and by which way the
// request came, in both topologies, as HTML and as text, and never what is secret.
func TestDebugPage(t *testing.T) {
	for _, mode := range []string{"inline", "process"} {
		t.Run(mode, func(t *testing.T) {
			s := develop(t, brokenJournal(t, mode))
			way := []string{"location", "/: forward to the application", "security", "site.hcl:", "clickjacking", "go.middleware.Gate"}
			for _, tt := range []struct {
				name, method, target, body string
				status                     int
				want                       []string
			}{
				{"a panic", "GET", "/broken/panics/?word=<b>&token=hunter2", "", 500,
					append([]string{"assignment to entry in nil map", at("counts[r."), "counts[r.Query().Get", "view.panics, a Go function (views.Panics)", "visits", "Stack"}, way...)},
				{"an error", "GET", "/broken/fails/", "", 500,
					append([]string{"pay: the till has <no> key", at("func open("), "func open(what string)", "*fmt.wrapError"}, way...)},
				{"a missing row", "GET", "/broken/missing/", "", 404,
					append([]string{"There is no such shelf.", at("web.NotFound.With"), "web.NotFound.With"}, way...)},
				{"no route", "GET", "/nowhere/at/all/", "", 404,
					append([]string{"no route matches", "/<slug:slug>/edit/", "Routes, in the order they were tried"}, way...)},
				{"a hook", "POST", "/broken/letter/", "word=again&password=hunter2", 500,
					append([]string{"the letter came back", at("the letter came back"), "a form for go.views.Send", "again"}, way...)},
				{"an error of a library", "POST", "/broken/letter/", "word=seven", 500,
					append([]string{"strconv.Atoi", "It was returned by views.Send", at("func Send("), "return err"}, way...)},
				{"the database", "GET", "/broken/doubles/", "", 500,
					append([]string{"another row of entry has the same slug", "The query was sent from here", at("e.Create("), "e.Create(r)", "INSERT INTO"}, way...)},
				{"a template", "GET", "/broken/page/", "", 500,
					append([]string{"no half is whole", at("no half is whole")}, way...)},
				{"a layer", "GET", "/?gate=shut", "", 500,
					append([]string{"the gate does not open", "middleware/gate.go:13"}, way...)},
			} {
				header := []string{"Cookie", "theme=dark; sessionid=hunter2; csrftoken=" + strings.Repeat("h", 32), "Authorization", "Basic hunter2"}
				if tt.method == "POST" {
					header = append(header, "Content-Type", "application/x-www-form-urlencoded", "X-CSRFToken", strings.Repeat("h", 32), "Origin", s.url)
				}
				resp, page := ask(t, tt.method, s.url+tt.target, "text/html", tt.body, header...)
				_, text := ask(t, tt.method, s.url+tt.target, "text/plain", tt.body, header...)
				if resp.StatusCode != tt.status || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
					t.Errorf("%s: %s, %s\n%s", tt.name, resp.Status, resp.Header.Get("Content-Type"), page)
				}
				if policy := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'nonce-") {
					t.Errorf("%s: policy %q", tt.name, policy)
				}
				for _, want := range tt.want {
					if !strings.Contains(text, want) {
						t.Errorf("%s: the text lacks %q:\n%s", tt.name, want, text)
					}
					if escaped := escapeHTML(want); !strings.Contains(page, escaped) {
						t.Errorf("%s: the page lacks %q", tt.name, escaped)
					}
				}
				for _, shows := range []string{page, text} {
					for _, want := range []string{"theme", "dark", "workers.timeout", "var.letters_url", "https://ada:********************@letters.example.com/"} {
						if !strings.Contains(shows, want) {
							t.Errorf("%s: lacks %q", tt.name, want)
						}
					}
					for _, secret := range []string{"hunter2", "<no> key</h1>"} {
						if strings.Contains(shows, secret) {
							t.Errorf("%s: shows %q\n%s", tt.name, secret, shows)
						}
					}
				}
			}
		})
	}
}

func escapeHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(s)
}

// Ensure that a client of another machine sees the site's own error page alone, unless that is asked for, and that
// what it says of itself does not make it another; that a site which was built to be served shows nothing to anybody.
func TestDebugPageIsForDevelopers(t *testing.T) {
	here := ownAddress(t)
	dir := brokenJournal(t, "inline")
	for _, tt := range []struct {
		name  string
		args  []string
		shown bool
	}{{"from outside", nil, false}, {"asked for", []string{"--debug-remote"}, true}} {
		s := develop(t, dir, append([]string{"--listen", "0.0.0.0:0"}, tt.args...)...)
		_, port, err := net.SplitHostPort(strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		for host, near := range map[string]bool{"127.0.0.1": true, here: false} {
			resp, page := ask(t, "GET", "http://"+net.JoinHostPort(host, port)+"/broken/fails/", "text/html", "",
				"X-Stackgen-Client", "127.0.0.1:1", "X-Forwarded-For", "127.0.0.1", "Host", "localhost")
			if resp.StatusCode == 421 {
				t.Fatalf("%s: %s is no host of the site", tt.name, host)
			}
			if shown := strings.Contains(page, "views/broken.go"); shown != (near || tt.shown) {
				t.Errorf("%s, asked at %s: the page is shown: %v (%s)\n%s", tt.name, host, shown, resp.Status, page)
			}
		}
	}
	build(t, dir)
	s := start(t, dir)
	resp, page := ask(t, "GET", s.url+"/broken/fails/", "text/html", "")
	if resp.StatusCode != 500 || strings.Contains(page, "till") || strings.Contains(page, "broken.go") {
		t.Errorf("in production: %s\n%s", resp.Status, page)
	}
}

// ownAddress is an address of this machine that is not loopback.
func ownAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP.String()
		}
	}
	t.Fatal("this machine has no address but loopback")
	return ""
}

// Ensure that the page can be read in a browser, on a phone too.
func TestBrowserDebugPage(t *testing.T) {
	dir := brokenJournal(t, "inline")
	build(t, dir)
	// Without stackgen run, whose pages listen for changes and so never have all loaded.
	s := start(t, dir, "STACKGEN_DEBUG=1")
	b := chromium(t)
	for _, name := range []string{"panics/?word=river", "fails/", "nowhere/at/all/"} {
		b.open(s.url + "/broken/" + name)
		word, _, _ := strings.Cut(name, "/")
		b.fits("the debug page")
		b.shot("debug-phone-" + word)
		if got := b.text("h1"); got == "" {
			t.Error("there is no heading")
		}
		if color := script[string](b, `getComputedStyle(document.querySelector(".status")).borderRadius`); color == "0px" {
			t.Error("the style does not count")
		}
	}
	value(b, chromedp.EmulateViewport(1400, 900))
	for _, name := range []string{"panics/?word=river", "fails/", "nowhere/at/all/"} {
		b.open(s.url + "/broken/" + name)
		word, _, _ := strings.Cut(name, "/")
		b.shot("debug-wide-" + word)
	}
}
