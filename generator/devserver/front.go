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
	"strconv"
	"strings"
	"sync"
)

// reloadPath is where pages listen for changes. It lies outside every sensible site.
const reloadPath = "/__stackgen/reload"

// Front answers on the developer's port: from the site behind it, with a
// page that says what is wrong while there is none, or with news for the pages
// that are open. The zero Front has no site yet.
type Front struct {
	mu      sync.Mutex
	socket  string
	failure string
	version int
	changed chan struct{}
}

// NewFront returns a front without a site.
func NewFront() *Front { return &Front{changed: make(chan struct{})} }

// Switch sends requests to the site that listens on the unix socket, and has
// open pages reload themselves.
func (f *Front) Switch(socket string) {
	f.update(func() { f.socket, f.failure = socket, "" })
}

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
	if r.URL.Path == reloadPath {
		f.news(w, r)
		return
	}
	socket, failure, version, _ := f.state()
	if failure != "" || socket == "" {
		f.explain(w, failure, version)
		return
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = "http", "site"
			p.Out.Host = p.In.Host
			// A page in another encoding could not be given the script.
			if strings.Contains(p.In.Header.Get("Accept"), "text/html") {
				p.Out.Header.Del("Accept-Encoding")
			}
		},
		Transport:      &http.Transport{DialContext: dialer(socket), DisableKeepAlives: true, DisableCompression: true},
		FlushInterval:  -1,
		ModifyResponse: func(resp *http.Response) error { return addScript(resp, version) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			f.explain(w, "The site does not answer: "+err.Error()+"\nIts own words are in the terminal.", version)
		},
	}
	proxy.ServeHTTP(w, r)
}

func dialer(socket string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
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
	resp.Header.Del("Content-Length")
	return nil
}

func reloadScript(version int) string {
	return fmt.Sprintf(`<script>new EventSource(%q).onmessage = () => location.reload()</script>`, fmt.Sprintf("%s?v=%d", reloadPath, version))
}

// explain is the page shown while there is no site to show.
func (f *Front) explain(w http.ResponseWriter, failure string, version int) {
	title, status := "The site does not build", http.StatusInternalServerError
	if failure == "" {
		title, status, failure = "Building…", http.StatusServiceUnavailable, "This page shows the site as soon as it is built."
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintf(w, failurePage, html.EscapeString(title), html.EscapeString(title), html.EscapeString(failure), reloadScript(version))
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
