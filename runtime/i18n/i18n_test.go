package i18n

import (
	"strings"
	"testing"
)

// Ensure that the plural rules of .po files choose the forms that gettext would.
func TestPlural(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		want       string // the form of 0, 1, 2 and so on
	}{
		{"English", "n != 1", "1 0 1 1 1 1"},
		{"French", "(n > 1)", "0 0 1 1 1 1"},
		{"Japanese", "0", "0 0 0 0"},
		{"Polish", "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2", "2 0 1 1 1 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 1"},
		{"Arabic", "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5", "0 1 2 3 3 3 3 3 3 3 3 4"},
		{"arithmetic", "!(n / 2 * 2 - n) + 1 - 1", "1 0 1 0"},
		{"division by nothing", "n % 0", "0 0 0"},
	} {
		p, err := ParsePlural(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for n, want := range strings.Fields(c.want) {
			if got := p.Form(int64(n)); got != int(want[0]-'0') {
				t.Errorf("%s: the form of %d is %d, want %s", c.name, n, got, want)
			}
		}
	}
	for _, bad := range []string{"", "n !=", "n ? 1", "(n", "m", "n n", "1 = 1", "99999999999999999999", strings.Repeat("(", 100) + "n"} {
		if _, err := ParsePlural(bad); err == nil {
			t.Errorf("%q is taken for a rule", bad)
		}
	}
}

// Ensure that a site's translation comes before the language's own words, and
// both before the text itself.
func TestLanguage(t *testing.T) {
	de := NewLanguage("de-AT", &Catalog{Messages: map[string][]string{
		"today": {"heut"}, Key("verb", "May"): {"kann"}, "file": {"Datei", "Dateien"}, "empty": {""},
	}})
	var none *Language
	for _, c := range []struct{ name, got, want string }{
		{"the site's", de.Text("", "today"), "heut"},
		{"the language's", de.Text("", "tomorrow"), "morgen"},
		{"nobody's", de.Text("", "May"), "May"},
		{"in a context", de.Text("verb", "May"), "kann"},
		{"an empty translation", de.Text("", "empty"), "empty"},
		{"a plural", de.Plural("", "file", "files", 2), "Dateien"},
		{"a singular", de.Plural("", "file", "files", 1), "Datei"},
		{"no language", none.Text("", "today") + none.Plural("", "file", "files", 2), "todayfiles"},
		{"a language that is not known", NewLanguage("xx", nil).Text("", "today"), "today"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if de.Locale == nil || de.Locale.Formats["DATE_FORMAT"] != "j. F Y" || LocaleOf("en-gb") != nil {
		t.Error("a locale is not found by the part before the hyphen")
	}
	if info, ok := Lookup("pt_BR"); !ok || info.NameLocal != "Português Brasileiro" {
		t.Errorf("pt_BR is %v", info)
	}
	if info, ok := Lookup("de-at"); !ok || info.Code != "de" {
		t.Errorf("de-at is %v", info)
	}
}

// Ensure that every locale is whole: names of all months and days, and a format
// for every name in capitals.
func TestLocales(t *testing.T) {
	for _, code := range []string{"de", "fr", "es", "it", "pt", "nl"} {
		l := LocaleOf(code)
		for _, names := range [][12]string{l.Months, l.MonthsAbbr, l.MonthsAP, l.MonthsAlt} {
			for i, name := range names {
				if name == "" {
					t.Errorf("%s has no name for month %d", code, i+1)
				}
			}
		}
		for i := range l.Weekdays {
			if l.Weekdays[i] == "" || l.WeekdaysAbbr[i] == "" {
				t.Errorf("%s has no name for day %d", code, i)
			}
		}
		for _, f := range []string{"DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT", "YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT", "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT"} {
			if l.Formats[f] == "" {
				t.Errorf("%s has no %s", code, f)
			}
		}
		for key, forms := range l.Words.Messages {
			for _, form := range forms {
				if strings.Count(key, "%s") != strings.Count(form, "%s") {
					t.Errorf("%s: %q for %q", code, form, key)
				}
			}
		}
	}
}

// Ensure that what a language does not say is looked for in the more general one,
// with that one's own plurals, then in the language's words, then in the language of the site.
func TestFallback(t *testing.T) {
	one := map[string][]string{"tree": {"d0", "d1"}, "Hello": {"Hallo"}, "half": {"", ""}}
	de := &Catalog{Messages: one}
	at := NewLanguage("de-at", &Catalog{Plural: MustPlural("0"), Messages: map[string][]string{"Hello": {"Servus"}, "half": {""}}, Fallback: de})
	at.Fallback = NewLanguage("fr", &Catalog{Plural: MustPlural("n > 1"), Messages: map[string][]string{
		"Hello": {"Bonjour"}, "Bye": {"Salut"}, "today": {"ce jour"}, "half": {"moitié", "moitiés"}, "one": {"un", "des"}}})
	for _, c := range []struct{ name, got, want string }{
		{"its own", at.Text("", "Hello"), "Servus"},
		{"the general one's plural", at.Plural("", "tree", "trees", 2), "d1"},
		{"the language's own word", at.Text("", "today"), "heute"},
		{"the site's language", at.Text("", "Bye"), "Salut"},
		{"the site's language, by its rule", at.Plural("", "one", "many", 0), "un"},
		{"what is not translated anywhere before", at.Plural("", "half", "halves", 5), "moitiés"},
		{"nobody", at.Text("", "Nothing") + at.Plural("", "x", "y", 1), "Nothingx"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}
