package messages

import (
	"strings"
	"testing"
)

const german = `# The site in German.
msgid ""
msgstr ""
"Language: de\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

# Kurz halten.
#. Translators: the button
#: templates/home.html:3
msgid "Save"
msgstr "Speichern"

msgctxt "verb"
msgid "May"
msgstr "kann"

#: templates/home.html:9
msgid "one file"
msgid_plural "%(n)s files"
msgstr[0] "eine Datei"
msgstr[1] "%(n)s Dateien"

#, fuzzy
msgid "Maybe"
msgstr "Vielleicht"

msgid ""
"two\n"
"lines"
msgstr ""
"zwei\n"
"Zeilen"

#~ msgid "Gone"
#~ msgstr "Weg"
`

// Ensure that a file reads as what it says, and writes as it was.
func TestParse(t *testing.T) {
	f, problems := Parse([]byte(german))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := f.Catalog()
	want := map[string]string{"Save": "Speichern", "verb\x04May": "kann", "one file": "eine Datei|%(n)s Dateien", "two\nlines": "zwei\nZeilen"}
	for k, v := range want {
		if strings.Join(got[k], "|") != v {
			t.Errorf("%q is %q, want %q", k, got[k], v)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d translations, want %d: %v", len(got), len(want), got)
	}
	if f.PluralForms != "(n != 1)" || f.Forms != 2 {
		t.Errorf("plural forms %q of %d", f.PluralForms, f.Forms)
	}
	if out := string(f.Format()); out != german {
		t.Errorf("written again:\n%s", out)
	}
}

// Ensure that mistakes are found in their lines.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"no quotes", "msgid Save\nmsgstr \"\"\n", 1, "A string in quotes is missing"},
		{"a word that is none", "msgid \"a\"\nmsgst \"b\"\n", 2, `"msgst" begins no line`},
		{"twice", "msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"c\"\n", 4, "line 1 already"},
		{"forms out of order", "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[1] \"c\"\n", 3, "out of order"},
		{"a string alone", "\"a\"\n", 1, "continues nothing"},
		{"escape", "msgid \"a\\q\"\nmsgstr \"\"\n", 1, `\q is no escape`},
		{"charset", "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=latin-1\\n\"\n", 1, "UTF-8"},
		{"plural rule", "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n !=;\\n\"\n", 1, "plural forms"},
		{"plural out of range", "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=n;\\n\"\n", 1, "form 2"},
		{"no number of forms", "msgid \"\"\nmsgstr \"Plural-Forms: plural=n != 1;\\n\"\n", 1, "nplurals and plural"},
		{"no rule", "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=3;\\n\"\n", 1, "nplurals and plural"},
		{"no plural forms", "msgid \"x\"\nmsgid_plural \"y\"\nmsgstr[0] \"z\"\nmsgstr[1] \"z\"\n", 1, "no Plural-Forms"},
		{"two headers", german + "\nmsgid \"\"\nmsgstr \"Language: fr\"\n", 38, "stands in the file already"},
		{"no translation", "msgid \"a\"\n\nmsgid \"b\"\nmsgstr \"c\"\n", 1, `"a" has no msgstr`},
		{"no translation at the end", "msgid \"a\"\n", 1, `"a" has no msgstr`},
		{"a quote that ends nothing", "msgid \"a\"\nmsgstr \"b\\\"\n", 2, "missing its end"},
		{"a quote inside", "msgid \"a\"\nmsgstr \"b\"c\\n\"\n", 2, "A quote inside"},
		{"too few forms", german + "\nmsgid \"x\"\nmsgid_plural \"y\"\nmsgstr[0] \"z\"\n", 38, "1 forms"},
	} {
		_, problems := Parse([]byte(c.text))
		if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Message, c.want) {
			t.Errorf("%s: %v, want %q in line %d", c.name, problems, c.want, c.line)
		}
	}
}

