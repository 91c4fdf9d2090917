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
			edit(t, dir, "site.hcl", "route \"/new/\"", "view \"only\" { text = \"only here\" }\nroute \"/only/\" {\n  host = \"api.gazette.example.com\"\n  view = view.only\n}\nroute \"/new/\"")
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
			api, ada := "Host: api.gazette.example.com", "Host: Ada.readers.gazette.example.com:443"
			s.get(c, "/").contains(t, "the front page", `href="//ada.readers.gazette.example.com/"`, `href="//api.gazette.example.com/"`, "<h1>The Gazette</h1>")
			s.get(c, "/", "Host: gazette.example.com").contains(t, "the front page", "<h1>The Gazette</h1>")
			s.get(c, "/", api).contains(t, "the same path of another host", `"Rain"`)
			if p := s.get(c, "/", ada); p.body != "Good morning, ada. http://api.gazette.example.com/\n" {
				t.Errorf("the page of a reader: %q", p.body)
			}
			s.get(c, "/", "Host: a.b.readers.gazette.example.com").contains(t, "two labels where one is captured", "<h1>The Gazette</h1>")
			s.get(c, "/", "Host: ada.gazette.example.com").expect(t, "a host that is none of the site's", 421)
			s.get(c, "/1999/", api).expect(t, "a route of the host before one of every host", 302)
			s.get(c, "/1999/", ada).expect(t, "on another host", 200)
			token := csrfInput.FindStringSubmatch(s.get(c, "/new/", api).body)[1]
			s.ask(c, "POST", "/only/", "csrfmiddlewaretoken="+token, api, "Content-Type: application/x-www-form-urlencoded").expect(t, "a method that the view does not take", 405)
			s.get(c, "/only/", api).expect(t, "a page of one host", 200)
			s.get(c, "/only/").expect(t, "and not of the others", 404)
			s.get(c, "/only", api).expect(t, "a slash that is missing, on its host", 301)
			s.get(c, "/only").expect(t, "a slash that is missing, on another", 404)
			if to := s.get(c, "/2026").expect(t, "a year without a slash", 301).header.Get("Location"); to != "/2026/" {
				t.Errorf("it leads to %s", to)
			}
			s.get(c, "/1886").expect(t, "a year that is none, without a slash", 404)
		})
	}
}
