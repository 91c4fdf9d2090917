package status

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Page shows how the site is. It is the layer of a [proxy.Endpoint].
type Page struct{}

// Status is what the page shows, and what programs get as JSON.
type Status struct {
	Time time.Time `json:"time"`
	proxy.SiteStatus
	Proxy proxy.Figures `json:"proxy"`
}

//go:embed page.css
var style string

//go:embed page.html
var source string

// Start implements [proxy.Layer].
func (Page) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	t, err := template.New("status").Funcs(functions()).Parse(source)
	if err != nil {
		panic("stackgen: unreachable: the status page: " + err.Error())
	}
	sum := sha256.Sum256([]byte(style))
	return &handler{env: e, page: t, policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}, nil
}

type handler struct {
	env    *proxy.Environment
	page   *template.Template
	policy string
}

// Serve implements [proxy.LayerHandler].
func (h *handler) Serve(x *gateway.Exchange, next proxy.Next) {
	if m := x.Request.Method; m != "GET" && m != "HEAD" {
		next.Fail(x, 405, nil)
		x.Response.Header.Set("Allow", "GET, HEAD")
		return
	}
	x.MayBlock() // the supervisor is asked
	s := Status{Time: h.env.Now(), SiteStatus: h.env.SiteStatus(x.Context()), Proxy: h.env.Figures()}
	var b bytes.Buffer
	header := &x.Response.Header
	header.Add("Cache-Control", "no-store")
	header.Add("Vary", "Accept")
	header.Add("X-Content-Type-Options", "nosniff")
	if proxy.PrefersJSON(&x.Request.Header) {
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		if err := e.Encode(s); err != nil {
			panic("stackgen: unreachable: " + err.Error())
		}
		header.Add("Content-Type", "application/json")
		x.Response.Bytes(b.Bytes())
		return
	}
	if err := h.page.Execute(&b, view{Status: s, Style: template.CSS(style), Refresh: refresh(x.Request.Query)}); err != nil {
		panic("stackgen: unreachable: the status page: " + err.Error())
	}
	header.Add("Content-Type", "text/html; charset=utf-8")
	header.Add("Content-Security-Policy", h.policy)
	header.Add("Referrer-Policy", "no-referrer")
	x.Response.Bytes(b.Bytes())
}

// refreshing is the query of a page that loads itself again.
const refreshing = "refresh=5"

// refresh is after how many seconds the page loads itself again; 0 is never.
func refresh(query []byte) int {
	if string(query) == refreshing {
		return 5
	}
	return 0
}

var (
	_ proxy.Layer        = Page{}
	_ proxy.LayerHandler = (*handler)(nil)
)
