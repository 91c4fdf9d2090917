package validators_test

import (
	"testing"

	"stackgen.dev/runtime/model/validators"
)

// Brackets and zones as Python's urlsplit and ipaddress take them, which Django asks.
func TestBracketsAndZones(t *testing.T) {
	for s, valid := range map[string]bool{
		"http://us[er]@[::1]/":       true,
		"http://us[er@example.com":   false,
		"http://us]er@example.com":   false,
		"http://us[er]@example.com":  false,
		"http://example.com/[a]?[b]": true,
	} {
		if got := validators.URL(s) == nil; got != valid {
			t.Errorf("URL %s: %v, want %v", s, got, valid)
		}
	}
	for s, valid := range map[string]bool{
		"fe80::1%eth0":        true,
		"fe80::1%eth0.100":    true,
		"fe80::1%":            false,
		"fe80::1%eth0%1":      false,
		"fe80::1%eth0/64":     false,
		"fe80::1%eth0fe80::1": true,
	} {
		if got := validators.IPv6(s) == nil; got != valid {
			t.Errorf("IPv6 %s: %v, want %v", s, got, valid)
		}
	}
}
