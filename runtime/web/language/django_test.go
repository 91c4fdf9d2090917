package language_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"stackgen.dev/runtime/web/language"
)

// The table testdata/accept_language.json says what Django 6.1 answers. Every case runs.
func TestDjangoLanguages(t *testing.T) {
	var file struct {
		Header struct {
			Languages []string
			Default   string `json:"default_language"`
		}
		Cases []struct {
			ID             string
			AcceptLanguage string `json:"accept_language"`
			Cookie         *string
			Path           *string
			Parsed         *[][2]json.RawMessage
			Language       string
		}
	}
	raw, err := os.ReadFile("testdata/accept_language.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	set := language.New(file.Header.Languages, file.Header.Default)
	for _, c := range file.Cases {
		cookie := ""
		if c.Cookie != nil {
			cookie = *c.Cookie
		}
		got, fromPath := "", false
		if c.Path != nil {
			got, fromPath = set.FromPath(*c.Path)
		}
		if !fromPath {
			got = set.Choose(cookie, c.AcceptLanguage)
		}
		if got != c.Language {
			t.Errorf("%s: %+v: %q, want %q", c.ID, c, got, c.Language)
		}
		if c.Parsed == nil {
			continue
		}
		parsed := language.ParseAccept(c.AcceptLanguage)
		if len(parsed) != len(*c.Parsed) {
			t.Errorf("%s: %v, want %s", c.ID, parsed, *c.Parsed)
			continue
		}
		for i, want := range *c.Parsed {
			var code string
			var quality struct {
				Float string `json:"$float"`
			}
			if json.Unmarshal(want[0], &code) != nil || json.Unmarshal(want[1], &quality) != nil {
				t.Fatalf("%s: %s", c.ID, want)
			}
			q, err := strconv.ParseFloat(quality.Float, 64)
			if err != nil || parsed[i].Code != code || parsed[i].Quality != q {
				t.Errorf("%s: %v, want %s %s", c.ID, parsed[i], code, quality.Float)
			}
		}
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("de", "fr;q=0.3,de;q=0.8", "/de/x/")
	set := language.New([]string{"en", "de", "zh-hans"}, "en")
	f.Fuzz(func(t *testing.T, cookie, accept, path string) {
		if got := set.Choose(cookie, accept); got == "" {
			t.Error("no language")
		}
		set.FromPath(path)
	})
}
