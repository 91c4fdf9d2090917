//go:build e2e

package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"stackgen.dev/internal/porttest"
)

// observed writes and builds a site with everything that can be counted, and serves it.
func observed(t *testing.T, mode string) (s *site, secure, metrics string) {
	t.Helper()
	good := "http://" + backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/broken"):
			w.WriteHeader(500)
		case strings.HasSuffix(r.URL.Path, "/kept"):
			w.Header().Set("Cache-Control", "max-age=600")
		}
		io.WriteString(w, "hello")
	})
	away := "http://" + porttest.Refusing(t).String()
	dir := t.TempDir()
	pair(t, dir, "www", nil, "localhost")
	create(t, dir, "site.hcl", `
site "observed" { domains = ["localhost"] }
workers {
  mode    = "`+mode+`"
  count   = 2
  metrics = "127.0.0.1:0"
}
proxy {
  listen "plain"  { address = "127.0.0.1:0" }
  listen "secure" {
    address = "localhost:0"
    tls {
      certificate = "www.pem"
      key         = "www.key"
    }
  }
  location "/" { forward = app }
  location "/api/" {
    forward = upstream.api
    rate_limit {
      rate  = "1/h"
      burst = 3
      key   = request.header.X-Key
    }
    cache {}
  }
  location "/lost/" { forward = upstream.lost }
  location "/closed/" {
    redirect { to = "/" }
    access { deny = ["127.0.0.1"] }
  }
  location "/status" {
    status {}
    access { allow = ["127.0.0.1"] }
  }
}
upstream "api" {
  server "a" { url = "`+good+`" }
  server "b" { url = "`+away+`" }
  max_fails    = 1
  fail_timeout = "1h" # so that one failure is counted however long this takes
}
upstream "lost" {
  server "main" { url = "`+away+`" }
}
view "home" { text = "home" }
route "/" { view = view.home }
`)
	build(t, dir)
	cmd := exec.Command("./site", "serve")
	cmd.Dir = dir
	s = begin(t, dir, cmd)
	s.waitLog("msg=metrics")
	urls := map[string]string{}
	for _, m := range regexp.MustCompile(`listener=(\S+) url=(\S+?)/?\n`).FindAllStringSubmatch(s.Log(), -1) {
		urls[m[1]] = m[2]
	}
	s.url = urls["plain"]
	return s, urls["secure"], metricsURL.FindStringSubmatch(s.Log())[1]
}

