package web_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

func TestResponses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte("<p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name           string
		make           func(r *web.Request) (*web.Response, error)
		status         int
		body           string
		header, expect string
	}{
		{"text", func(*web.Request) (*web.Response, error) { return web.Text("a<b"), nil }, 200, "a<b", "Content-Type", "text/plain; charset=utf-8"},
		{"HTML", func(*web.Request) (*web.Response, error) { return web.HTML("<p>"), nil }, 200, "<p>", "Content-Type", "text/html; charset=utf-8"},
		{"JSON", func(*web.Request) (*web.Response, error) { return web.JSON(map[string]int{"a": 1}) }, 200, `{"a":1}`, "Content-Type", "application/json"},
		{"what is no JSON", func(*web.Request) (*web.Response, error) { return web.JSON(func() {}) }, 500, "", "", ""},
		{"bytes", func(*web.Request) (*web.Response, error) { return web.Bytes("image/png", []byte("x")), nil }, 200, "x", "Content-Type", "image/png"},
		{"empty", func(*web.Request) (*web.Response, error) { return web.Empty(204), nil }, 204, "", "", ""},
		{"another status", func(*web.Request) (*web.Response, error) { return web.Text("x").WithStatus(201), nil }, 201, "x", "", ""},
		{"redirect", func(*web.Request) (*web.Response, error) { return web.Redirect("/é?a=b c\r\nX: y"), nil }, 302, "", "Location", "/%C3%A9?a=b%20c%0D%0AX:%20y"},
		{"permanent", func(*web.Request) (*web.Response, error) { return web.RedirectPermanent("/a%20b"), nil }, 301, "", "Location", "/a%20b"},
		{"preserving", func(*web.Request) (*web.Response, error) { return web.RedirectPreserving("/"), nil }, 307, "", "Location", "/"},
		{"file", func(*web.Request) (*web.Response, error) {
			f, err := os.Open(file)
			if err != nil {
				return nil, err
			}
			return web.File(f)
		}, 200, "<p>", "Content-Type", "text/html; charset=utf-8"},
		{"reader", func(*web.Request) (*web.Response, error) {
			return web.Reader("text/csv", strings.NewReader("a,b"), 3), nil
		}, 200, "a,b", "Content-Type", "text/csv"},
		{"stream that reads the request", func(r *web.Request) (*web.Response, error) {
			return web.Stream("text/plain", func(w web.BodyWriter) error {
				_, err := w.Write([]byte(r.Query().Get("q")))
				return err
			}), nil
		}, 200, "yes", "", ""},
		{"described", func(r *web.Request) (*web.Response, error) {
			r.Exchange().Response.Status = 202
			r.Exchange().Response.Text("own")
			return web.Described(), nil
		}, 202, "own", "", ""},
		{"vary", func(*web.Request) (*web.Response, error) {
			p := web.Text("")
			p.Vary("Cookie", "Accept")
			p.Vary("cookie")
			return p, nil
		}, 200, "", "Vary", "Cookie, Accept"},
		{"vary on everything", func(*web.Request) (*web.Response, error) {
			p := web.Text("")
			p.Vary("Cookie")
			p.Vary("*")
			p.Vary("Accept")
			return p, nil
		}, 200, "", "Vary", "*"},
		{"response splitting", func(*web.Request) (*web.Response, error) {
			p := web.Text("")
			p.SetHeader("X-A", "1\r\nX-B: 2")
			return p, nil
		}, 500, "", "X-B", ""},
		{"a template that is not there", func(r *web.Request) (*web.Response, error) { return web.Render(r, "a.html", nil) }, 500, "", "", ""},
		{"two pages of one view", func(r *web.Request) (*web.Response, error) {
			first, err := r.Page("a", nil, func(b []byte, _ *web.Request) ([]byte, error) { return append(b, "first"...), nil })
			if err != nil {
				return nil, err
			}
			if _, err = r.Page("b", nil, func(b []byte, _ *web.Request) ([]byte, error) { return append(b, "other"...), nil }); err != nil {
				return nil, err
			}
			return first, nil
		}, 200, "first", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := one(t, tt.make).Get("/v/?q=yes")
			if got.Status != tt.status || got.Status < 500 && got.Body != tt.body {
				t.Errorf("%d %q", got.Status, got.Body)
			}
			if tt.header != "" && got.Header(tt.header) != tt.expect {
				t.Errorf("%s: %q, want %q", tt.header, got.Header(tt.header), tt.expect)
			}
		})
	}
}

