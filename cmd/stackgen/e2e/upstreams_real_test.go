//go:build e2e

package e2e

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
)

// debianPython is the interpreter that Debian's Django and gunicorn belong to.
const debianPython = "/usr/bin/python3"

// uploadSize is how large the upload is, in bytes: 256 MB, or so many as STACKGEN_UPLOAD_MB says.
func uploadSize(t *testing.T) int64 {
	mb := int64(256)
	if text, ok := os.LookupEnv("STACKGEN_UPLOAD_MB"); ok {
		var err error
		if mb, err = strconv.ParseInt(text, 10, 64); err != nil {
			t.Fatalf("STACKGEN_UPLOAD_MB: %v", err)
		}
	}
	return mb << 20
}

// program starts one that another tier is made of, in a folder, and ends it with the test.
func program(t *testing.T, dir string, env []string, argv ...string) (pid int, out io.Reader) {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	return cmd.Process.Pid, pipe
}

// accepts waits until somebody listens.
func accepts(t *testing.T, network, address string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial(network, address)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// remoteVisitor is a browser on another machine: it comes from 127.0.0.2, believes the pair's certificate and finds
// www.example.com at an address.
func remoteVisitor(t *testing.T, address string, own *tls.Certificate) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(own.Leaf)
	c := browser(t)
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	c.Transport = &http.Transport{
		DisableCompression: true,
		TLSClientConfig:    &tls.Config{RootCAs: roots},
		Dial:               func(network, _ string) (net.Conn, error) { return dialer.Dial(network, address) },
	}
	return c
}

// randomBody is n bytes that are made while they are read.
func randomBody(n int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{1}), n)
}