// Ensure that new texts come in, unused ones go, and none loses its translation.
func TestMerge(t *testing.T) {
	f, _ := Parse([]byte(german))
	added, dropped := f.Merge([]Used{
		{Text: "Gone", Place: "a.html:1"},
		{Text: "New", Place: "a.html:2", Comment: "Translators: short"},
		{Text: "Save", Place: "b.html:1"}, {Text: "Save", Place: "a.html:3"},
	})
	if added != 1 || dropped != 4 {
		t.Errorf("%d added, %d dropped", added, dropped)
	}
	out := string(f.Format())
	for _, want := range []string{
		"#: a.html:1\nmsgid \"Gone\"\nmsgstr \"Weg\"\n",
		"#. Translators: short\n#: a.html:2\nmsgid \"New\"\nmsgstr \"\"\n",
		"# Kurz halten.\n#: a.html:3\n#: b.html:1\nmsgid \"Save\"\nmsgstr \"Speichern\"\n",
		"#~ msgctxt \"verb\"\n#~ msgid \"May\"\n#~ msgstr \"kann\"\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("missing\n%s\nin\n%s", want, out)
		}
	}
	again, problems := Parse([]byte(out))
	if len(problems) > 0 || string(again.Format()) != out {
		t.Errorf("does not read back: %v", problems)
	}
}

// Ensure that a text that gets a plural, or loses it, keeps what was translated as a guess,
// that flags stay, and that a comment of several lines stays a comment.
func TestMergeChanges(t *testing.T) {
	f, _ := Parse([]byte(german + "\n#, no-python-format\nmsgid \"flagged\"\nmsgstr \"x\"\n"))
	f.Merge([]Used{{Text: "Save", Plural: "Saves"}, {Text: "one file"}, {Text: "flagged", Comment: "Translators: two\nlines"}})
	out := string(f.Format())
	for _, want := range []string{
		"#, fuzzy\nmsgid \"Save\"\nmsgid_plural \"Saves\"\nmsgstr[0] \"Speichern\"\nmsgstr[1] \"\"\n",
		"#, fuzzy\nmsgid \"one file\"\nmsgstr \"eine Datei\"\n",
		"#. Translators: two lines\n", "#, no-python-format\nmsgid \"flagged\"\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("missing\n%s\nin\n%s", want, out)
		}
	}
}

// Ensure that a new file counts as its language does, whatever its region, by
// a rule that reads without mistakes.
func TestNewPlural(t *testing.T) {
	for rule, languages := range pluralRules {
		if _, problems := Parse([]byte("msgid \"\"\nmsgstr \"Plural-Forms: " + rule + "\"\n")); len(problems) > 0 {
			t.Errorf("%v: %v", languages, problems)
		}
	}
	for _, c := range []struct {
		language string
		forms    int
	}{{"de", 2}, {"de-at", 2}, {"fr-ca", 2}, {"ja", 1}, {"zh-hans", 1}, {"lv", 3}, {"ru-ua", 3}, {"sk", 3}, {"sl", 4}, {"cy", 4}, {"ga", 5}, {"ar-dz", 6}, {"xx", 2}} {
		if f := New(c.language); f.Forms != c.forms {
			t.Errorf("%s has %d forms, want %d", c.language, f.Forms, c.forms)
		}
	}
	if rule := New("fr-ca").PluralForms; rule != "n > 1" {
		t.Errorf("French in Canada counts by %s", rule)
	}
}

// FuzzParse ensures that what is read without problems is written so that it reads the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(german))
	f.Add([]byte("msgid \"\"\nmsgstr \"Plural-Forms: nplurals=1; plural=0;\"\n#, c-format, fuzzy\nmsgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\\t\\\"\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, problems := Parse(text)
		if len(problems) > 0 {
			return
		}
		out := file.Format()
		again, problems := Parse(out)
		if len(problems) > 0 {
			t.Fatalf("%v in\n%s", problems, out)
		}
		a, b := file.Catalog(), again.Catalog()
		if len(a) != len(b) {
			t.Fatalf("%q became %q", a, b)
		}
		for k := range a {
			if strings.Join(a[k], "\x00") != strings.Join(b[k], "\x00") {
				t.Fatalf("%q: %q became %q", k, a[k], b[k])
			}
		}
	})
}
