package middleware_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/csrf"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/webtest"
)

// The table testdata/csrf.json says what Django 6.1 answers. Every case runs.

type csrfCase struct {
	ID      string
	Request struct {
		Method, Path string
		Headers      map[string]string
		Cookies      map[string]string
		Secure       bool
		Body         string
		ContentType  string `json:"content_type"`
	}
	Settings  map[string]json.RawMessage
	Status    int
	Reason    string
	SetCookie *struct {
		SameSecret  bool `json:"same_secret"`
		TokenLength int  `json:"token_length"`
		Attributes  []string
	} `json:"set_cookie"`
	Vary string
}

func (c csrfCase) layer(t *testing.T, reason *string) middleware.CSRF {
	layer := middleware.CSRF{Failure: func(_ *web.Request, why string) (*web.Response, error) {
		*reason = why
		return web.Empty(403), nil
	}}
	for name, raw := range c.Settings {
		var to any
		var seconds int64
		switch name {
		case "CSRF_TRUSTED_ORIGINS":
			to = &layer.TrustedOrigins
		case "CSRF_COOKIE_DOMAIN":
			to = &layer.Cookie.Domain
		case "CSRF_COOKIE_SECURE":
			to = &layer.Cookie.Secure
		case "CSRF_COOKIE_HTTPONLY":
			to = &layer.HTTPOnly
		case "CSRF_COOKIE_SAMESITE":
			to = &layer.Cookie.SameSite
		case "CSRF_COOKIE_PATH":
			to = &layer.Cookie.Path
		case "CSRF_COOKIE_NAME":
			to = &layer.Cookie.Name
		case "CSRF_COOKIE_AGE":
			to = &seconds
		default:
			t.Fatalf("unknown setting %s", name)
		}
		if err := json.Unmarshal(raw, to); err != nil {
			t.Fatal(err)
		}
		if seconds > 0 {
			layer.Cookie.MaxAge = time.Duration(seconds) * time.Second
		}
	}
	return layer
}

func TestDjangoCSRF(t *testing.T) {
	var file struct{ Cases []csrfCase }
	raw, err := os.ReadFile("testdata/csrf.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) { c.run(t) })
	}
}

func (c csrfCase) run(t *testing.T) {
	var reason string
	layer := c.layer(t, &reason)
	app, err := web.New(web.Config{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: []web.Route{
			{Pattern: "/ok/", View: &web.View{Handler: ok}},
			{Pattern: "/exempt/", View: &web.View{Handler: ok, CSRFExempt: true}},
			{Pattern: "/form/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				return web.Text(r.CSRFToken()), nil
			}}},
		},
		Middleware: []web.Middleware{layer.Wrap},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := webtest.New(app)
	client.Secure = c.Request.Secure
	r := webtest.Request{Method: c.Request.Method, Target: c.Request.Path, Body: c.Request.Body, ContentType: c.Request.ContentType}
	if r.ContentType == "" && r.Body != "" {
		r.ContentType = "application/x-www-form-urlencoded"
	}
	for name, value := range c.Request.Headers {
		r.Header = append(r.Header, [2]string{name, bytesOf(value)})
	}
	var sent string
	for name, value := range c.Request.Cookies {
		client.SetCookie(name, bytesOf(value))
		sent = value
	}
	got := client.Do(r)
	if got.Status != c.Status || reason != c.Reason {
		t.Errorf("got %d %q, want %d %q", got.Status, reason, c.Status, c.Reason)
	}
	if vary := got.Header("Vary"); vary != c.Vary {
		t.Errorf("Vary: %q, want %q", vary, c.Vary)
	}
	lines := got.All("Set-Cookie")
	if (len(lines) > 0) != (c.SetCookie != nil) {
		t.Fatalf("Set-Cookie: %q, want one: %v", lines, c.SetCookie != nil)
	}
	if c.SetCookie == nil {
		return
	}
	value, attributes := parts(lines[0])
	if len(value) != c.SetCookie.TokenLength {
		t.Errorf("cookie %q", value)
	}
	secret, _ := csrf.Secret(sent)
	if same := secret == value; same != c.SetCookie.SameSecret {
		t.Errorf("same secret: %v", same)
	}
	if c.Request.Secure && !slices.Contains(c.SetCookie.Attributes, "Secure") {
		// Ours are Secure under TLS without being told.
		attributes = slices.DeleteFunc(attributes, func(a string) bool { return a == "Secure" })
	}
	if !slices.Equal(attributes, c.SetCookie.Attributes) {
		t.Errorf("attributes %q, want %q", attributes, c.SetCookie.Attributes)
	}
}

func ok(*web.Request) (*web.Response, error) { return web.Text("ok"), nil }

// bytesOf turns characters into the bytes that they stand for.
func bytesOf(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// parts cuts a Set-Cookie line, leaving out when it ends.
func parts(line string) (value string, attributes []string) {
	fields := strings.Split(line, "; ")
	_, value, _ = strings.Cut(fields[0], "=")
	for _, f := range fields[1:] {
		if !strings.HasPrefix(f, "Expires=") {
			attributes = append(attributes, f)
		}
	}
	sort.Strings(attributes)
	return value, attributes
}

func TestCSRFFetchMetadata(t *testing.T) {
	app := site(t, middleware.CSRF{}.Wrap)
	client := webtest.New(app)
	client.Get("/form/")
	token := client.Cookie("csrftoken")
	for site, want := range map[string]int{"cross-site": 403, "same-origin": 200, "same-site": 200, "none": 200, "": 200} {
		r := webtest.Request{Method: "POST", Target: "/form/", Header: [][2]string{{"X-CSRFToken", token}}}
		if site != "" {
			r.Header = append(r.Header, [2]string{"Sec-Fetch-Site", site})
		}
		if got := client.Do(r); got.Status != want {
			t.Errorf("%q: %d, want %d", site, got.Status, want)
		}
	}
}

func TestCSRFRefusesBadForm(t *testing.T) {
	client := webtest.New(site(t, middleware.CSRF{}.Wrap))
	client.Get("/form/")
	got := client.Do(webtest.Request{Method: "POST", Target: "/form/", ContentType: "multipart/form-data; boundary=B", Body: "--B\r\nbroken"})
	if got.Status != 400 {
		t.Error(got.Status)
	}
}
