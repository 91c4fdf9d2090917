package web_test

import (
	"fmt"
	"log/slog"
	"strconv"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/route"
	"stackgen.dev/runtime/web/webtest"
)

// app makes an application of one view, as generated code does of many.
func app(pattern string, view web.Handler, layers ...web.Middleware) *web.App {
	a, err := web.New(web.Config{
		Routes:     []web.Route{{Pattern: pattern, Name: "view", View: &web.View{Name: "view", Handler: view}}},
		Middleware: layers,
		Log:        slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	return a
}

// A view takes what the route captured and answers, or returns an error that
// has a status.
func ExampleHandler() {
	greet := func(r *web.Request) (*web.Response, error) {
		if r.Arg("name") == "nobody" {
			return nil, web.NotFound.With("There is nobody here.")
		}
		return web.Text("Hello, " + r.Arg("name") + "!"), nil
	}
	site := app("/hello/<str:name>/", greet)
	for _, path := range []string{"/hello/Ada/", "/hello/nobody/"} {
		resp := webtest.Do(site, "GET", path)
		fmt.Println(resp.Status, resp.Header("Content-Type"))
	}
	fmt.Println(webtest.Do(site, "GET", "/hello/Ada/").Body)
	// Output:
	// 200 text/plain; charset=utf-8
	// 404 text/html; charset=utf-8
	// Hello, Ada!
}

// A middleware sees the request on its way in and the response on its way out.
func ExampleMiddleware() {
	stamp := func(next web.Handler) web.Handler {
		return func(r *web.Request) (*web.Response, error) {
			resp, err := next(r)
			if err == nil {
				resp.SetHeader("X-Seen", r.Method()+" "+r.Path())
			}
			return resp, err
		}
	}
	view := func(*web.Request) (*web.Response, error) { return web.Text("ok"), nil }
	resp := webtest.Do(app("/", view, stamp), "GET", "/")
	fmt.Println(resp.Status, resp.Header("X-Seen"))
	// Output: 200 GET /
}

// A form's fields, and a redirect after it.
func ExampleRequest_Form() {
	view := func(r *web.Request) (*web.Response, error) {
		form, err := r.Form()
		if err != nil {
			return nil, err // not readable: 400 or 413
		}
		return web.Redirect("/thanks/?to=" + form.Get("name")), nil
	}
	resp := webtest.New(app("/sign/", view)).Post("/sign/", "name", "Ada")
	fmt.Println(resp.Status, resp.Header("Location"))
	// Output: 302 /thanks/?to=Ada
}

// A converter of the site's own has views get values of its type. Generated
// code makes one of each block converter.
func ExampleArg() {
	year := route.NewConverter("yyyy", "[0-9]{4}", strconv.Atoi, func(year int) string { return fmt.Sprintf("%04d", year) })
	site, err := web.New(web.Config{
		Converters: []*route.Converter{year.Converter()},
		Routes: []web.Route{{Pattern: "/articles/<yyyy:year>/", Name: "articles", View: &web.View{
			Name: "articles",
			Handler: func(r *web.Request) (*web.Response, error) {
				return web.Text(fmt.Sprint("before ", web.Arg[int](r, "year")+1)), nil
			},
		}}},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(webtest.Do(site, "GET", "/articles/2026/").Body, webtest.Do(site, "GET", "/articles/20266/").Status)
	fmt.Println(site.Reverse("articles", 33))
	// Output:
	// before 2027 404
	// /articles/0033/ <nil>
}