// behindAProxy is what a site has to do for its visitors whichever server stands before it, and whichever
// makes its answers. Front are the processes whose memory an upload must not move.
func behindAProxy(t *testing.T, c *http.Client, static string, front ...int) {
	s := &site{t: t, url: "https://www.example.com"}

	// What the client says about itself is not believed.
	got := s.get(c, "/whoami?a=b", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil.example").expect(t, "who am I", 200)
	if want := "https www.example.com 127.0.0.2 https://www.example.com/whoami?a=b"; got.body != want {
		t.Errorf("who am I: %q, want %q", got.body, want)
	}

	sheet := s.get(c, static).expect(t, "a style sheet", 200)
	if !strings.HasPrefix(sheet.header.Get("Content-Type"), "text/css") || !strings.Contains(sheet.header.Get("Cache-Control"), "max-age=") {
		t.Errorf("the style sheet: %v", sheet.header)
	}
	s.get(c, static, "If-None-Match: "+sheet.header.Get("ETag")).expect(t, "the style sheet again", 304)
	if part := s.get(c, static, "Range: bytes=2-5").expect(t, "a part of it", 206); part.body != sheet.body[2:6] {
		t.Errorf("bytes 2 to 5 are %q", part.body)
	}

	for _, tt := range []struct{ path, first, second string }{
		{"/stream", "first\n", "second\n"},
		{"/events", "data: first\n\n", "data: second\n\n"},
	} {
		key := fmt.Sprint(rand.Uint64())
		res, err := c.Get(s.url + tt.path + "?key=" + key)
		if err != nil {
			t.Fatal(err)
		}
		begin := make([]byte, len(tt.first))
		if _, err := io.ReadFull(res.Body, begin); err != nil || string(begin) != tt.first {
			t.Fatalf("%s begins with %q, %v", tt.path, begin, err)
		}
		s.get(c, "/go?key="+key).expect(t, "the other one", 200) // nothing more is sent before
		rest, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || string(rest) != tt.second {
			t.Errorf("%s ends with %q, %v", tt.path, rest, err)
		}
	}

	size := uploadSize(t)
	before := int64(0)
	for _, pid := range front {
		before += residentOf(t, pid)
	}
	var most atomic.Int64
	over := make(chan struct{})
	sampled := make(chan struct{})
	go func() {
		defer close(sampled)
		for {
			now := int64(0)
			for _, pid := range front {
				now += residentOf(t, pid)
			}
			most.Store(max(most.Load(), now))
			select {
			case <-over:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	digest := sha256.New()
	req, err := http.NewRequest("POST", s.url+"/upload", io.TeeReader(randomBody(size), digest))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = size
	upload := *c
	upload.Timeout = 10 * time.Minute
	res, err := upload.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	res.Body.Close()
	close(over)
	<-sampled
	if want := fmt.Sprintf("%d %s", size, hex.EncodeToString(digest.Sum(nil))); err != nil || res.StatusCode != 200 || string(text) != want {
		t.Errorf("%s: %q, %v; want %q", res.Status, text, err, want)
	}
	t.Logf("%d MB went up; the processes before the application held %d MB before and %d MB at the most", size>>20, before>>20, most.Load()>>20)
	if most.Load() > before+32<<20 {
		t.Errorf("they grew from %d MB to %d MB", before>>20, most.Load()>>20)
	}
}

// public are the processes of a site that speak to the public.
func (s *site) public(t *testing.T) (pids []int) {
	t.Helper()
	for _, p := range s.status().Processes {
		if p.Role == "serve" || p.Role == "proxy" {
			pids = append(pids, p.PID)
		}
	}
	if len(pids) == 0 {
		t.Fatalf("no process of %+v speaks to the public", s.status().Processes)
	}
	return pids
}

// forwardingSite is a site of ours with a certificate before one upstream; more stands in its proxy block.
func forwardingSite(t *testing.T, dir, upstream, more string) (s *site, c *http.Client) {
	t.Helper()
	own := pair(t, dir, "www", nil, "www.example.com")
	address := porttest.Free(t).String()
	create(t, dir, "site.hcl", `site "front" { domains = ["www.example.com"] }
proxy {
  listen "public" {
    address = "`+address+`"
    tls {
      certificate = "www.pem"
      key         = "www.key"
    }
  }
  max_body = "2GB"
`+more+`
  location "/" { forward = upstream.behind }
}
upstream "behind" {
  server "main" { url = "`+upstream+`" }
}
workers { graceful_timeout = "2m" }
`)
	run(t, dir, stackgen, "build", "-o", "site")
	cmd := exec.Command("./site", "serve")
	cmd.Dir = dir
	s = begin(t, dir, cmd)
	return s, remoteVisitor(t, address, own)
}

// Ensure that a Django project as startproject writes it, under gunicorn, does all that it does behind nginx:
// it sees who asks and how, its static files are given by the proxy, and its admin lets people in.
func TestDjangoBehindUs(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, debianPython, "-m", "django", "startproject", "mysite", ".")
	views, err := os.ReadFile("testdata/django/app.py")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile("testdata/django/settings_more.py")
	if err != nil {
		t.Fatal(err)
	}
	create(t, dir, "mysite/urls.py", string(views))
	f, err := os.OpenFile(filepath.Join(dir, "mysite/settings.py"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(settings); err != nil {
		t.Fatal(err)
	}
	f.Close()
	run(t, dir, debianPython, "manage.py", "collectstatic", "--noinput")
	run(t, dir, debianPython, "manage.py", "migrate")
	run(t, dir, "env", "DJANGO_SUPERUSER_PASSWORD=a long password", debianPython, "manage.py", "createsuperuser", "--noinput", "--username", "alice", "--email", "alice@example.com")
	socket := filepath.Join(dir, "gunicorn.sock")
	program(t, dir, nil, debianPython, "-m", "gunicorn", "--threads", "4", "--timeout", "600", "--log-level", "error", "--bind", "unix:"+socket, "mysite.wsgi")
	accepts(t, "unix", socket)

	front := t.TempDir()
	s, c := forwardingSite(t, front, "unix:"+socket, `
  location "/static/" {
    files { root = "`+filepath.Join(dir, "collected")+`" }
    headers { set = { "Cache-Control" = "max-age=3600" } }
  }`)
	behindAProxy(t, c, "/static/admin/css/base.css", s.public(t)...)

	// Its check of the origin is about the names that the browser sees.
	admin := &site{t: t, url: "https://www.example.com"}
	admin.get(c, "/admin/").expect(t, "the admin for nobody", 302)
	page := admin.get(c, "/admin/login/").expect(t, "the form", 200)
	m := csrfInput.FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("the form has no token:\n%s", page.body)
	}
	form := url.Values{"csrfmiddlewaretoken": {m[1]}, "username": {"alice"}, "password": {"a long password"}, "next": {"/admin/"}}
	post := func(referer string) answer {
		return admin.ask(c, "POST", "/admin/login/", form.Encode(), "Content-Type: application/x-www-form-urlencoded", "Referer: "+referer)
	}
	post("https://evil.example/").expect(t, "a form of another site", 403)
	post("https://www.example.com/admin/login/").expect(t, "the form", 302)
	admin.get(c, "/admin/").expect(t, "the admin", 200).contains(t, "the admin", "Site administration")
}
