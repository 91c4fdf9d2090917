// Package webtest drives a site in memory: no socket, no engine, the same
// gateway.Handler. A [Client] keeps cookies as a browser does and can fill the
// token of a form, so that tests of a site read as a visit:
//
//	c := webtest.New(app)
//	c.Get("/posts/new/")
//	page := c.Post("/posts/new/", "title", "Hello", "slug", "hello")
//	if page.Status != 302 { … }
//
// It is for tests: malformed arguments panic.
package webtest
