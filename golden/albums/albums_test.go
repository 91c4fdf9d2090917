// Package albums_test holds what the site's pages with several forms promise.
package albums_test

import (
	"fmt"
	"strings"
	"testing"

	"stackgen.dev/golden/albums/gen/models"
	"stackgen.dev/golden/albums/gen/sitetest"
	"stackgen.dev/golden/albums/gen/urls"
)

// tracks are the fields of a formset: total and initial, and then key, number, title and box of each form.
func tracks(total, initial int, rows ...[4]string) []string {
	form := []string{"tracks-TOTAL_FORMS", fmt.Sprint(total), "tracks-INITIAL_FORMS", fmt.Sprint(initial)}
	for i, row := range rows {
		for n, field := range []string{"id", "number", "title", "DELETE"} {
			if row[n] != "" {
				form = append(form, fmt.Sprintf("tracks-%d-%s", i, field), row[n])
			}
		}
	}
	return form
}

// stored is an album's tracks, as "1 One, 2 Two".
func stored(t *testing.T, s *sitetest.Site, album int64) string {
	t.Helper()
	rows, err := models.Tracks(s.DB).Filter(models.TrackField.AlbumID.Eq(album)).All()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, row := range rows {
		list = append(list, fmt.Sprint(row.Number, " ", row.Title))
	}
	return strings.Join(list, ", ")
}

// album makes one with two tracks.
func album(t *testing.T, s *sitetest.Site) *models.Album {
	t.Helper()
	form := append([]string{"title", "Blue", "year", "1971"}, tracks(3, 0, [4]string{"", "1", "One"}, [4]string{"", "2", "Two"})...)
	if page := s.Post(urls.AlbumNew(), form...); page.Status != 302 {
		t.Fatalf("a new album answers %d:\n%s", page.Status, page.Body)
	}
	row, err := models.Albums(s.DB).Get()
	if err != nil {
		t.Fatal(err)
	}
	if got := stored(t, s, row.ID); got != "1 One, 2 Two" {
		t.Fatalf("the tracks are %q", got)
	}
	return row
}

// Ensure that the pages have the forms that the site file asks for.
func TestForms(t *testing.T) {
	s := sitetest.New(t)
	page := s.Get(urls.AlbumNew()).Body
	for _, part := range []string{`name="tracks-TOTAL_FORMS" value="3"`, `name="tracks-INITIAL_FORMS" value="0"`, `name="tracks-MIN_NUM_FORMS" value="1"`, `name="tracks-2-title"`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in:\n%s", part, page)
		}
	}
	for _, part := range []string{"tracks-3-", "DELETE"} {
		if strings.Contains(page, part) {
			t.Errorf("%s is in:\n%s", part, page)
		}
	}
	row := album(t, s)
	page = s.Get(urls.AlbumChange(row.ID)).Body
	for _, part := range []string{`name="tracks-TOTAL_FORMS" value="3"`, `name="tracks-INITIAL_FORMS" value="2"`, `name="tracks-MAX_NUM_FORMS" value="12"`,
		`name="tracks-0-id" value="1"`, `name="tracks-1-title" value="Two"`, `name="tracks-1-DELETE"`, `name="tracks-2-number"`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in:\n%s", part, page)
		}
	}
}

// Ensure that rows are changed, made and deleted together with the album.
func TestChanging(t *testing.T) {
	s := sitetest.New(t)
	row := album(t, s)
	form := append([]string{"title", "Bluer", "year", "1971"}, tracks(4, 2,
		[4]string{"1", "1", "One", "on"}, [4]string{"2", "1", "Two, now first"}, [4]string{"", "2", "Three"}, [4]string{})...)
	if page := s.Post(urls.AlbumChange(row.ID), form...); page.Status != 302 {
		t.Fatalf("it answers %d:\n%s", page.Status, page.Body)
	}
	if got := stored(t, s, row.ID); got != "1 Two, now first, 2 Three" {
		t.Errorf("the tracks are %q", got)
	}
}

