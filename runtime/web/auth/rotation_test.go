package auth_test

import (
	"strings"
	"testing"
)

// Ensure that what an older key signed counts while that key is among those that verify
// (SECRET_KEY_FALLBACKS), and no longer: sessions of users, links to reset a password, invitations.
func TestRotation(t *testing.T) {
	const second = "the key after the first one"
	for _, test := range []struct {
		name string
		keys []string
		good bool
	}{
		{"the old key verifies", []string{second, firstKey}, true},
		{"the old key is gone", []string{second}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.add("ada")
			visitor, page := s.login("ada", secret)
			if page.Status != 302 {
				t.Fatal(page.Status)
			}
			visitor.Get("/reset/")
			visitor.Post("/reset/", "email", "ada@example.com")
			link := s.linkIn(s.sent(1))
			visitor.Get("/invite/")
			visitor.Post("/invite/", "email", "eve@example.com")
			invitation := s.linkIn(s.sent(2))

			s.rotate(test.keys...)
			visitor.Handler = s.app
			want := map[bool]string{true: "[ada]", false: "[]"}[test.good]
			if got := visitor.Get("/"); got.Body != want {
				t.Errorf("the session is of %s, not %s", got.Body, want)
			}
			if got := visitor.Get(link); (got.Status == 302 && strings.HasSuffix(got.Header("Location"), "/set-password/")) != test.good {
				t.Errorf("the link to reset the password: %d %s", got.Status, got.Body)
			}
			if got := visitor.Get(invitation); strings.Contains(got.Body, "valid=true") != test.good {
				t.Errorf("the invitation: %d %s", got.Status, got.Body)
			}
			if !test.good {
				return
			}
			// What was read by the old key is signed by the new one from then on.
			s.rotate(second)
			visitor.Handler = s.app
			if got := visitor.Get("/"); got.Body != "[ada]" {
				t.Errorf("after the end of the old key the session is of %s", got.Body)
			}
			// A form that was shown under the old key is taken: its token is no signature.
			if got := visitor.Post("/logout/"); got.Status != 302 {
				t.Errorf("the token of a form: %d", got.Status)
			}
		})
	}
}
