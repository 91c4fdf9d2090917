package webtest_test

import (
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/webtest"
)

// app is a site that says what it was sent.
func app(t *testing.T, layers ...web.Middleware) *web.App {
	t.Helper()
	app, err := web.New(web.Config{
		Keys: []string{"a key of some length for the test"}, Middleware: layers,
		Routes: []web.Route{
			{Pattern: "/echo/", View: &web.View{Name: "echo", Handler: func(r *web.Request) (*web.Response, error) {
				form, err := r.Form()
				if err != nil {
					return nil, err
				}
				said := r.Method() + " " + r.Scheme() + "://" + r.Host() + " " + form.Without("csrfmiddlewaretoken").Encode() + " seen=" + r.Cookie("seen")
				files, err := r.Files()
				if err != nil {
					return nil, err
				}
				for _, f := range files.All("file") {
					said += " " + f.Name + " " + f.ContentType
				}
				return web.Text(said), nil
			}}},
			{Pattern: "/set/", View: &web.View{Name: "set", Handler: func(r *web.Request) (*web.Response, error) {
				p := web.Redirect("/echo/")
				p.SetCookie(web.Cookie{Name: "seen", Value: "yes"})
				return p, nil
			}}},
			{Pattern: "/forget/", View: &web.View{Name: "forget", Handler: func(r *web.Request) (*web.Response, error) {
				p := web.Text("")
				p.SetHeader("Set-Cookie", "seen=; expires=Thu, 01 Jan 1970 00:00:00 GMT")
				return p, nil
			}}},
			{Pattern: "/round/", View: &web.View{Name: "round", Handler: func(r *web.Request) (*web.Response, error) { return web.Redirect("/round/"), nil }}},
			{Pattern: "/away/", View: &web.View{Name: "away", Handler: func(r *web.Request) (*web.Response, error) {
				return web.Redirect("https://www.example.com/echo/"), nil
			}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// Ensure that a client that follows ends where a browser would, with its cookies.
func TestFollow(t *testing.T) {
	c := webtest.New(app(t))
	if page := c.Post("/set/", "a", "1"); page.Status != 302 || len(page.Redirects) != 0 {
		t.Errorf("without following: %d %v", page.Status, page.Redirects)
	}
	c.Follow = true
	page := c.Post("/set/", "a", "1")
	if page.Body != "GET http://testserver  seen=yes" || strings.Join(page.Redirects, " ") != "/echo/" {
		t.Errorf("it ends at %q by %v", page.Body, page.Redirects)
	}
	if page := c.Get("/away/"); page.Body != "GET https://www.example.com  seen=yes" {
		t.Errorf("at another host: %q", page.Body)
	}
	if c.Host != "testserver" || c.Secure {
		t.Errorf("the client moved to %s", c.Host)
	}
	c.Get("/forget/")
	if c.Cookie("seen") != "" {
		t.Error("a cookie of the past is kept")
	}
	defer func() {
		if recover() == nil {
			t.Error("it follows for ever")
		}
	}()
	c.Get("/round/")
}

// Ensure that forms with files arrive as browsers send them.
func TestUpload(t *testing.T) {
	c := webtest.New(app(t))
	page := c.Upload("/echo/", []webtest.File{{Field: "file", Name: `a "b".txt`, ContentType: "text/plain", Content: "x"}}, "title", "A & B")
	if page.Body != `POST http://testserver title=A+%26+B seen= a "b".txt text/plain` {
		t.Errorf("%q", page.Body)
	}
}

// Ensure that the layer csrf lets a client pass that is to pass, and no other.
func TestPassCSRF(t *testing.T) {
	for _, secure := range []bool{false, true} {
		c := webtest.New(app(t, middleware.CSRF{Cookie: web.Cookie{Name: "mytoken"}}.Wrap))
		c.Secure, c.CSRFCookie = secure, "mytoken"
		if page := c.Put("/echo/", "text/plain", "x"); page.Status != 403 {
			t.Errorf("secure=%v: it passes with %d", secure, page.Status)
		}
		c.PassCSRF = true
		if page := c.Put("/echo/", "text/plain", "x"); page.Status != 200 {
			t.Errorf("secure=%v: it is refused with %d:\n%s", secure, page.Status, page.Body)
		}
		if page := c.Do(webtest.Request{Method: "POST", Target: "/echo/", Header: [][2]string{{"Origin", "https://evil.example"}}}); page.Status != 403 {
			t.Errorf("secure=%v: an origin of its own is replaced: %d", secure, page.Status)
		}
	}
}
