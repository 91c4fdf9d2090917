//go:build e2e

package e2e

import (
	"net/url"
	"testing"
)

// Ensure that the example gazette's own path converters match, give views their
// values and write URLs, in each topology.
func TestGazette(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "gazette")
			edit(t, dir, "site.hcl", "database {", "workers {\n  mode  = \""+mode+"\"\n  count = 2\n}\ndatabase {")
			// A url tag whose name is known only when the page is shown.
			edit(t, dir, "templates/issue.html", "<p>", `<p>{% url name 2026 as year %}{{ year }} {% url 'issue' issue as same %}{{ same }} `)
			edit(t, dir, "views/views.go", `"last":  "2026w05",`, `"last":  "2026w05", "name": "year",`)
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			s.post(c, "/new/", url.Values{"title": {"Rain"}, "slug": {"rain"}, "year": {"1999"}, "edition": {"evening"}}).expect(t, "an article", 302)
			s.get(c, "/1999/rain/").expect(t, "the row of two captures", 200).contains(t, "the article", "evening edition", `href="/1999/"`)
			s.get(c, "/1998/rain/").expect(t, "another year", 404)
			s.get(c, "/1999/").contains(t, "the year", `<a href="/1999/rain/">Rain</a>`)
			s.get(c, "/").contains(t, "the front page", `href="/1999/rain/"`, `href="/issues/2026w05/"`, `href="/morning/"`, `href="/1887/"`)
			s.get(c, "/1886/").expect(t, "a year that to_value refuses", 404)
			s.get(c, "/20266/").expect(t, "five digits", 404)
			s.get(c, "/199%39/rain/").expect(t, "an encoded digit", 200)
			if to := s.get(c, "/archive-1999/").expect(t, "an address that moved", 302).header.Get("Location"); to != "/1999/" {
				t.Errorf("it leads to %s", to)
			}
			s.get(c, "/evening/").contains(t, "the text of a converter without functions", `"Rain"`)
			s.get(c, "/noon/").expect(t, "no edition", 404)

			s.get(c, "/issues/2025w52/").expect(t, "an issue", 200).
				contains(t, "the issue", "Issue 52 of 2025", `href="/issues/2025w52/"`, `href="/issues/2026w01/#front%20page"`, `href="/issues/2026w05/"`, "<p>/2026/ /issues/2025w52/ ")
			s.get(c, "/issues/2025w54/").expect(t, "an issue that to_value refuses", 404)
			s.get(c, "/issues/2025w5/").expect(t, "an issue that the expression refuses", 404)

			topics := s.get(c, "/topics/sport/chess%2Fopenings/feed.txt?q=a+b&depth=9").expect(t, "a list", 200)
			if want := "/topics/sport/chess/openings/feed.txt?q=a+b&depth=3\n/topics/sport/chess/feed.txt?q=a+b&depth=2\n/topics/sport/feed.txt?q=a+b&depth=1\n"; topics.body != want {
				t.Errorf("topics: %q", topics.body)
			}
			s.get(c, "/topics/Sport/feed.txt").expect(t, "no topic", 404)
			if to := s.get(c, "/2026").expect(t, "a year without a slash", 301).header.Get("Location"); to != "/2026/" {
				t.Errorf("it leads to %s", to)
			}
			s.get(c, "/1886").expect(t, "a year that is none, without a slash", 404)
		})
	}
}