func TestCookies(t *testing.T) {
	tests := []struct {
		name   string
		cookie web.Cookie
		secure bool
		want   string
	}{
		{"safe by default", web.Cookie{Name: "a", Value: "b"}, false, "a=b; Path=/; HttpOnly; SameSite=Lax"},
		{"secure under TLS", web.Cookie{Name: "a", Value: "b"}, true, "a=b; Path=/; HttpOnly; SameSite=Lax; Secure"},
		{"everything", web.Cookie{Name: "a", Value: "b", Path: "/x/", Domain: "example.com", SameSite: "Strict", Secure: true, Script: true}, false,
			"a=b; Domain=example.com; Path=/x/; SameSite=Strict; Secure"},
		{"None needs Secure", web.Cookie{Name: "a", SameSite: "None"}, false, "a=; Path=/; HttpOnly; SameSite=None; Secure"},
		{"quoted", web.Cookie{Name: "a", Value: `x;"y,é`}, false, `a="x\073\"y\054\303\251"; Path=/; HttpOnly; SameSite=Lax`},
		{"deleted", web.Cookie{Name: "a", MaxAge: -time.Second}, false, "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := one(t, func(*web.Request) (*web.Response, error) {
				p := web.Text("")
				p.SetCookie(web.Cookie{Name: tt.cookie.Name, Value: "replaced"})
				p.SetCookie(tt.cookie)
				return p, nil
			})
			client.Secure = tt.secure
			if got := client.Get("/v/").All("Set-Cookie"); len(got) != 1 || got[0] != tt.want {
				t.Errorf("got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestRender(t *testing.T) {
	var seen error
	app, err := web.New(web.Config{
		Templates: map[string]web.Template{"checkout.html": func(b []byte, _ *web.Request, context map[string]any) ([]byte, error) {
			return append(b, context["total"].(string)...), nil
		}},
		Routes: []web.Route{
			{Pattern: "/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				return web.Render(r, "checkout.html", map[string]any{"total": "12"})
			}}},
			{Pattern: "/wrong/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				_, seen = web.Render(r, "chekout.html", nil)
				return nil, web.NotFound
			}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := webtest.New(app)
	if got := client.Get("/"); got.Body != "12" {
		t.Error(got.Body)
	}
	client.Get("/wrong/")
	if want := `web: there is no template "chekout.html"; did you mean "checkout.html"?`; seen == nil || seen.Error() != want {
		t.Error(seen)
	}
}

var errBroken = errors.New("the shelf is broken")

func failing(config web.Config) *webtest.Client {
	fail := func(err error) *web.View {
		return &web.View{Name: "failing", Handler: func(*web.Request) (*web.Response, error) { return nil, err }}
	}
	config.Routes = []web.Route{
		{Pattern: "/broken/", View: fail(errBroken)},
		{Pattern: "/secret/<slug:s>/", View: fail(web.Forbidden.With("Members <only>."))},
		{Pattern: "/panic/", View: &web.View{Name: "panicking", Handler: func(*web.Request) (*web.Response, error) { panic("on the floor") }}},
	}
	app, err := web.New(config)
	if err != nil {
		panic(err)
	}
	return webtest.New(app)
}

func TestFailures(t *testing.T) {
	var log strings.Builder
	client := failing(web.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if got := client.Get("/broken/"); got.Status != 500 || strings.Contains(got.Body, "shelf") {
		t.Error("the client is told too much:", got.Body)
	}
	for _, want := range []string{"request_id=", "status=500", "method=GET", "path=/broken/", "view=failing", "the shelf is broken"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s: %s", want, log.String())
		}
	}
	log.Reset()
	got := client.Get("/panic/")
	if got.Status != 500 || !strings.Contains(log.String(), "on the floor") || !strings.Contains(log.String(), "response_test.go") {
		t.Error("a panic is logged with its stack:", log.String())
	}
	_, id, _ := strings.Cut(log.String(), "request_id=")
	if id = id[:32]; !strings.Contains(got.Body, id) {
		t.Errorf("the page does not name the request %s: %s", id, got.Body)
	}
	log.Reset()
	if got := client.Get("/secret/x/"); got.Status != 403 || !strings.Contains(got.Body, "Members &lt;only&gt;.") || !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "request_id=") {
		t.Error(got.Status, got.Body, log.String())
	}
}

// Errors that views hand on as they get them have the status of what is behind them.
func TestStatusOfErrors(t *testing.T) {
	overdue := func(r *web.Request) error {
		r.Exchange().SetDeadline(time.Now())
		<-r.Context().Done()
		return fmt.Errorf("query: %w", r.Context().Err())
	}
	always := func(err error) func(*web.Request) error {
		return func(*web.Request) error { return fmt.Errorf("reading: %w", err) }
	}
	tests := []struct {
		name   string
		err    func(*web.Request) error
		status int
		log    string
	}{
		{"the request's own deadline", overdue, 503, "level=ERROR"},
		{"a deadline of the view's making", always(context.DeadlineExceeded), 500, "level=ERROR"},
		{"a client that left while it was sending", always(gateway.ErrBodyCut), 499, ""},
		{"a body too large for the proxy", always(gateway.ErrBodyTooLarge), 413, "level=WARN"},
		{"a parameter that no row can hold", always(model.ErrInvalid), 400, "level=WARN"},
		{"a locked database", always(model.ErrLocked), 503, "level=ERROR"},
		{"a transaction in the way of another", always(model.ErrConflict), 503, "level=ERROR"},
		{"a database that is down", always(model.ErrUnavailable), 503, "level=ERROR"},
		{"a full disk", always(model.ErrDiskFull), 507, "level=ERROR"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			app, err := web.New(web.Config{
				Log:    slog.New(slog.NewTextHandler(&log, nil)),
				Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) { return nil, tt.err(r) }}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := webtest.New(app).Get("/"); got.Status != tt.status {
				t.Errorf("status %d, want %d", got.Status, tt.status)
			}
			if logged := log.String(); tt.log == "" && logged != "" || !strings.Contains(logged, tt.log) {
				t.Errorf("the log has %q, want %q in it", logged, tt.log)
			}
		})
	}
}

func TestErrorViews(t *testing.T) {
	var log strings.Builder
	view := func(text string) web.ErrorView {
		return func(r *web.Request, err error) (*web.Response, error) {
			return r.Page("error.html", nil, func(b []byte, _ *web.Request) ([]byte, error) { return append(b, text...), nil })
		}
	}
	client := failing(web.Config{
		Log: slog.New(slog.NewTextHandler(&log, nil)),
		ErrorViews: map[int]web.ErrorView{
			404: view("own 404"), 0: view("any other"),
			403: func(*web.Request, error) (*web.Response, error) { panic("the error view") },
		},
	})
	tests := []struct {
		target string
		status int
		body   string
	}{
		{"/nosuch/", 404, "own 404"},
		{"/broken/", 500, "any other"},
		{"/secret/x/", 500, "Internal Server Error"}, // an error view that fails itself
	}
	for _, tt := range tests {
		if got := client.Get(tt.target); got.Status != tt.status || !strings.Contains(got.Body, tt.body) {
			t.Errorf("%s: %d %s", tt.target, got.Status, got.Body)
		}
	}
	if !strings.Contains(log.String(), "the error view for 403") {
		t.Error(log.String())
	}
}

func TestDebugPage(t *testing.T) {
	client := failing(web.Config{Debug: true, Log: slog.New(slog.NewTextHandler(&strings.Builder{}, nil)), Settings: []web.Setting{
		{Name: "SECRET_KEY", Value: "hunter2"}, {Name: "database_url", Value: "postgres://me:hunter2@db/x"}, {Name: "time_zone", Value: "UTC"},
	}})
	got := client.Get("/broken/?q=<x>&password=hunter2")
	if got.Status != 500 || strings.Contains(got.Body, "hunter2") {
		t.Error("a secret is shown")
	}
	for _, want := range []string{"the shelf is broken", "/broken/", "failing", "&lt;x&gt;", "postgres://me:********************@db/x", "time_zone"} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if got := client.Get("/panic/"); !strings.Contains(got.Body, "response_test.go") {
		t.Error("the page lacks the stack")
	}
	if got := client.Get("/nosuch/"); got.Status != 404 || !strings.Contains(got.Body, "/secret/&lt;slug:s&gt;/") {
		t.Error("the page lacks the routes")
	}
	if got := client.Get("/secret/x/"); strings.Contains(got.Body, "development") {
		t.Error("a 403 is no mistake to debug")
	}
}

func TestNewRefuses(t *testing.T) {
	for name, route := range map[string]web.Route{
		"no view":     {Pattern: "/"},
		"bad pattern": {Pattern: "/<nosuch:x>/", View: &web.View{Handler: func(*web.Request) (*web.Response, error) { return nil, nil }}},
	} {
		if _, err := web.New(web.Config{Routes: []web.Route{route}}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
