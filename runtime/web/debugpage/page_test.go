package debugpage

import (
	"strings"
	"testing"
)

// Ensure that what sounds secret is hidden, by its name and within URLs, and nothing else.
func TestRedact(t *testing.T) {
	for _, tt := range []struct{ name, value, sent, setting string }{
		{"theme", "dark", "dark", "dark"},
		{"Authorization", "Basic eA==", Redacted, Redacted},
		{"X-Api-Version", "1", Redacted, Redacted},
		{"sessionid", "abc", Redacted, "abc"},
		{"csrftoken", "abc", Redacted, Redacted},
		{"Set-Cookie2", "abc", Redacted, "abc"},
		{"HTTP-COOKIE", "abc", Redacted, Redacted},
		{"credit_passphrase", "abc", Redacted, Redacted},
		{"database.url", `"postgres://ada:hunter2@db/site?sslmode=disable"`, `"postgres://ada:` + Redacted + `@db/site?sslmode=disable"`, `"postgres://ada:` + Redacted + `@db/site?sslmode=disable"`},
		{"database.url", "postgres://db/site?user=ada&password=hunter2&x=1", "postgres://db/site?user=ada&password=" + Redacted + "&x=1", "postgres://db/site?user=ada&password=" + Redacted + "&x=1"},
		{"cache.url", "redis://:hunter2@cache:6379/0", "redis://:" + Redacted + "@cache:6379/0", "redis://:" + Redacted + "@cache:6379/0"},
		{"next", "https://example.com/a@b:c", "https://example.com/a@b:c", "https://example.com/a@b:c"},
		{"auth.login_url", "/login/", Redacted, "/login/"},
		{"basic_auth.users", "{}", Redacted, Redacted},
	} {
		if got := Redact(tt.name, tt.value); got != tt.sent {
			t.Errorf("sent %s=%s: %s", tt.name, tt.value, got)
		}
		if got := RedactSetting(tt.name, tt.value); got != tt.setting {
			t.Errorf("setting %s=%s: %s", tt.name, tt.value, got)
		}
	}
}

// FuzzPage has whatever a client sends stay text: in HTML escaped, in plain text without the characters that move a
// terminal's cursor.
func FuzzPage(f *testing.F) {
	f.Add("<script>alert(1)</script>", "\"onload=x", "\x1b[2J\u009b")
	f.Add("</pre></main>", "&amp;", "\n\r\n")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		const probe = "<probe>"
		r := &Report{
			Status: 500, Title: "Internal Server Error", Method: a + probe, URL: b + probe, Error: c + probe, Kind: a,
			Way:      []Step{{Tier: "route", Text: c + probe, Place: b, Failed: true}},
			Tables:   []Table{{Title: "GET", Rows: []Row{{a + probe, b + probe, c}}}, {Title: "None", Empty: "nothing", Folded: true}},
			Excerpts: []Excerpt{{Title: a, Place: b + probe, Lines: []Line{{1, a + probe, b + probe, true}}}},
			Stack:    probe,
		}
		if page := r.HTML("nonce"); strings.Contains(page, probe) || strings.Count(page, "<script") > 0 {
			t.Error(page)
		}
		r.Stack, r.Excerpts = "", nil
		r.Method, r.Title = "GET", ""
		r.Way[0].Place, r.Tables[0].Rows[0].Note = "", ""
		if text := r.Text(); strings.ContainsAny(text, "\x1b\r\u009b\x7f\x00") {
			t.Errorf("%q", text)
		}
	})
}