// Ensure that Prometheus and the status page say what the proxy did, over a reload too, and
// that a client cannot make figures of its own.
func TestProxyFigures(t *testing.T) {
	for _, mode := range []string{"inline", "process"} {
		t.Run(mode, func(t *testing.T) {
			s, secure, metrics := observed(t, mode)
			c := browser(t)
			asks := func() {
				s.get(c, "/", "Host: localhost").expect(t, "the application", 200)
				s.get(c, "/api/kept", "Host: localhost").expect(t, "a kept answer", 200)
				s.get(c, "/api/kept", "Host: localhost").expect(t, "the same", 200)
				s.get(c, "/api/broken", "Host: localhost").expect(t, "an error", 500)
				s.get(c, "/lost/x?token=secret", "Host: localhost").expect(t, "a server that is away", 502)
				s.get(c, "/closed/", "Host: localhost").expect(t, "an address that is kept out", 403)
				s.get(c, "/", "Host: evil.example").expect(t, "another host", 421)
				for s.get(c, "/api/x", "Host: localhost", "X-Key: k").status != 429 {
				}
			}
			asks()
			roots := x509.NewCertPool()
			if !roots.AppendCertsFromPEM([]byte(run(t, s.dir, "cat", "www.pem"))) {
				t.Fatal("no certificate")
			}
			over := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}, DisableKeepAlives: true}}
			if resp, err := over.Get(strings.Replace(secure, "127.0.0.1", "localhost", 1)); err != nil || resp.StatusCode != 200 {
				t.Fatalf("over TLS: %v", err)
			}
			// Whoever does not know the certificate.
			if nc, err := tls.Dial("tcp", strings.TrimPrefix(secure, "https://"), &tls.Config{ServerName: "localhost"}); err == nil {
				nc.Close()
				t.Error("a certificate of nobody is taken")
			}

			scrape := func() string {
				resp, err := http.Get(metrics)
				if err != nil {
					t.Fatal(err)
				}
				return readAll(t, resp)
			}
			has := func(text string, series ...string) bool {
				for _, one := range series {
					if !strings.Contains(text, "\n"+one+"\n") {
						return false
					}
				}
				return true
			}
			want := []string{
				`stackgen_proxy_requests_total{location="/",class="2xx"} 2`,
				`stackgen_proxy_requests_total{location="/api/",class="5xx"} 1`,
				`stackgen_proxy_requests_total{location="/lost/",class="5xx"} 1`,
				`stackgen_proxy_requests_total{location="none",class="4xx"} 1`,
				`stackgen_proxy_refused_total{location="none",by="host"} 1`,
				`stackgen_proxy_refused_total{location="/closed/",by="access"} 1`,
				`stackgen_proxy_refused_total{location="/api/",by="rate_limit"} 1`,
				`stackgen_proxy_cache_requests_total{location="/api/",result="hit"} 1`,
				`stackgen_proxy_cache_entries{location="/api/"} 1`,
				`stackgen_proxy_upstream_failures_total{upstream="lost",server="main",reason="connect"} 1`,
				`stackgen_proxy_upstream_failures_total{upstream="api",server="b",reason="connect"} 1`,
				`stackgen_proxy_upstream_retries_total{upstream="api"} 1`,
				`stackgen_proxy_upstream_servers{upstream="api",server="a",state="up"} 1`,
				`stackgen_proxy_request_duration_seconds_count{location="/lost/"} 1`,
				`stackgen_tls_handshakes_total{result="TLS 1.3"} 1`,
				`stackgen_tls_handshakes_total{result="failed"} 1`,
			}
			text := ""
			s.wait("the figures", func() bool { text = scrape(); return has(text, want...) })
			if mode == "process" && !has(text, `stackgen_proxy_upstream_failures_total{upstream="workers",server="worker 0",reason="connect"} 0`) &&
				!strings.Contains(text, `stackgen_proxy_upstream_requests_total{upstream="workers",server="worker`) {
				t.Errorf("workers are not counted:\n%s", text)
			}
			if !strings.Contains(text, `stackgen_tls_certificate_expiry_seconds{listener="secure",name="localhost"} `) || strings.Contains(text, "evil") {
				t.Errorf("the figures:\n%s", text)
			}

			a := s.get(c, "/status", "Host: localhost", "Accept: application/json").expect(t, "the status", 200)
			var st struct {
				Name, State string
				Processes   []struct{ Process, State string }
				Log         []struct{ Level, Text string }
				Proxy       struct {
					Errors []struct {
						Status                           int
						Path, Location, Upstream, Server string
					}
				}
				Certificates []struct {
					Name    string
					Expires time.Time
				}
			}
			if err := json.Unmarshal([]byte(a.body), &st); err != nil {
				t.Fatalf("%v: %s", err, a.body)
			}
			if st.Name != "observed" || st.State != "serving" || len(st.Processes) == 0 || len(st.Certificates) != 1 || st.Certificates[0].Expires.Before(time.Now()) {
				t.Errorf("the status: %s", a.body)
			}
			if e := st.Proxy.Errors; len(e) != 2 || e[0].Path != "/lost/x" || e[0].Status != 502 || e[0].Upstream != "lost" || e[1].Status != 500 || e[1].Server != "a" {
				t.Errorf("the last errors: %+v", e)
			}
			if strings.Contains(a.body, "secret") || len(st.Log) == 0 {
				t.Errorf("the log, or a secret: %s", a.body)
			}

			run(t, s.dir, "./site", "reload")
			asks = func() { s.get(c, "/", "Host: localhost").expect(t, "after the reload", 200) }
			asks()
			s.wait("figures of both processes", func() bool {
				return has(scrape(), `stackgen_proxy_requests_total{location="/",class="2xx"} 3`, `stackgen_proxy_requests_total{location="/lost/",class="5xx"} 1`)
			})
		})
	}
}

// Ensure that the status page can be read on a phone and at night, loads nothing and runs nothing.
func TestStatusPage(t *testing.T) {
	s, _, _ := observed(t, "process")
	c := browser(t)
	for _, path := range []string{"/", "/api/kept", "/api/kept", "/api/broken", "/lost/<script>alert(1)</script>", "/nothing"} {
		s.get(c, path, "Host: localhost")
	}
	a := s.get(c, "/status", "Host: localhost", "Accept: text/html").expect(t, "the page", 200)
	if p := a.header.Get("Content-Security-Policy"); !strings.HasPrefix(p, "default-src 'none'; style-src 'sha256-") || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the header: %v", a.header)
	}
	if strings.Contains(a.body, "<script") || strings.Contains(a.body, "http://") || strings.Contains(a.body, "https://") {
		t.Errorf("the page loads or runs something:\n%s", a.body)
	}
	s.ask(c, "POST", "/status", "", "Host: localhost").expect(t, "a POST", 405)
	s.get(c, "/status", "Host: localhost", "X-Forwarded-For: 127.0.0.1").expect(t, "a field that nobody believes", 200)

	b := chromium(t)
	for _, night := range []bool{false, true} {
		scheme := map[bool]string{false: "light", true: "dark"}[night]
		value(b, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
			return cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		})
		b.open(strings.Replace(s.url, "127.0.0.1", "localhost", 1) + "/status")
		b.fits("the status page")
		b.shot("status-" + scheme)
	}
	dark := script[string](b, `getComputedStyle(document.body).backgroundColor`)
	if dark != "rgb(17, 21, 27)" {
		t.Errorf("at night the page is %s", dark)
	}
	if h := b.text("h1"); h != "observed" {
		t.Errorf("the heading is %q", h)
	}
}