// Ensure that nothing is stored of a page with a mistake in it, wherever that is.
func TestMistakes(t *testing.T) {
	s := sitetest.New(t)
	row := album(t, s)
	other := album2(t, s)
	good := []string{"title", "Changed", "year", "1971"}
	for _, test := range []struct {
		name string
		form []string
		want string
	}{
		{"in a form of the formset", append(good, tracks(2, 2, [4]string{"1", "1", "Changed"}, [4]string{"2", "", "Two"})...), "This field is required."},
		{"in the form", append([]string{"title", "Changed", "year", "1800"}, tracks(2, 2, [4]string{"1", "1", "Changed"}, [4]string{"2", "2", "Two"})...), "Ensure this value is greater than or equal to 1877."},
		{"that the database finds", append(good, tracks(3, 2, [4]string{"1", "1", "Changed"}, [4]string{"2", "2", "Two"}, [4]string{"", "2", "Three"})...), "The album has a track of that number."},
		{"a row of another album", append(good, tracks(1, 1, [4]string{fmt.Sprint(other), "7", "Stolen"})...), "Select a valid choice. That choice is not one of the available choices."},
		{"a row twice", append(good, tracks(2, 2, [4]string{"1", "1", "Changed"}, [4]string{"1", "3", "Again"})...), "Select a valid choice."},
		{"a row without a key", append(good, tracks(1, 1, [4]string{"", "1", "Changed"})...), "Select a valid choice."},
		{"too many", append(good, tracks(13, 0, many(13)...)...), "Please submit at most 12 forms."},
		{"no management form", append(good, "tracks-0-title", "Changed"), "ManagementForm data is missing or has been tampered with."},
		{"a management form of nonsense", append(good, "tracks-TOTAL_FORMS", "-1", "tracks-INITIAL_FORMS", "1e9"), "ManagementForm data is missing or has been tampered with."},
		{"more forms than anybody has", append(good, tracks(1<<40, 1<<40)...), "Please submit at most 12 forms."},
	} {
		page := s.Post(urls.AlbumChange(row.ID), test.form...)
		if page.Status != 200 || !strings.Contains(page.Body, test.want) {
			t.Errorf("%s: %d, and %q is missing in:\n%.3000s", test.name, page.Status, test.want, page.Body)
		}
		now, err := models.GetAlbum(s.DB, row.ID)
		if err != nil || now.Title != "Blue" {
			t.Errorf("%s: the album is %+v, %v", test.name, now, err)
		}
		if got := stored(t, s, row.ID); got != "1 One, 2 Two" {
			t.Errorf("%s: the tracks are %q", test.name, got)
		}
	}
	form := append([]string{"title", "Empty", "year", "2000"}, tracks(3, 0)...)
	if page := s.Post(urls.AlbumNew(), form...); page.Status != 200 || !strings.Contains(page.Body, "Please submit at least 1 form.") {
		t.Errorf("an album without tracks: %d\n%s", page.Status, page.Body)
	}
	form = append([]string{"title", "Twice", "year", "2000"}, tracks(2, 0, [4]string{"", "1", "One"}, [4]string{"", "1", "One again"})...)
	if page := s.Post(urls.AlbumNew(), form...); page.Status != 200 || !strings.Contains(page.Body, "The album has a track of that number.") {
		t.Errorf("an album with a number twice: %d\n%s", page.Status, page.Body)
	}
	if n, err := models.Albums(s.DB).Count(); n != 2 || err != nil {
		t.Errorf("there are %d albums, %v", n, err)
	}
}

// album2 makes another album and returns the key of its track.
func album2(t *testing.T, s *sitetest.Site) int64 {
	t.Helper()
	form := append([]string{"title", "Hejira", "year", "1976"}, tracks(1, 0, [4]string{"", "1", "Coyote"})...)
	if page := s.Post(urls.AlbumNew(), form...); page.Status != 302 {
		t.Fatalf("another album answers %d:\n%s", page.Status, page.Body)
	}
	row, err := models.Tracks(s.DB).Filter(models.TrackField.Title.Eq("Coyote")).Get()
	if err != nil {
		t.Fatal(err)
	}
	return row.ID
}

// many are n new tracks.
func many(n int) [][4]string {
	var rows [][4]string
	for i := range n {
		rows = append(rows, [4]string{"", fmt.Sprint(i + 10), "More"})
	}
	return rows
}
