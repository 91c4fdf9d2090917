// Package views answers for the gazette.
package views

import (
	"strconv"
	"strings"

	"gazette/converters"
	"gazette/gen/urls"

	"stackgen.dev/runtime/web"
)

// Issue shows an issue, and leads to the one after it.
func Issue(r *web.Request) (*web.Response, error) {
	issue := web.Arg[converters.Issue](r, "of")
	return web.Render(r, "issue.html", map[string]any{
		"issue": issue,
		"next":  web.WithFragment(urls.Issue(issue.Next()), "front page"),
		"last":  "2026w05",
	})
}

// Reader greets a reader by the name of the host, and leads to the front page's list for programs.
func Reader(r *web.Request) (*web.Response, error) {
	return web.Text("Good morning, " + r.Arg("reader") + ". " + r.AbsoluteURL(urls.Feed()) + "\n"), nil
}

// Topics lists topics, the narrowest first.
func Topics(r *web.Request) (*web.Response, error) {
	topics := web.Arg[[]string](r, "topics")
	var lines []string
	for n := len(topics); n > 0; n-- {
		lines = append(lines, web.WithQuery(urls.Topics(topics[:n]), r.Query().Set("depth", strconv.Itoa(n))))
	}
	return web.Text(strings.Join(lines, "\n") + "\n"), nil
}
