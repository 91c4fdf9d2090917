package i18n

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Ensure that what was put together is found again, with what is in it, in the site's words first.
func TestSentence(t *testing.T) {
	de := NewLanguage("de", &Catalog{Messages: map[string][]string{
		"Post": {"Beitrag"}, "Ensure this value is less than or equal to #.": {"Nicht über #!"}, "Room 101": {"Zimmer 101"},
	}})
	for _, c := range []struct{ text, want string }{
		{"This field is required.", "Dieses Feld ist erforderlich."},
		{"Ensure this value has at most 5 characters (it has 19).", "Dieser Wert darf höchstens 5 Zeichen haben (er hat 19)."},
		{"Ensure this value is greater than or equal to -1.5.", "Dieser Wert muss mindestens -1.5 sein."},
		{"Ensure this value is less than or equal to 7.", "Nicht über 7!"},
		{"Ensure that there are no more than 2 decimal places.", "Höchstens 2 Nachkommastellen sind erlaubt."},
		{"Select a valid choice. <b>100%%</b> 7 is not one of the available choices.", "Bitte eine gültige Auswahl treffen. <b>100%%</b> 7 ist nicht verfügbar."},
		{"Post with this Slug already exists.", "Beitrag mit diesem Wert für „Slug“ gibt es bereits."},
		{"File extension “exe” is not allowed. Allowed extensions are: pdf, png.", "Dateien mit der Endung „exe“ sind nicht erlaubt. Erlaubt sind: pdf, png."},
		{"Room 101", "Zimmer 101"},
		{"Room 102", "Room 102"},
		{" with this  already exists.", " with this  already exists."},
		{"-", "-"}, {"", ""}, {"5", "5"}, {"# and *", "# and *"},
	} {
		if got := de.Sentence(c.text); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
	var none *Language
	if got := none.Sentence("Room 7"); got != "Room 7" {
		t.Error(got)
	}
}

// Ensure that the forms' own languages say all that forms and validators can say, with as many values in it.
func TestFormWords(t *testing.T) {
	verb := regexp.MustCompile(`%[dv]`)
	said := map[string]bool{}
	for _, dir := range []string{"../web/forms", "../model/validators", "../web/passwords"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(err, dir)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "typed.go") { // what is wrong with JSON is for programs
				continue
			}
			for _, m := range regexp.MustCompile(`(?m)^[^/\n]*"([A-Z][^"\n]*\.)"`).FindAllStringSubmatch(string(text), -1) {
				for _, end := range []string{"", "s"} {
					pattern := verb.ReplaceAllString(m[1], "#")
					switch {
					case strings.Contains(pattern, "digit%s %s"):
						for _, where := range []string{"in total", "before the decimal point"} {
							said[strings.Replace(strings.Replace(pattern, "%s", end, 1), "%s", where, 1)] = true
						}
						continue
					case strings.Contains(pattern, "Select"), strings.Contains(pattern, "extension"):
						pattern = strings.ReplaceAll(strings.ReplaceAll(pattern, "%s", "*"), "choice. #", "choice. *")
					default:
						pattern = strings.ReplaceAll(pattern, "%s", end)
					}
					said[pattern] = true
				}
			}
		}
	}
	if len(said) < 45 {
		t.Errorf("only %d sentences were found", len(said))
	}
	for _, code := range []string{"de", "fr"} {
		words := LocaleOf(code).Words
		for text := range said {
			got, ok := words.Lookup("", text)
			if !ok || strings.Count(got, "#") != strings.Count(text, "#") || strings.Count(got, "*") != strings.Count(text, "*") {
				t.Errorf("%s: %q is %q", code, text, got)
			}
		}
	}
}

// Ensure that forms without tables write the decimal separator that the tables have, and that
// every row of the table is whole.
func TestRows(t *testing.T) {
	for code, row := range localeRows {
		l := LocaleOf(code + "-xx")
		if got := DecimalSeparator(code); got != l.Decimal {
			t.Errorf("%s: a form writes %q, a page %q", code, got, l.Decimal)
		}
		for i, text := range append(append(append(append(l.Months[:], l.MonthsAlt[:]...), l.MonthsAbbr[:]...), l.MonthsAP[:]...), append(l.Weekdays[:], l.WeekdaysAbbr[:]...)...) {
			if text == "" {
				t.Errorf("%s: name %d is empty", code, i)
			}
		}
		if len(l.Formats) != len(formatNames) {
			t.Errorf("%s has %d formats", code, len(l.Formats))
		}
		for _, unit := range unitNames {
			if row.units == "" { // the language says them in English
				continue
			}
			for n := range int64(200) {
				if form, ok := l.Words.LookupPlural("", unit, n); !ok {
					t.Errorf("%s: %q has no form for %d: %q", code, unit, n, form)
				}
			}
		}
	}
}
