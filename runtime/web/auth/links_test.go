package auth_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/web/auth"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/webtest"
)

// sent waits for the nth message, as a link to reset a password is sent beside the request.
func (s *site) sent(n int) mail.Message {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if all := s.mail.Sent(); len(all) >= n {
			return all[n-1]
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for message %d", n)
		}
	}
}

// linkIn is the path of the link in a message.
func (s *site) linkIn(m mail.Message) string {
	s.t.Helper()
	_, link, _ := strings.Cut(strings.TrimSpace(m.Text), " ")
	u, err := url.Parse(link)
	if err != nil || u.Host != "testserver" {
		s.t.Fatalf("%q holds no link", m.Text)
	}
	return u.Path
}

// Ensure that a link resets a password once, and nobody else's.
func TestReset(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	s.add("gone", func(u *auth.User) { u.IsActive = false })
	c := webtest.New(s.app)
	c.Get("/reset/")
	for _, email := range []string{"nobody@example.com", "gone@example.com"} {
		if got := c.Post("/reset/", "email", email); got.Header("Location") != "/sent/" {
			t.Error(email, got.Status)
		}
	}
	if got := c.Post("/reset/", "email", "ADA@example.com"); got.Header("Location") != "/sent/" {
		t.Error(got.Status)
	}
	m := s.sent(1)
	if len(m.To) != 1 || m.To[0] != "ada@example.com" || m.From != "site@example.com" {
		t.Error(m.To, m.From)
	}
	link := s.linkIn(m)
	first := c.Get(link)
	clean := first.Header("Location")
	if first.Status != 302 || !strings.HasSuffix(clean, "/set-password/") {
		t.Fatal(first.Status, clean)
	}
	if got := webtest.New(s.app).Get(clean); !strings.Contains(got.Body, "valid=false") {
		t.Error("the path without the token is good for another visitor")
	}
	if got := c.Get(clean); got.Status != 200 || !strings.Contains(got.Body, "valid=true") {
		t.Fatal(got.Status, got.Body)
	}
	if got := c.Post(clean, "new_password1", "12345678", "new_password2", "12345678"); !strings.Contains(got.Body, "entirely numeric") {
		t.Error(got.Status, got.Body)
	}
	if got := c.Post(clean, "new_password1", "a new long secret", "new_password2", "a new long secret"); got.Header("Location") != "/done/" {
		t.Fatal(got.Status, got.Body)
	}
	if got := c.Get(link); !strings.Contains(got.Body, "valid=false") {
		t.Error("the link is good twice:", got.Status, got.Header("Location"))
	}
	if _, got := s.login("ada", "a new long secret"); got.Status != 302 {
		t.Error("the new password does not count")
	}
	for _, bad := range []string{"/reset/MQ/x/", "/reset/!!/set-password/", "/reset/OTk/set-password/", link[:len(link)-2] + "/"} {
		if got := c.Get(bad); got.Status != 200 || !strings.Contains(got.Body, "valid=false") {
			t.Error(bad, got.Status, got.Header("Location"))
		}
	}
	if n := len(s.mail.Sent()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// Ensure that an invitation makes one account, however often it is used.
func TestInvitation(t *testing.T) {
	s := newSite(t)
	s.add("ada")
	c := webtest.New(s.app)
	c.Get("/invite/")
	if got := c.Post("/invite/", "email", "ada@example.com"); got.Status != 200 || !strings.Contains(got.Body, "already exists") {
		t.Error(got.Status, got.Body)
	}
	if got := c.Post("/invite/", "email", "new@example.com"); got.Status != 302 {
		t.Fatal(got.Status, got.Body)
	}
	link := s.linkIn(s.sent(1))
	if got := c.Get(link[:len(link)-3] + "/"); !strings.Contains(got.Body, "valid=false") {
		t.Error("a forged invitation is good")
	}
	if got := c.Get(link); !strings.Contains(got.Body, "valid=true email=new@example.com") {
		t.Fatal(got.Status, got.Body)
	}
	up := func(c *webtest.Client, name string) *webtest.Response {
		return c.Post(link, "username", name, "password1", "a new long secret", "password2", "a new long secret")
	}
	for want, name := range map[string]string{"A user with that username already exists.": "ADA", "Enter a valid username.": "a b"} {
		if got := up(c, name); got.Status != 200 || !strings.Contains(got.Body, want) {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	// Several at the same moment are one account.
	var wait sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for _, name := range []string{"one", "two", "three", "four"} {
		other := webtest.New(s.app)
		other.Get(link)
		wait.Go(func() {
			if got := up(other, name); got.Status == 302 {
				mu.Lock()
				made++
				mu.Unlock()
				if body := other.Get("/").Body; body != "["+name+"]" {
					t.Error("who signed up is", body)
				}
			}
		})
	}
	wait.Wait()
	if made != 1 || len(s.users.users) != 2 || s.users.users[2].Email != "new@example.com" {
		t.Errorf("%d accounts were made", made)
	}
	if got := c.Get(link); !strings.Contains(got.Body, "valid=false") {
		t.Error("the invitation is good twice")
	}
}
