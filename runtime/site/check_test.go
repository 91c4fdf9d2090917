package site

import "testing"

// Ensure that check says what serve would refuse, and with --deploy where
// values are written without escaping.
func TestCheck(t *testing.T) {
	marked := func(*Variables) Definition {
		d := tidy()
		d.Unescaped = []Unescaped{{"templates/a.html:3:7", "the filter safe"}, {"views/home.go:12:9", "tmpl.Safe"}}
		return d
	}
	escaped := func(*Variables) Definition { return tidy() }
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
		{"what there is to look at", func(*Variables) Definition { return untidy() }, "check --deploy", 0, "test can be served.\n" +
			"stackgen.W002: E-mail goes to console: and reaches nobody. Give email a url such as smtp://user:password@host:587.\n" +
			"Every value in its pages is escaped.\n"},
		{"which is a failure where it should be", func(*Variables) Definition { return untidy() }, "check --deploy --fail-level warning", 1, "test can be served.\n" +
			"stackgen.W002: E-mail goes to console: and reaches nobody. Give email a url such as smtp://user:password@host:587.\n" +
			"Every value in its pages is escaped.\n"},
		{"or is settled", func(*Variables) Definition { return untidy() }, "check --deploy --fail-level warning --silence stackgen.W002", 0, "test can be served.\nEvery value in its pages is escaped.\n"},
		{"a check that there is not", escaped, "check --deploy --silence W1", 2, "test can be served.\n"},
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

// tidy is a site of this machine that check --deploy finds nothing wrong with,
// whoever starts it.
func tidy() Definition {
	d := plain()
	d.Deploy.Layers = []string{"security", "clickjacking"}
	d.Workers.User = "nobody"
	return d
}

func untidy() Definition {
	d := tidy()
	d.Deploy.Email = "console:"
	return d
}
