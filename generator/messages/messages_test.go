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

// FuzzParse ensures that what is read without problems is written so that it reads the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(german))
	f.Add([]byte("msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\\t\\\"\"\n"))
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
