package proxy

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// Hints go to browsers that go to a page over HTTP/2, and to nobody else.
func TestEarlyHints(t *testing.T) {
	link := "</site.css>; rel=preload; as=style"
	address := serveOn(t, newProxy(t, Config{Hosts: []string{"*"}, App: text(func(*gateway.Exchange) string { return "page" }), Locations: []Location{
		{Path: "/", Action: Forward{App: true}, EarlyHints: []string{link}},
		{Path: "/none/", Action: Forward{App: true}},
	}}))
	for _, tt := range []struct {
		name, method, path, mode string
		client                   *http.Client
		hinted                   bool
	}{
		{"a page", "GET", "/", "navigate", clientHTTP2(t), true},
		{"whoever does not say", "GET", "/", "", clientHTTP2(t), true},
		{"a script's request", "GET", "/", "cors", clientHTTP2(t), false},
		{"a form", "POST", "/", "navigate", clientHTTP2(t), false},
		{"another location", "GET", "/none/", "navigate", clientHTTP2(t), false},
		{"HTTP/1.1", "GET", "/", "navigate", http.DefaultClient, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hinted := ""
			trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
				if code == 103 {
					hinted = h.Get("Link")
				}
				return nil
			}}
			req, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), tt.method, "http://"+address+tt.path, nil)
			if tt.mode != "" {
				req.Header.Set("Sec-Fetch-Mode", tt.mode)
			}
			resp, err := tt.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if body, _ := io.ReadAll(resp.Body); string(body) != "page" || resp.Header.Get("Link") != "" || tt.hinted != (hinted == link) || !tt.hinted && hinted != "" {
				t.Errorf("hint %q, answer %q with %v", hinted, body, resp.Header)
			}
		})
	}
	for _, bad := range []string{"", "/site.css", "<a>\r\nX: y"} {
		if _, err := New(Config{Hosts: []string{"*"}, Locations: []Location{{Path: "/", Action: Redirect{To: Template{{Text: "/a"}}}, EarlyHints: []string{bad}}}}); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}
