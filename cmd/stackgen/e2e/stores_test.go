//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// post is a mail server that takes what comes, or says nothing more once it hangs.
type post struct {
	address string
	hangs   atomic.Bool
	letters chan string
}

func startPost(t *testing.T) *post {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &post{address: l.Addr().String(), letters: make(chan string, 100)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.talk(t, conn)
		}
	}()
	return p
}

func (p *post) talk(t *testing.T, conn net.Conn) {
	defer conn.Close()
	if p.hangs.Load() {
		<-t.Context().Done()
		return
	}
	fmt.Fprint(conn, "220 here\r\n")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if lines.Text() != "DATA" {
			fmt.Fprint(conn, "250 ok\r\n")
			continue
		}
		fmt.Fprint(conn, "354 go\r\n")
		var letter strings.Builder
		for lines.Scan() && lines.Text() != "." {
			letter.WriteString(lines.Text() + "\n")
		}
		p.letters <- letter.String()
		fmt.Fprint(conn, "250 ok\r\n")
	}
}

// next is the letter that comes next.
func (p *post) next(t *testing.T) string {
	t.Helper()
	select {
	case letter := <-p.letters:
		return letter
	case <-time.After(patience):
		t.Fatal("no letter comes")
	}
	panic("unreachable")
}

// Ensure that processes share the cache that is kept in the database, that admins hear of what fails in each of them, by SMTP,
// and that a mail server that hangs keeps no visitor waiting.
func TestStoresOfTheSite(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "members")
			edit(t, dir, "site.hcl", "cache { url = var.cache_url }", "cache {\n  store       = \"database\"\n  max_entries = 200\n}\nworkers {\n  mode  = \""+mode+"\"\n  count = 2\n}\n"+
				"view \"fail\" {\n  handler            = go.views.Fail\n  login_not_required = true\n}\nroute \"/fail/\" { view = view.fail }\n")
			edit(t, dir, "site.hcl", "variable \"cache_url\" {\n  default   = \"file:\" # redis://127.0.0.1:6379/0 where there is a server\n  env       = \"CACHE_URL\"\n  sensitive = true\n}\n", "")
			create(t, dir, "views/fail.go", "package views\n\nimport \"stackgen.dev/runtime/web\"\n\n// Fail fails.\nfunc Fail(r *web.Request) (*web.Response, error) { panic(\"out of paper\") }\n")
			run(t, dir, stackgen, "migrate", "diff")
			build(t, dir)
			superuser(t, dir, "chair", "the gavel of the chair")
			box := startPost(t)
			env := "EMAIL_URL=smtp://" + box.address + "?tls=none&timeout=10m" // longer than a request may take

			cmd := exec.Command("./site", "sendtestemail", "--admins", "ada@example.com")
			cmd.Dir, cmd.Env = dir, append(os.Environ(), env)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, to := range []string{"ada@example.com", "board@members.example.com"} {
				if letter := box.next(t); !strings.Contains(letter, to) || !strings.Contains(letter, "it was successful") {
					t.Errorf("no letter to %s:\n%s", to, letter)
				}
			}

			s := start(t, dir, env)
			c := browser(t)
			s.post(c, "/accounts/login/", url.Values{"username": {"chair"}, "password": {"the gavel of the chair"}}).expect(t, "the login", 302)
			for range 8 { // by whatever process
				s.get(c, "/notes/").expect(t, "a page for members", 200)
			}
			for _, language := range []string{"en", "de", "en"} {
				s.get(browser(t), "/", "Accept-Language: "+language).expect(t, "a page with a piece that is kept", 200)
			}
			kept := run(t, dir, "./site", "sql", "SELECT cache_key FROM cache_entry")
			if !strings.Contains(kept, "session:") {
				t.Errorf("no session is in the database:\n%s", kept)
			}
			if n := strings.Count(kept, "template.cache.welcome."); n != 2 { // one a language, for all processes
				t.Errorf("%d pieces of pages are in the database:\n%s", n, kept)
			}
			run(t, dir, "./site", "sql", "UPDATE cache_entry SET value = CAST('<p>from the database</p>' AS blob) WHERE cache_key LIKE '%template.cache.welcome.%'")
			for range 4 {
				s.get(browser(t), "/").expect(t, "the kept piece", 200).contains(t, "the kept piece", "<p>from the database</p>")
			}
			run(t, dir, "./site", "sql", "ALTER TABLE cache_entry RENAME TO away")
			s.get(browser(t), "/").expect(t, "the page while there is no cache", 200).contains(t, "the page", "invited")
			run(t, dir, "./site", "sql", "ALTER TABLE away RENAME TO cache_entry")
			if dumped := run(t, dir, "./site", "dump"); strings.Contains(dumped, "cache_entry") || strings.Contains(dumped, "session:") {
				t.Errorf("the cache is dumped:\n%s", dumped)
			}

			s.get(c, "/fail/").expect(t, "a view that fails", 500)
			letter := box.next(t)
			for _, want := range []string{"board@members.example.com", "[members] ERROR: Internal Server Error: /fail/", "out of paper", "views.Fail"} {
				if !strings.Contains(letter, want) {
					t.Errorf("%q is missing in the letter\n%s", want, letter)
				}
			}
			s.get(c, "/nothing/").expect(t, "a page that there is not", 404)

			s.post(browser(t), "/accounts/reset/", url.Values{"email": {"chair@example.com"}}).expect(t, "a reset", 302)
			if letter := box.next(t); !strings.Contains(letter, "To: <chair@example.com>") {
				t.Errorf("the next letter is not that of the reset:\n%s", letter)
			}
			box.hangs.Store(true)
			s.post(browser(t), "/accounts/reset/", url.Values{"email": {"chair@example.com"}}).expect(t, "a reset while the mail server hangs", 302)
			s.get(c, "/fail/").expect(t, "a view that fails meanwhile", 500)
		})
	}
}
