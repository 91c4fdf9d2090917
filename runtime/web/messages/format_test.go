package messages

import "testing"

// Ensure that values stand where their names do, and that nothing else changes.
func TestFormat(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Saved.", "Saved."},
		{"%(title)s is there.", "A %(b)s <c> is there."},
		{"%(title)s, %(title)s", "A %(b)s <c>, A %(b)s <c>"},
		{"%(n)s of 100%%", "7 of 100%"},
		{"%(other)s", "%(other)s"},
		{"100% and %(n", "100% and %(n"},
	} {
		if got := Format(c.text, "title", "A %(b)s <c>", "n", "7"); got != c.want {
			t.Errorf("%q is %q, not %q", c.text, got, c.want)
		}
	}
}
