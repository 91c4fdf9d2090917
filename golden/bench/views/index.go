package views

import "stackgen.dev/runtime/web"

// Index answers for view.index: a small page, to GET and POST alike.
func Index(*web.Request) (*web.Response, error) {
	return web.HTML("<!doctype html>\n<title>bench</title>\n<p>Hello, World!</p>\n"), nil
}
