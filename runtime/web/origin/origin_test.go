package origin_test

import (
	"encoding/json"
	"os"
	"testing"

	"stackgen.dev/runtime/web/origin"
)

// The table testdata/redirects.json says what Django 6.1 answers.
func TestDjangoRedirects(t *testing.T) {
	var file struct {
		Header struct {
			Hosts []string `json:"allowed_hosts"`
		}
		Cases []struct {
			ID      string
			URL     string
			Allowed bool
			HTTPS   bool `json:"allowed_https"`
			NoHosts bool `json:"allowed_no_hosts"`
		}
	}
	raw, err := os.ReadFile("testdata/redirects.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		got := [3]bool{
			origin.SafeRedirect(c.URL, file.Header.Hosts, false),
			origin.SafeRedirect(c.URL, file.Header.Hosts, true),
			origin.SafeRedirect(c.URL, nil, false),
		}
		if want := [3]bool{c.Allowed, c.HTTPS, c.NoHosts}; got != want {
			t.Errorf("%s %q: got %v, want %v", c.ID, c.URL, got, want)
		}
	}
}

func TestSameDomain(t *testing.T) {
	tests := []struct {
		host, pattern string
		want          bool
	}{
		{"example.com", "example.com", true},
		{"EXAMPLE.com", "example.com", false},
		{"a.example.com", "example.com", false},
		{"a.example.com", ".example.com", true},
		{"example.com", ".example.com", true},
		{"notexample.com", ".example.com", false},
		{"example.com", "", false},
	}
	for _, tt := range tests {
		if got := origin.SameDomain(tt.host, tt.pattern); got != tt.want {
			t.Errorf("SameDomain(%q, %q) = %v", tt.host, tt.pattern, got)
		}
	}
}
