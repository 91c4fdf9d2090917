package schema

import (
	"regexp"
	"strings"
	"testing"
)

func TestContains(t *testing.T) {
	for _, c := range []struct {
		name, big, small string
		want             bool
	}{
		{"a pattern contains itself", "/posts/<slug:a>/", "/posts/<slug:b>/", true},
		{"text within a capture", "/posts/<slug:s>/", "/posts/new/", true},
		{"a capture is not within text", "/posts/new/", "/posts/<slug:s>/", false},
		{"digits are a slug", "/<slug:s>/", "/<int:i>/", true},
		{"a slug is not digits", "/<int:i>/", "/<slug:s>/", false},
		{"a slug is a str", "/<s>/", "/<slug:s>/", true},
		{"a uuid is a slug", "/<slug:s>/", "/<uuid:u>/", true},
		{"a uuid is not digits", "/<int:i>/", "/<uuid:u>/", false},
		{"a path takes everything", "/<path:p>", "/a/<int:i>/<slug:s>.txt", true},
		{"a path needs one character", "/a/<path:p>", "/a/", false},
		{"a str stops at a slash", "/<s>/", "/a/b/", false},
		{"other text", "/a/", "/b/", false},
		{"a longer path", "/a/", "/a/b/", false},
		{"text before a capture", "/post-<int:i>/", "/post-7/", true},
		{"text behind a capture", "/<s>.txt", "/<slug:s>.txt", true},
		{"text behind a capture that may be in it", "/<s>.txt", "/a.txt.txt", true},
		{"no slash at the end", "/<s>", "/<s>/", false},
		{"captures on both sides", "/<a>/<b>/", "/<int:a>/<slug:b>/", true},
		{"one of two captures is too small", "/<int:a>/<b>/", "/<a>/<int:b>/", false},
		{"a path in the middle", "/a/<path:p>/z/", "/a/<s>/<t>/z/", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			big, small := newLanguage(segments(t, c.big), false), newLanguage(segments(t, c.small), true)
			if got := big.contains(small); got != c.want {
				t.Errorf("%q contains %q: %v, want %v", c.big, c.small, got, c.want)
			}
			if big.contains(small) && !big.mayContain(small) {
				t.Errorf("the quick test says no for %q and %q", c.big, c.small)
			}
		})
	}
}

// TestOwnConvertersContain looks at what is certain of converters whose text is read off an expression.
func TestOwnConvertersContain(t *testing.T) {
	own := func(name, regex string, refuses bool) *Converter {
		c := &Converter{Name: name, Regex: String{V: regex}}
		if refuses {
			c.ToValue = GoRef{Package: "converters", Name: "F"}
		}
		return c
	}
	list := []*Converter{
		own("yyyy", "[0-9]{4}", true), own("four", "[0-9]{4}", false), own("month", "0[1-9]|1[0-2]", false), own("tags", "[a-z]+(?:/[a-z]+)*", false),
		own("any", ".+", false), own("word", `\b[a-z]+\b`, false), own("umlaut", "[äöü]+", false), own("kelvin", "(?i)k+", false), own("none", `[^\x00-\x{10FFFF}]|a`, false),
		own("long", "(?:[a-z]{1,100}){1,9}", false),
	}
	for _, c := range []struct {
		big, small string
		want       bool
	}{
		{"/<four:y>/", "/2026/", true},
		{"/<four:y>/", "/226/", false},
		{"/<yyyy:y>/", "/2026/", false}, // which to_value may refuse
		{"/<yyyy:a>/<b>/", "/<yyyy:a>/x/", true},
		{"/<yyyy:a>/x/", "/<yyyy:a>/<b>/", false},
		{"/<yyyy:a>/", "/<yyyy:b>/", true},
		{"/<four:a>/", "/<yyyy:b>/", true},
		{"/<int:i>/", "/<yyyy:y>/", true},
		{"/<slug:i>/", "/<month:y>/", true},
		{"/<int:i>/", "/<tags:y>/", false},
		{"/<month:m>/", "/12/", true},
		{"/<month:m>/", "/13/", false},
		{"/<month:m>/", "/1/", false},
		{"/<tags:t>/feed/", "/a/b/feed/", true},
		{"/<a>/", "/<tags:t>/", false},
		{"/<path:a>/", "/<tags:t>/", true},
		{"/<any:a>/", "/<slug:t>/", true},
		{"/<word:a>/", "/a/", false}, // conditions are not looked into
		{"/<slug:a>/", "/<word:a>/", true},
		{"/<slug:a>/", "/<umlaut:a>/", false},
		{"/<a>/", "/<umlaut:a>/", true},
		{"/<slug:a>/", "/<kelvin:a>/", false}, // K is one
		{"/<kelvin:a>/", "/kK/", true},
		{"/<none:a>/", "/a/", true},
		{"/<long:a>/", "/a/", false}, // too long to be looked into
		{"/<a>/", "/<long:a>/", false},
		{"/<path:a>/", "/<long:a>/", true},
	} {
		big, p := parsePattern(c.big, false, list...)
		if p != nil {
			t.Fatal(p.detail)
		}
		small, p := parsePattern(c.small, false, list...)
		if p != nil {
			t.Fatal(p.detail)
		}
		if got := covers(big, small); got != c.want {
			t.Errorf("%q covers %q: %v, want %v", c.big, c.small, got, c.want)
		}
	}
	for _, c := range list {
		whole := regexp.MustCompile(`\A(?:` + c.Regex.V + `)\z`)
		if text := sample([]Segment{{Name: "x", Converter: c.Name, Own: c}}); !whole.MatchString(text) {
			t.Errorf("the sample %q of %s does not match", text, c.Name)
		}
	}
}

