package views_test

import (
	"strings"
	"testing"

	"guestbook/gen/models"
	"guestbook/gen/sitetest"
	"guestbook/gen/urls"
)

// Ensure that what a visitor writes is on the page, and counted. Run it with: go test ./...
func TestWriting(t *testing.T) {
	s := sitetest.New(t)
	page := s.Post(urls.Guestbook(), "name", "Ada", "message", "Hello <everybody>")
	if page.Status != 302 || page.Header("Location") != urls.Guestbook() {
		t.Fatalf("writing answers %d to %q:\n%s", page.Status, page.Header("Location"), page.Body)
	}
	if page = s.Get(urls.Guestbook()); !strings.Contains(page.Body, "Hello &lt;everybody&gt;") {
		t.Errorf("the page does not show the entry:\n%s", page.Body)
	}
	if page = s.Get(urls.Count()); page.Body != "1 entries\n" {
		t.Errorf("the count is %q", page.Body)
	}
	if entry, err := models.Entries(s.DB).Get(); err != nil || entry.Name != "Ada" {
		t.Errorf("stored is %+v, %v", entry, err)
	}
}

// Ensure that an entry without a name is shown again and not stored.
func TestWritingNothing(t *testing.T) {
	s := sitetest.New(t)
	page := s.Post(urls.Guestbook(), "name", "", "message", "Hello")
	if page.Status != 200 || !strings.Contains(page.Body, "This field is required.") {
		t.Errorf("it answers %d:\n%s", page.Status, page.Body)
	}
	if n, err := models.Entries(s.DB).Count(); n != 0 || err != nil {
		t.Errorf("%d entries are stored, %v", n, err)
	}
}
