package views_test

import (
	"regexp"
	"strings"
	"testing"

	"members/gen/models"
	"members/gen/sitetest"
	"members/gen/urls"
	"stackgen.dev/runtime/web/webtest"
)

// member makes a user; a superuser may do everything.
func member(t *testing.T, s *sitetest.Site, name string, super bool) *models.User {
	t.Helper()
	u := models.NewUser(s.DB)
	u.Username, u.Email, u.IsSuperuser = name, name+"@example.com", super
	u.Password = "!" // no password fits: the visitor is logged in by the test
	if err := u.Create(s.DB); err != nil {
		t.Fatal(err)
	}
	return u
}

// Ensure that a document is kept, read by its owner, and by no other member.
func TestDocumentsArePrivate(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	file := webtest.File{Field: "file", Name: "minutes.txt", ContentType: "text/plain", Content: "We met."}

	if page := s.Get(urls.Documents()); page.Status != 302 || !strings.HasPrefix(page.Header("Location"), urls.Login()) {
		t.Errorf("a stranger gets %d %q", page.Status, page.Header("Location"))
	}
	s.Login(member(t, s, "ada", true))
	s.Follow = true
	page := s.Upload(urls.Upload(), []webtest.File{file}, "title", "Minutes")
	if page.Status != 200 || len(page.Redirects) != 1 || !strings.Contains(page.Body, "Minutes is there.") {
		t.Fatalf("the upload ends with %d at %v:\n%s", page.Status, page.Redirects, page.Body)
	}
	d, err := models.Documents(s.DB).Get()
	if err != nil {
		t.Fatal(err)
	}
	if page := s.Get(urls.Document(d.ID)); page.Body != "We met." {
		t.Errorf("the owner reads %d %q", page.Status, page.Body)
	}

	other := s.Visitor()
	other.Login(member(t, s, "bob", false))
	if page := other.Get(urls.Document(d.ID)); page.Status != 403 {
		t.Errorf("another member gets %d", page.Status)
	}
	bad := webtest.File{Field: "file", Name: "minutes.exe", Content: "MZ"}
	if page := s.Upload(urls.Upload(), []webtest.File{bad}, "title", "Minutes"); !strings.Contains(page.Body, "File extension “exe” is not allowed.") {
		t.Errorf("a program is answered with %d:\n%s", page.Status, page.Body)
	}
}

// Ensure that an invitation arrives by e-mail and makes a member.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Login(member(t, s, "ada", true))
	if page := s.Post(urls.Invite(), "email", "eve@example.com"); page.Status != 302 {
		t.Fatalf("the invitation answers %d:\n%s", page.Status, page.Body)
	}
	sent := s.Outbox()
	if len(sent) != 1 || sent[0].To[0] != "eve@example.com" || !strings.Contains(sent[0].From, "club@members.example.com") {
		t.Fatalf("sent is %+v", sent)
	}
	link := regexp.MustCompile(`/welcome/\S+/`).FindString(sent[0].Text)
	guest := s.Visitor()
	guest.Follow = true
	page := guest.Post(link, "username", "eve", "password1", "correct horse battery", "password2", "correct horse battery")
	if page.Status != 200 || len(page.Redirects) == 0 {
		t.Fatalf("the sign-up ends with %d at %v:\n%s", page.Status, page.Redirects, page.Body)
	}
	if ok, err := models.Users(s.DB).Filter(models.UserField.Username.Eq("eve")).Exists(); !ok || err != nil {
		t.Errorf("there is no such member: %v", err)
	}
}

// Ensure that a form of another site's is refused, which a test has to ask for.
func TestForgedForm(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	user := member(t, s, "ada", true)
	s.Login(user)
	s.PassCSRF = false
	s.SetCookie("csrftoken", "")
	if page := s.Post(urls.Notes(), "text", "forged"); page.Status != 403 {
		t.Errorf("it answers %d", page.Status)
	}
	s.PassCSRF = true
	if page := s.Post(urls.Notes(), "text", "mine"); page.Status != 302 {
		t.Errorf("the visitor's own answers %d:\n%s", page.Status, page.Body)
	}
	note, err := models.Notes(s.DB).Get()
	if err != nil || note.Text != "mine" || note.AuthorID != user.ID {
		t.Errorf("stored is %+v, %v", note, err)
	}
	s.Logout()
	if page := s.Get(urls.Notes()); page.Status != 302 {
		t.Errorf("after the logout the notes answer %d", page.Status)
	}
}
