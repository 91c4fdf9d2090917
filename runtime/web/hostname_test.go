package web

import "testing"

// What is no Host at all is refused by sites for any host, too.
func TestNoHost(t *testing.T) {
	h := newHosts([]string{"*"}, false)
	for host, want := range map[string]bool{
		"example.com.":      true,
		"[::1]:80":          true,
		".":                 false,
		".:443":             false,
		"[..::1]":           false,
		"[::1]9:80":         false,
		"example.com:":      false,
		"example.com:80:80": false,
		"[]":                false,
	} {
		if got := h.allow(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
