//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// Ensure that a site in two languages shows each as its own, with groups,
// partials, and the filters, tags and names that the project wrote in Go; and
// that its pages fit a phone.
func TestAlmanac(t *testing.T) {
	dir := project(t, "almanac")
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	s.get(c, "/?sort=day").expect(t, "the page", 200).contains(t, "the page",
		`<html lang="en">`, "<title>The almanac</title>", "<small>No. 7</small>",
		"1,234,567.5 visitors so far, and <b>you</b> are one of them.",
		"<h2>January 2026 <small>2</small></h2>", "Jan. 9, 2026, 7:30 p.m.",
		`Winter sky &amp; bright stars</a> 🌖`, `<abbr title="Ada Lovelace">A. L.</abbr>`,
		"980 seats of 1,250 taken", `<a href="about:invalid#blocked">Clocks: why &amp; how</a>`,
		`<section class="panel"><h2>Next</h2><ol><li>Winter sky`, `href="?sort=day&amp;page=2"`)
	german := s.get(c, "/de/").expect(t, "the page in German", 200).contains(t, "the page in German",
		`<html lang="de">`, "<title>Der Kalender</title>", "Bisher 1.234.567,5 Besuche, und <b>Ihrer</b> ist einer davon.",
		"<h2>März 2026 <small>2</small></h2>", "29. März 2026, 14:00", "1 von 15 Platz belegt", "<h2>Demnächst</h2>")
	if strings.Contains(german.body, "taken") {
		t.Error("the page in German is partly in English")
	}
	s.get(c, "/about/").expect(t, "the typed page", 200).contains(t, "the typed page", "<li><code>de</code> German (Deutsch)</li>", "Lorem ipsum dolor sit amet")

	b := chromium(t)
	for _, path := range []string{"/", "/de/", "/about/"} {
		b.open(s.url + path)
		b.fits(path)
	}
}
