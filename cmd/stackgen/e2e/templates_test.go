//go:build e2e

package e2e

import (
	"strings"
	"syscall"
	"testing"
)

// Ensure that what goes wrong while a page is rendered is said with its place in
// the template: in the log, and in a developer's browser with the line; and
// that check --deploy lists what is not escaped.
func TestTemplatePlaces(t *testing.T) {
	dir := project(t, "almanac")
	edit(t, dir, "templates/almanac.html", "  {% for event in month.list %}\n", "  {% for event in month.list %}{% for broken in event.Seats %}<x>{% endfor %}\n")
	edit(t, dir, "templates/about.html", "{% block content %}", "{% block content %}{% autoescape off %}{{ request.path }}{% endautoescape %}{{ request.path|safe }}")
	build(t, dir)
	const place = "templates/almanac.html:12:"
	c := browser(t)

	developed := start(t, dir, "STACKGEN_DEBUG=1")
	page := developed.get(c, "/").expect(t, "the broken page", 500)
	page.contains(t, "the page that a developer sees", "<code>templates/almanac.html:12:", "<i>12</i>", "<mark>{% for broken in event.Seats %}", "cannot be iterated", "<i>11</i><span>&lt;ul class=&#34;events&#34;&gt;")
	developed.waitLog(place)
	b := chromium(t)
	b.open(developed.url + "/")
	if shown := b.text("mark"); !strings.Contains(shown, "{% for broken in event.Seats %}") {
		t.Errorf("the browser marks %q", shown)
	}
	b.fits("the page that a developer sees")

	developed.stop(syscall.SIGTERM)

	public := start(t, dir)
	if page := public.get(c, "/").expect(t, "the broken page", 500); strings.Contains(page.body, "almanac.html") || strings.Contains(page.body, "iterated") {
		t.Errorf("a visitor sees what is for developers:\n%s", page.body)
	}
	public.waitLog(place)

	said := run(t, dir, "./site", "check", "--deploy")
	for _, line := range []string{
		"templates/about.html:3:20", "autoescape off", "templates/about.html:3:", "the filter safe", "tags/tags.go:29:", "tmpl.Safe",
	} {
		if !strings.Contains(said, line) {
			t.Errorf("check --deploy does not say %q:\n%s", line, said)
		}
	}
	if said := run(t, dir, "./site", "check"); strings.Contains(said, "about.html") {
		t.Errorf("check alone says:\n%s", said)
	}
}
