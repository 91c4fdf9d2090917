package origin_test

import (
	"testing"

	"stackgen.dev/runtime/web/origin"
)

func TestTrusted(t *testing.T) {
	trusted := origin.NewTrusted([]string{"https://app.example.com", "https://*.example.org", "http://local.example:8000"})
	for from, want := range map[string]bool{
		"https://app.example.com":      true,
		"http://app.example.com":       false,
		"https://app.example.com:8443": false,
		"https://x.app.example.com":    false,
		"https://example.org":          true,
		"https://a.b.example.org":      true,
		"http://a.example.org":         false,
		"https://badexample.org":       false,
		"https://example.org.evil":     false,
		"http://local.example:8000":    true,
		"http://local.example":         false,
		"null":                         false,
		"":                             false,
		"https://[::1":                 false,
		"https://evil@a.example.org":   true, // what stands there has no part in the name, and no browser sends it
		"https://app.example.com, https://app.example.com": false,
	} {
		if got := trusted.Allows(from); got != want {
			t.Errorf("%q: %v", from, got)
		}
	}
	if !trusted.AllowsHost("a.example.org") || trusted.AllowsHost("evil.example") || origin.NewTrusted(nil).Allows("https://app.example.com") {
		t.Error("hosts, or none")
	}
}
