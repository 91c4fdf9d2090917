package sqltext

import (
	"reflect"
	"strings"
	"testing"
)

// Ensure a script is taken apart where statements end and nowhere else.
func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         []Statement
	}{
		{"nothing", " \n-- only; this\n;;/* a;b */", nil},
		{"two", "a;\n\n b", []Statement{{"a", 1}, {"b", 3}}},
		{"comment before", "-- x;\na", []Statement{{"a", 2}}},
		{"comment within", "a -- x;\nb; c", []Statement{{"a -- x;\nb", 1}, {"c", 2}}},
		{"nested comment", "a /* /* ; */ ; */ b;", []Statement{{"a /* /* ; */ ; */ b", 1}}},
		{"string", "a 'x;''y'; b", []Statement{{"a 'x;''y'", 1}, {"b", 1}}},
		{"escapes", `a E'\';'; b`, []Statement{{`a E'\';'`, 1}, {"b", 1}}},
		{"a backslash is a character", `a '\'; b`, []Statement{{`a '\'`, 1}, {"b", 1}}},
		{"name", `a "x;""y"; b`, []Statement{{`a "x;""y"`, 1}, {"b", 1}}},
		{"dollar", "do $$ a; b $$; c", []Statement{{"do $$ a; b $$", 1}, {"c", 1}}},
		{"dollar with a tag", "do $x$ $$ ; $$ $x$; c", []Statement{{"do $x$ $$ ; $$ $x$", 1}, {"c", 1}}},
		{"parameter", "a = $1; b", []Statement{{"a = $1", 1}, {"b", 1}}},
		{"a name with a dollar", "a$b$; c$b$", []Statement{{"a$b$", 1}, {"c$b$", 1}}},
		{"trigger", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM b; END; c",
			[]Statement{{"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM b; END", 1}, {"c", 1}}},
		{"temporary trigger", "create temp trigger t after insert on a begin\nselect 1;\nend;\nc",
			[]Statement{{"create temp trigger t after insert on a begin\nselect 1;\nend", 1}, {"c", 4}}},
		{"function", "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; c",
			[]Statement{{"CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", 1}, {"c", 1}}},
		{"a trigger without a body", "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f(); c", []Statement{{"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()", 1}, {"c", 1}}},
		{"transaction", "BEGIN; a; END; c", []Statement{{"BEGIN", 1}, {"a", 1}, {"END", 1}, {"c", 1}}},
		{"a table with such a column", "CREATE TABLE trigger (begin int, trigger int); c", []Statement{{"CREATE TABLE trigger (begin int, trigger int)", 1}, {"c", 1}}},
		{"open string", "a 'x; b", []Statement{{"a 'x; b", 1}}},
	} {
		if got := Split(c.script); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Ensure parameters are found, and operators and strings left alone.
func TestDollars(t *testing.T) {
	for sql, want := range map[string]string{
		"a = ?1 AND b = ?12":               "a = $1 AND b = $12",
		`a ? 'x' AND b ?| c AND d = '?1'`:  `a ? 'x' AND b ?| c AND d = '?1'`,
		`"?1" = ?2 -- ?3`:                  `"?1" = $2 -- ?3`,
		"nothing":                          "nothing",
		"COALESCE(?1, nextval('a')), (?2)": "COALESCE($1, nextval('a')), ($2)",
	} {
		if got := Dollars(sql); got != want {
			t.Errorf("%s: got %s, want %s", sql, got, want)
		}
	}
}

// Ensure the tokens of any text are the text, and that nothing panics.
func FuzzSplit(f *testing.F) {
	f.Add("a; 'b' E'\\'' $x$ $x$ /* */ -- \n \"c\"")
	f.Add("$")
	f.Add("/*")
	f.Fuzz(func(t *testing.T, script string) {
		for _, s := range Split(script) {
			if s.Line < 1 || !strings.Contains(script, s.Text) {
				t.Errorf("%q: %+v", script, s)
			}
		}
		end := 0
		for _, token := range Tokens(script) {
			if token.At < end || token.End() > len(script) || script[token.At:token.End()] != token.Text {
				t.Errorf("%q: %+v", script, token)
			}
			end = token.End()
		}
		Dollars(script)
	})
}

// Ensure a statement that goes on is told from one that has ended.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		script, statement, rest string
		ended                   bool
	}{
		{"", "", "", false},
		{"-- nothing yet\n", "", "", false},
		{"SELECT 1", "SELECT 1", "", false},
		{"SELECT 1;\n", "SELECT 1", "\n", true},
		{"SELECT ';", "SELECT ';", "", false},
		{"SELECT 1 /* ;", "SELECT 1 /* ;", "", false},
		{";a", "", "a", true},
		{"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", "", false},
	} {
		s, rest, ended := Cut(c.script)
		if s.Text != c.statement || rest != c.rest || ended != c.ended {
			t.Errorf("%q: got %q, %q, %v", c.script, s.Text, rest, ended)
		}
	}
}
