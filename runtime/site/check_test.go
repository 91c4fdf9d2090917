package site

import "testing"

// Ensure that check says what serve would refuse, and with --deploy where
// values are written without escaping.
func TestCheck(t *testing.T) {
	marked := func(*Variables) Definition {
		d := plain()
		d.Unescaped = []Unescaped{{"templates/a.html:3:7", "the filter safe"}, {"views/home.go:12:9", "tmpl.Safe"}}
		return d
	}
	escaped := func(*Variables) Definition { return plain() }
	broken := func(*Variables) Definition {
		d := plain()
		d.Workers.Timeout = 0
		return d
	}
	for _, tt := range []struct {
		name   string
		define func(*Variables) Definition
		args   string
		status int
		stdout string
	}{
		{"a site alone", marked, "check", 0, "test can be served.\n"},
		{"what is not escaped", marked, "check --deploy", 0, "test can be served.\n" +
			"Written without escaping, which is right only where nobody else can change the text:\n" +
			"  templates/a.html:3:7  the filter safe\n" +
			"  views/home.go:12:9    tmpl.Safe\n"},
		{"everything is escaped", escaped, "check --deploy", 0, "test can be served.\nEvery value in its pages is escaped.\n"},
		{"what serve refuses", broken, "check", 1, ""},
		{"an argument too many", escaped, "check now", 2, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, stdout, stderr := called(nil, tt.define, nil, tt.args)
			if status != tt.status || stdout != tt.stdout {
				t.Errorf("status %d, %q (%s); want %d, %q", status, stdout, stderr, tt.status, tt.stdout)
			}
		})
	}
}
