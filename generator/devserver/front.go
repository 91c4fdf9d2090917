package devserver

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/web/debugpage"
)

// Where pages listen for changes, and the script with which they do. Both lie
// outside every sensible site. The script is a file of its own since a site's
// Content-Security-Policy may forbid those in pages.
const (
	reloadPath = "/__stackgen/reload"
	scriptPath = "/__stackgen/reload.js"
)

// Front answers on the developer's port: from the site behind it, with a
// page that says what is wrong while there is none, or with news for the pages
// that are open. NewFront makes one.
type Front struct {
	// ToAll has clients of other machines see errors as well.
	ToAll bool

	mu      sync.Mutex
	socket  string
	failure string
	version int
	changed chan struct{}
}

// NewFront returns a front without a site. Its versions begin at the time, so
// that a page which an earlier front left open sees that there is a new one.
func NewFront() *Front {
	return &Front{changed: make(chan struct{}), version: int(time.Now().UnixMilli())}
}

// Switch sends requests to the site that listens on the unix socket, and has
// open pages reload themselves.
func (f *Front) Switch(socket string) {
	f.update(func() { f.socket, f.failure = socket, "" })
}

// Recover shows the site again that was there before Fail.
func (f *Front) Recover() {
	if _, failure, _, _ := f.state(); failure != "" {
		f.update(func() { f.failure = "" })
	}
}

// Reload has open pages reload themselves.
func (f *Front) Reload() { f.update(func() {}) }

// Fail shows a text, the compiler's or the checker's, in place of the site.
func (f *Front) Fail(text string) {
	f.update(func() { f.failure = text })
}

func (f *Front) update(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	f.version++
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *Front) state() (socket, failure string, version int, changed <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.socket, f.failure, f.version, f.changed
}

// ServeHTTP implements http.Handler.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case reloadPath:
		f.news(w, r)
		return
	case scriptPath:
		script(w, r)
		return
	}
	socket, failure, version, _ := f.state()
	if failure != "" || socket == "" {
		f.explain(w, r, failure, version)
		return
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = "http", "site"
			p.Out.Host = p.In.Host
			p.Out.Header.Del(clientField)
			if !f.ToAll {
				p.Out.Header.Set(clientField, p.In.RemoteAddr)
			}
			// A page in another encoding could not be given the script, and one that
			// the browser keeps would be given that of an earlier version.
			if strings.Contains(p.In.Header.Get("Accept"), "text/html") {
				for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
					p.Out.Header.Del(name)
				}
			}
		},
		Transport:      &http.Transport{DialContext: f.dial, DisableKeepAlives: true, DisableCompression: true},
		FlushInterval:  -1,
		ModifyResponse: func(resp *http.Response) error { return addScript(resp, version) },
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			f.explain(w, r, "The site does not answer: "+err.Error()+"\nIts own words are in the terminal.", version)
		},
	}
	proxy.ServeHTTP(w, r)
}

// clientField tells the site who asks: it shows its insides to clients at the same machine alone.
const clientField = "X-Stackgen-Client"

// near reports whether a client is at this machine.
func near(r *http.Request) bool {
	client, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && client.Addr().Unmap().IsLoopback()
}

// dial connects to the site. One that was switched away from between the
// request and here is not asked again: there is a new one.
func (f *Front) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	var d net.Dialer
	for {
		socket, _, _, _ := f.state()
		conn, err := d.DialContext(ctx, "unix", socket)
		if now, _, _, _ := f.state(); err == nil || now == socket {
			return conn, err
		}
	}
}

// news keeps a page's connection and tells it when to load itself anew.
func (f *Front) news(w http.ResponseWriter, r *http.Request) {
	seen, _ := strconv.Atoi(r.URL.Query().Get("v"))
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	for {
		_, _, version, changed := f.state()
		if version != seen {
			fmt.Fprint(w, "data: reload\n\n")
			out.Flush()
			return
		}
		fmt.Fprint(w, ": waiting\n\n")
		if out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// maxPage is the largest page that is given the reload script, in bytes.
const maxPage = 8 << 20

// addScript puts the reload script at the end of an HTML page.
func addScript(resp *http.Response, version int) error {
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || resp.Header.Get("Content-Encoding") != "" ||
		resp.Request.Method == http.MethodHead || resp.StatusCode == http.StatusNotModified || resp.ContentLength > maxPage {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if err != nil {
		return err
	}
	script := []byte(reloadScript(version))
	page := append(body, script...)
	if i := bytes.LastIndex(body, []byte("</body>")); i >= 0 {
		page = append(append(append([]byte{}, body[:i]...), script...), body[i:]...)
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(page), resp.Body), resp.Body}
	resp.ContentLength = -1
	for _, name := range []string{"Content-Length", "Etag", "Last-Modified"} {
		resp.Header.Del(name)
	}
	resp.Header.Set("Cache-Control", "no-store")
	return nil
}

func reloadScript(version int) string {
	return fmt.Sprintf(`<script src="%s?v=%d"></script>`, scriptPath, version)
}

// script answers with the script, for the version that the page is.
func script(w http.ResponseWriter, r *http.Request) {
	version, _ := strconv.Atoi(r.URL.Query().Get("v"))
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprintf(w, "new EventSource(\"%s?v=%d\").onmessage = () => location.reload()\n", reloadPath, version)
}

// explain is the page shown while there is no site to show.
func (f *Front) explain(w http.ResponseWriter, r *http.Request, failure string, version int) {
	if failure == "" {
		f.say(w, "Building…", http.StatusServiceUnavailable, "This page shows the site as soon as it is built.", version)
		return
	}
	switch {
	case !f.ToAll && !near(r):
		failure = "What is wrong is shown at the machine that builds the site, and in its terminal."
	case !debugpage.OwnName(r.Host):
		failure = "What is wrong is shown under localhost or an address, and in the terminal: under another name a page of another site might read it."
	}
	f.say(w, "The site does not build", http.StatusInternalServerError, failure, version)
}

func (f *Front) say(w http.ResponseWriter, title string, status int, text string, version int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintf(w, failurePage, html.EscapeString(title), html.EscapeString(title), html.EscapeString(text), reloadScript(version))
}

const failurePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>%s</title>
<style>
body { margin: 0; background: #1d1f24; color: #e8e6e1; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem; }
h1 { font-size: 1.5rem; color: #f2867f; margin: 0 0 1rem; }
pre { background: #15171b; border: 1px solid #34383f; border-radius: .5rem; padding: 1rem; overflow-x: auto; font: .9rem/1.5 ui-monospace, monospace; }
p { color: #a5a9b0; }
</style></head>
<body><main><h1>%s</h1><pre>%s</pre><p>This page reloads by itself when the files change.</p></main>
%s</body></html>
`
