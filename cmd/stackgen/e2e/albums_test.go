//go:build e2e

package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// Ensure that an album and its tracks are made, shown and changed on one page, in each topology.
func TestAlbums(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "albums")
			edit(t, dir, "site.hcl", `mode  = "inline"`, `mode  = "`+mode+`"`)
			build(t, dir)
			s := start(t, dir)
			c := browser(t)

			for _, name := range []string{"Folk", "Jazz", "Pop"} {
				s.get(c, "/genres/new/").expect(t, "the page of a new genre", 200)
				s.post(c, "/genres/new/", url.Values{"name": {name}}).expect(t, "a new genre", 302)
			}
			page := s.get(c, "/new/").expect(t, "the page of a new album", 200)
			page.contains(t, "the genres to choose from", `<select name="genres" id="id_genres" multiple>`, `<option value="1">Folk</option>`, `<option value="3">Pop</option>`)
			page.contains(t, "the page", `name="tracks-TOTAL_FORMS" value="3"`, `<input type="number" name="tracks-2-number"`)
			form := url.Values{
				"title": {"Blue"}, "year": {"1971"}, "tracks-TOTAL_FORMS": {"3"}, "tracks-INITIAL_FORMS": {"0"},
				"tracks-0-number": {"1"}, "tracks-0-title": {"All I <Want>"}, "tracks-2-number": {"2"}, "tracks-2-title": {"My Old Man"},
			}
			for genre, complaint := range map[string]string{
				"9": "Select a valid choice. 9 is not one of the available choices.", "x": "“x” is not a valid value.",
				"99999999999999999999": "“99999999999999999999” is not a valid value.", "-1": "Select a valid choice. -1 is not one",
			} {
				form["genres"] = []string{"1", genre}
				s.post(c, "/new/", form).expect(t, "a genre that is none", 200).contains(t, "the page", complaint, `<option value="1" selected>Folk</option>`)
			}
			form["genres"] = []string{"1", "2", "1"}
			s.post(c, "/new/", form).expect(t, "a new album", 302)
			s.get(c, "/").contains(t, "the list", "Blue is there.", `<a href="/1/">Blue</a>`)
			s.get(c, "/1/").contains(t, "the album's genres", `<option value="1" selected>Folk</option>`, `<option value="2" selected>Jazz</option>`, `<option value="3">Pop</option>`)
			s.get(c, "/1/").contains(t, "the album", `value="All I &lt;Want&gt;"`, `name="tracks-INITIAL_FORMS" value="2"`, `name="tracks-1-DELETE"`)

			if page := s.get(c, "/1/").body; strings.Contains(page, `name="tracks-2-DELETE"`) || !strings.Contains(page, `name="tracks-2-title"`) {
				t.Errorf("the empty form can be deleted:\n%s", page)
			}

			change := url.Values{
				"title": {"Blue"}, "year": {"1971"}, "genres": {"2", "3"}, "tracks-TOTAL_FORMS": {"3"}, "tracks-INITIAL_FORMS": {"2"},
				"tracks-0-id": {"1"}, "tracks-0-number": {"1"}, "tracks-0-title": {"x"}, "tracks-0-DELETE": {"on"},
				"tracks-1-id": {"2"}, "tracks-1-number": {"1"}, "tracks-1-title": {"My Old Man"},
				"tracks-2-number": {"1"}, "tracks-2-title": {"Little Green"},
			}
			s.post(c, "/1/", change).expect(t, "a number twice", 200).contains(t, "the page", "The album has a track of that number.", `value="Little Green"`)
			s.get(c, "/1/").contains(t, "what is stored", `value="All I &lt;Want&gt;"`)
			s.get(c, "/1/").contains(t, "the genres before the change", `<option value="1" selected>`, `<option value="3">`)
			change.Set("tracks-2-number", "2")
			s.post(c, "/1/", change).expect(t, "a change", 302)
			s.get(c, "/1/").contains(t, "the genres after it", `<option value="1">`, `<option value="2" selected>`, `<option value="3" selected>`)
			if after := s.get(c, "/1/"); strings.Contains(after.body, "All I") || !strings.Contains(after.body, `value="Little Green"`) {
				t.Errorf("after the change:\n%s", after.body)
			}
			for _, number := range []string{"21", "99999999999999999999", "-1", "x", "\x00", "9223372036854775807"} {
				change.Set("tracks-TOTAL_FORMS", number)
				s.post(c, "/1/", change).expect(t, number+" forms", 200).contains(t, "the page", "errorlist nonform")
			}
			change.Set("tracks-TOTAL_FORMS", "3")
			for _, number := range []string{"3", "20", "9223372036854775807"} { // forms of rows that were not there
				change.Set("tracks-INITIAL_FORMS", number)
				s.post(c, "/1/", change).expect(t, number+" forms of rows", 200)
			}
			change.Set("tracks-INITIAL_FORMS", "2")
			delete(change, "tracks-TOTAL_FORMS")
			s.post(c, "/1/", change).expect(t, "no management form", 200).contains(t, "the page", "ManagementForm data is missing or has been tampered with.")
		})
	}
}