func segments(t *testing.T, pattern string) []Segment {
	t.Helper()
	out, p := parsePattern(pattern, false)
	if p != nil {
		t.Fatal(p.detail)
	}
	return out
}

// TestSamplesMatch holds the samples that messages show against the patterns
// of the converters.
func TestSamplesMatch(t *testing.T) {
	for _, c := range converters() {
		pattern := segments(t, "/a/<"+c.name+":x>/z")
		expression := regexp.MustCompile("^/a/(" + c.pattern + ")/z$")
		path := sample(pattern)
		if !expression.MatchString(path) {
			t.Errorf("the sample %q of %s does not match", path, c.name)
		}
		if !newLanguage(pattern, false).contains(newLanguage([]Segment{{Literal: path}}, true)) {
			t.Errorf("the automaton of %s does not match its sample %q", c.name, path)
		}
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name       string
		candidates string
		want       string
	}{
		{"post_detial", "post_list post_detail home", "post_detail"},
		{"veiw", "view model", "view"},
		{"hom", "home", "home"},
		{"xyzzy", "home view", ""},
		{"ap", "app", "app"},
		{"a", "b", ""},
		{"home", "home", ""},
		{"cats", "cars bats", "bats"},
		{"cats", "bats cars", "bats"},
		{"naïve_viwe", "naïve_view", "naïve_view"},
		{"", "a", ""},
	} {
		if got := Suggest(c.name, strings.Fields(c.candidates)); got != c.want {
			t.Errorf("Suggest(%q, %s) is %q, want %q", c.name, c.candidates, got, c.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"abc", "abc", 0},
		{"abc", "abd", 1}, {"abc", "ac", 1}, {"ac", "abc", 1}, {"abc", "acb", 1},
		{"kitten", "sitting", 3}, {"ca", "abc", 3},
	} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("the distance of %q and %q is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"30s", "30s"}, {"1h30m", "1h30m0s"}, {"365d", "8760h0m0s"}, {"1w", "168h0m0s"}, {"500ms", "500ms"},
		{"1.5h", "1h30m0s"}, {"-1h", "-1h0m0s"}, {"0s", "0s"},
		{"", "error"}, {"s", "error"}, {"30", "error"}, {"30 s", "error"}, {"1y", "error"}, {"--1s", "error"},
		{"1.2.3s", "error"}, {"99999999999999999999d", "error"}, {"30S", "error"},
	} {
		got := "error"
		if d, err := ParseDuration(c.text); err == nil {
			got = d.String()
		}
		if got != c.want {
			t.Errorf("the duration %q is %s, want %s", c.text, got, c.want)
		}
	}
	for _, c := range []struct {
		text string
		want int64
	}{
		{"0B", 0}, {"512B", 512}, {"1KB", 1024}, {"10MB", 10 << 20}, {"1.5GB", 3 << 29}, {"1TB", 1 << 40},
		{"", -1}, {"10", -1}, {"10M", -1}, {"10mb", -1}, {"1MB1KB", -1}, {"-1MB", -1},
	} {
		got, err := parseSize(c.text)
		if err != nil {
			got = -1
		}
		if got != c.want {
			t.Errorf("the size %q is %d, want %d", c.text, got, c.want)
		}
	}
}

func TestGoName(t *testing.T) {
	for name, want := range map[string]string{
		"post": "Post", "post_detail": "PostDetail", "id": "ID", "author_id": "AuthorID", "url": "URL",
		"html_body": "HTMLBody", "step_1": "Step1", "a": "A",
	} {
		if got := GoName(name); got != want {
			t.Errorf("GoName(%q) is %q, want %q", name, got, want)
		}
	}
}
