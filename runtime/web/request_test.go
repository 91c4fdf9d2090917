package web_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// one is a site with one view, under every path that begins with /v/.
func one(t testing.TB, view web.Handler) *webtest.Client {
	t.Helper()
	app, err := web.New(web.Config{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: []web.Route{
			{Pattern: "/v/", View: &web.View{Handler: view}},
			{Pattern: "/v/<int:n>/<path:rest>", View: &web.View{Handler: view}, Extra: map[string]any{"fixed": 7}},
		},
		FormMemory: 1000, FormFields: 5,
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app)
}

// ask has a view say something about a request.
func ask(t *testing.T, r webtest.Request, say func(*web.Request) string) string {
	t.Helper()
	got := one(t, func(r *web.Request) (*web.Response, error) { return web.Text(say(r)), nil }).Do(r)
	if got.Status != 200 {
		t.Fatalf("status %d: %s", got.Status, got.Body)
	}
	return got.Body
}

func TestRequest(t *testing.T) {
	cookie := func(value string) webtest.Request {
		return webtest.Request{Target: "/v/", Header: [][2]string{{"Cookie", value}}}
	}
	tests := []struct {
		name string
		r    webtest.Request
		say  func(*web.Request) string
		want string
	}{
		{"path", webtest.Request{Target: "/v/1/a%20b/%C3%A9%2F"}, (*web.Request).Path, "/v/1/a b/é%2F"},
		{"full path", webtest.Request{Target: "/v/1/a%20b/%C3%A9%2F;x?q=1 2"}, (*web.Request).FullPath, "/v/1/a%20b/%C3%A9%2F%3Bx?q=1%202"},
		{"int capture", webtest.Request{Target: "/v/12/x"}, func(r *web.Request) string { return fmt.Sprintf("%d %s", r.ArgInt("n"), r.Arg("n")) }, "12 12"},
		{"path capture", webtest.Request{Target: "/v/12/a%2Fb/c"}, func(r *web.Request) string { return r.Arg("rest") }, "a/b/c"},
		{"constant", webtest.Request{Target: "/v/12/x"}, func(r *web.Request) string { return r.Arg("fixed") }, "7"},
		{"no such capture", webtest.Request{Target: "/v/12/x"}, func(r *web.Request) string { return r.Arg("other") + fmt.Sprint(r.ArgInt("rest")) }, "0"},
		{"query", webtest.Request{Target: "/v/?a=1&b=2&a=3"}, func(r *web.Request) string { return fmt.Sprintf("%s %s", r.Query().Get("a"), r.Query().All("a")) }, "3 [1 3]"},
		{"header fields of one name", webtest.Request{Target: "/v/", Header: [][2]string{{"X-A", "1"}, {"x-a", "2"}}}, func(r *web.Request) string { return r.Header("X-A") }, "1, 2"},
		{"no header field", webtest.Request{Target: "/v/"}, func(r *web.Request) string { return r.Header("X-A") }, ""},
		{"cookie", cookie("a=1; b=2"), func(r *web.Request) string { return r.Cookie("b") }, "2"},
		{"the last cookie of a name", cookie("a=1; a=2"), func(r *web.Request) string { return r.Cookie("a") }, "2"},
		{"quoted cookie", cookie(`a="x\073y\"z"`), func(r *web.Request) string { return r.Cookie("a") }, `x;y"z`},
		{"no cookie", cookie("ab=1; =2; a"), func(r *web.Request) string { return r.Cookie("a") }, ""},
		{"value", webtest.Request{Target: "/v/"}, func(r *web.Request) string {
			r.SetValue("k", 1)
			r.SetValue("k", 2)
			return fmt.Sprint(r.Value("k"), r.Value("l"))
		}, "2 <nil>"},
		{"absolute URL", webtest.Request{Target: "/v/1/x"}, func(r *web.Request) string { return r.AbsoluteURL("../y?a=b") }, "http://testserver/v/y?a=b"},
		{"absolute stays", webtest.Request{Target: "/v/"}, func(r *web.Request) string { return r.AbsoluteURL("https://a/b") }, "https://a/b"},
		{"safe redirect", webtest.Request{Target: "/v/"}, func(r *web.Request) string {
			return fmt.Sprint(r.SafeRedirect("/x"), r.SafeRedirect("//evil.example"), r.SafeRedirect("http://testserver/"))
		}, "true false true"},
		{"content type", webtest.Request{Target: "/v/", ContentType: "Text/HTML; charset=x", Body: "x"}, (*web.Request).ContentType, "text/html"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(t, tt.r, tt.say); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestForm(t *testing.T) {
	const multi = "multipart/form-data; boundary=B"
	part := func(header, body string) string {
		return "--B\r\nContent-Disposition: form-data; " + header + "\r\n\r\n" + body + "\r\n"
	}
	const coded = "application/x-www-form-urlencoded"
	tests := []struct {
		name, method, kind, body string
		status                   int
		want                     string
	}{
		{"coded", "POST", coded, "a=1&b=x+y%21&a=2&c", 200, "a=1&b=x+y%21&a=2&c="},
		{"percent that begins nothing", "POST", coded, "a=5%&b=%zz", 200, "a=5%25&b=%25zz"},
		{"bytes that are no UTF-8", "POST", coded, "a=%ff", 200, "a=%EF%BF%BD"},
		{"PUT", "PUT", coded, "a=1", 200, "a=1"},
		{"another type", "POST", "text/plain", "a=1", 200, ""},
		{"GET has no form", "GET", coded, "a=1", 200, ""},
		{"too many fields", "POST", coded, "a&a&a&a&a&a", 400, ""},
		{"too large", "POST", coded, "a=" + strings.Repeat("x", 1000), 413, ""},
		{"multipart", "POST", multi, part(`name="a"`, "1") + part(`name="b"`, "x\r\ny") + "--B--\r\n", 200, "a=1&b=x%0D%0Ay"},
		{"files are read past", "POST", multi, part(`name="f"; filename="x.txt"`, strings.Repeat("x", 2000)) + part(`name="a"`, "1") + "--B--\r\n", 200, "a=1"},
		{"multipart without boundary", "POST", "multipart/form-data", "x", 400, ""},
		{"multipart cut short", "POST", multi, part(`name="a"`, "1"), 400, ""},
		{"multipart with too many fields", "POST", multi, strings.Repeat(part(`name="a"`, "1"), 6) + "--B--\r\n", 400, ""},
		{"multipart too large", "POST", multi, part(`name="a"`, strings.Repeat("x", 600)) + part(`name="a"`, strings.Repeat("x", 600)) + "--B--\r\n", 413, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := one(t, func(r *web.Request) (*web.Response, error) {
				form, err := r.Form()
				if err != nil {
					return nil, err
				}
				return web.Text(form.Encode()), nil
			})
			got := client.Do(webtest.Request{Method: tt.method, Target: "/v/", ContentType: tt.kind, Body: tt.body})
			if got.Status != tt.status || got.Status == 200 && got.Body != tt.want {
				t.Errorf("%d %q, want %d %q", got.Status, got.Body, tt.status, tt.want)
			}
		})
	}
}

func TestTooManyParameters(t *testing.T) {
	client := one(t, func(*web.Request) (*web.Response, error) { return web.Text("ok"), nil })
	for target, want := range map[string]int{"/v/?a&b&c&d&e": 200, "/v/?a&b&c&d&e&f": 400} {
		if got := client.Get(target); got.Status != want {
			t.Errorf("%s: %d", target, got.Status)
		}
	}
}

func TestJSONBody(t *testing.T) {
	tests := []struct {
		name, kind, body string
		status           int
	}{
		{"object", "application/json", `{"n": 1}`, 200},
		{"a type of its own", "application/vnd.x+json; charset=utf-8", `{"n": 1}`, 200},
		{"another type", "text/plain", `{"n": 1}`, 415},
		{"no type", "", `{"n": 1}`, 415},
		{"no JSON", "application/json", `{"n":`, 400},
		{"no UTF-8", "application/json", "{\"n\":1,\"s\":\"\xff\"}", 400},
		{"said to be UTF-8", "application/json; charset=UTF-8", `{"n":7}`, 200},
		{"another charset", "application/json; charset=utf-16", `{"n":7}`, 415},
		{"two values", "application/json", `{"n":1} {"n":2}`, 400},
		{"a string for a number", "application/json", `{"n": "1"}`, 400},
		{"deep", "application/json", strings.Repeat("[", 900), 400},
		{"as deep as allowed", "application/json", `{"n": 1, "x": ` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, 200},
		{"deeper", "application/json", `{"n": 1, "x": ` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, 400},
		{"brackets in a text", "application/json", `{"n": 1, "x": "\"` + strings.Repeat("[", 99) + `"}`, 200},
		{"too large", "application/json", `{"n": 1` + strings.Repeat(" ", 1000) + `}`, 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := one(t, func(r *web.Request) (*web.Response, error) {
				var v struct{ N int }
				if err := r.JSON(&v); err != nil {
					return nil, err
				}
				return web.Text("ok"), nil
			})
			got := client.Do(webtest.Request{Method: "POST", Target: "/v/", ContentType: tt.kind, Body: tt.body})
			if got.Status != tt.status {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
}

func TestValues(t *testing.T) {
	v, ok := web.ParseQuery([]byte("a=1&b=2&a=3"), 10)
	if !ok {
		t.Fatal("not read")
	}
	for name, got := range map[string]string{
		"set":     v.Set("a", "x").Encode(),
		"without": v.Without("a").Encode(),
		"kept":    v.Encode(),
	} {
		want := map[string]string{"set": "b=2&a=x", "without": "b=2", "kept": "a=1&b=2&a=3"}[name]
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if names := v.Names(); !reflect.DeepEqual(names, []string{"a", "b"}) {
		t.Error(names)
	}
}

func TestErrorsAreComparable(t *testing.T) {
	for _, err := range []error{
		web.NotFound, web.NotFound.With("no post"), web.NotFound.Because(errors.New("x")),
		fmt.Errorf("post 1: %w", web.NotFound.With("no post")),
	} {
		if !errors.Is(err, web.NotFound) || errors.Is(err, web.Forbidden) {
			t.Error(err)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	f.Add([]byte("a=1&b=%zz&c=%ff+"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, ok := web.ParseQuery(raw, 100)
		if !ok {
			return
		}
		again, ok := web.ParseQuery([]byte(v.Encode()), 100)
		if !ok || !reflect.DeepEqual(v.Names(), again.Names()) || v.Encode() != again.Encode() {
			t.Errorf("%q: %q is read as %q", raw, v.Encode(), again.Encode())
		}
		if _, err := url.ParseQuery(v.Encode()); err != nil {
			t.Errorf("%q: %v", v.Encode(), err)
		}
	})
}

func FuzzMultipart(f *testing.F) {
	client := one(f, func(r *web.Request) (*web.Response, error) {
		form, err := r.Form()
		if err != nil {
			return nil, err
		}
		return web.Text(fmt.Sprint(form.Len())), nil
	})
	f.Add("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--\r\n")
	f.Fuzz(func(t *testing.T, body string) {
		got := client.Do(webtest.Request{Method: "POST", Target: "/v/", ContentType: "multipart/form-data; boundary=B", Body: body})
		if got.Status >= 500 {
			t.Errorf("%q: %d", body, got.Status)
		}
	})
}

func FuzzCookie(f *testing.F) {
	f.Add("plain", "a b;c\"\\é")
	f.Fuzz(func(t *testing.T, name, value string) {
		set := one(t, func(*web.Request) (*web.Response, error) {
			p := web.Text("")
			p.SetCookie(web.Cookie{Name: name, Value: value})
			return p, nil
		})
		got := set.Get("/v/")
		if got.Status == 500 {
			return // the name is no token
		}
		line := got.Header("Set-Cookie")
		pair, _, _ := strings.Cut(line, "; Path=")
		if strings.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("%q", line)
		}
		back := ask(t, webtest.Request{Target: "/v/", Header: [][2]string{{"Cookie", "x=1; " + pair}}}, func(r *web.Request) string { return r.Cookie(name) })
		if back != value {
			t.Errorf("%q came back as %q (%s)", value, back, line)
		}
	})
}

// Ensure that a form in another charset than UTF-8 is refused, as Django refuses it (HttpRequest.POST).
func TestFormCharset(t *testing.T) {
	c := one(t, func(r *web.Request) (*web.Response, error) {
		form, err := r.Form()
		return web.Text(form.Get("a")), err
	})
	for contentType, want := range map[string]int{
		"application/x-www-form-urlencoded": 200, "application/x-www-form-urlencoded; charset=UTF-8": 200, "application/x-www-form-urlencoded; charset=utf8": 200,
		"application/x-www-form-urlencoded; charset=utf-16": 400, "application/x-www-form-urlencoded; charset=iso-8859-1": 400,
	} {
		if got := c.Do(webtest.Request{Method: "POST", Target: "/v/", ContentType: contentType, Body: "a=b"}); got.Status != want || want == 200 && got.Body != "b" {
			t.Errorf("%s: %d %q", contentType, got.Status, got.Body)
		}
	}
}
