package devserver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// site serves a handler on a unix socket, as a built site does.
func site(t *testing.T, handler http.HandlerFunc) (socket string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "front") // paths of sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return socket
}

func page(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Etag", `"1"`)
		fmt.Fprintf(w, "<html><body>%s %s</body></html>", text, r.Host)
	}
}

// front is a Front on a port.
func front(t *testing.T) (*Front, *httptest.Server) {
	f := NewFront()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return f, server
}

// get asks as a browser does that has a page already.
func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("If-None-Match", `"1"`)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

// Ensure the front shows that it waits, then the site, then what is wrong, then the site again.
func TestFront(t *testing.T) {
	f, server := front(t)
	for _, step := range []struct {
		name   string
		change func()
		status int
		shows  string
	}{
		{"before the first build", func() {}, 503, "Building…"},
		{"a failure", func() { f.Fail("site.hcl:3: <nonsense>") }, 500, "site.hcl:3: &lt;nonsense&gt;"},
		{"a site", func() { f.Switch(site(t, page("one"))) }, 200, "one " + server.Listener.Addr().String()},
		{"another", func() { f.Switch(site(t, page("two"))) }, 200, "two "},
		{"a failure again", func() { f.Fail("broken") }, 500, "broken"},
		{"mended without a new site", func() { f.Recover() }, 200, "two "},
		{"a site that does not answer", func() { f.Switch("/nowhere/s") }, 500, "The site does not answer"},
	} {
		step.change()
		resp, body := get(t, server.URL)
		if resp.StatusCode != step.status || !strings.Contains(body, step.shows) {
			t.Errorf("%s: got %d and %s", step.name, resp.StatusCode, body)
		}
		if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Etag") != "" {
			t.Errorf("%s: the page may be kept: %v", step.name, resp.Header)
		}
		if n := strings.Count(body, scriptPath); n != 1 {
			t.Errorf("%s: the script is there %d times", step.name, n)
		}
	}
}

// Ensure that what is wrong is shown under this machine's names and addresses alone, as another
// name may be that of a page that was made to lead here.
func TestFrontHidesFromOtherNames(t *testing.T) {
	f, server := front(t)
	f.Fail("site.hcl:3: secret")
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for host, shown := range map[string]bool{
		"localhost:" + port: true, "LOCALHOST": true, "site.localhost:" + port: true, "localhost.": true, "127.0.0.1:" + port: true,
		"192.168.1.7": true, "[::1]:" + port: true, "[fe80::1]": true,
		"evil.example": false, "evil.example:" + port: false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "notlocalhost": false,
	} {
		for _, toAll := range []bool{false, true} {
			f.ToAll = toAll
			req, err := http.NewRequest("GET", server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != 500 || strings.Contains(string(body), "secret") != shown {
				t.Errorf("Host %s, to all %t: %d %s %v", host, toAll, resp.StatusCode, body, err)
			}
		}
	}
}

// Ensure that only whole pages get the script; everything else goes through as it is.
func TestFrontLeavesAlone(t *testing.T) {
	f, server := front(t)
	for _, tt := range []struct {
		name   string
		method string
		header http.Header
		status int
		body   string
	}{
		{"a stylesheet", "GET", http.Header{"Content-Type": {"text/css"}, "Etag": {`"x"`}}, 200, "body {}"},
		{"JSON", "GET", http.Header{"Content-Type": {"application/json"}}, 200, "{}"},
		{"an encoded page", "GET", http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"br"}}, 200, "\x0b\x01"},
		{"a HEAD", "HEAD", http.Header{"Content-Type": {"text/html"}, "Content-Length": {"7"}}, 200, ""},
		{"a redirect", "GET", http.Header{"Location": {"/there"}}, 302, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f.Switch(site(t, func(w http.ResponseWriter, r *http.Request) {
				for name, values := range tt.header {
					w.Header()[name] = values
				}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			req, err := http.NewRequest(tt.method, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != tt.status || string(b) != tt.body {
				t.Errorf("got %d %q, %v", resp.StatusCode, b, err)
			}
			for name, values := range tt.header {
				if got := resp.Header.Get(name); got != values[0] {
					t.Errorf("%s is %q, want %q", name, got, values[0])
				}
			}
		})
	}
}

var sourceOf = regexp.MustCompile(`<script src="([^"]+)">`)
var newsOf = regexp.MustCompile(`EventSource\("([^"]+)"\)`)

// Ensure that a page which is open is told of the next change, however it comes,
// and one that was left behind at once.
func TestFrontReload(t *testing.T) {
	f, server := front(t)
	f.Switch(site(t, page("one")))
	for _, tt := range []struct {
		name   string
		change func()
	}{
		{"a new site", func() { f.Switch(site(t, page("two"))) }},
		{"a failure", func() { f.Fail("broken") }},
		{"mended", func() { f.Recover() }},
		{"a file on the disk", func() { f.Reload() }},
	} {
		for _, late := range []bool{false, true} {
			_, body := get(t, server.URL)
			_, script := get(t, server.URL+sourceOf.FindStringSubmatch(body)[1])
			news := newsOf.FindStringSubmatch(script)[1]
			if late {
				tt.change() // before the page listens
			}
			ctx, cancel := context.WithTimeout(context.Background(), deadline)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, "GET", server.URL+news, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(resp.Body)
			if !late {
				if lines.Scan(); lines.Text() != ": waiting" {
					t.Errorf("%s: at first got %q", tt.name, lines.Text())
				}
				tt.change()
			}
			told := false
			for lines.Scan() && !told {
				told = lines.Text() == "data: reload"
			}
			resp.Body.Close()
			if !told {
				t.Errorf("%s (late: %t): not told to reload: %v", tt.name, late, lines.Err())
			}
			if tt.name == "mended" {
				f.Fail("broken") // for the second round
			}
		}
		if tt.name == "mended" {
			f.Recover()
		}
	}
}
