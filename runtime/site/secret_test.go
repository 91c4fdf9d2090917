package site

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func none(string) (string, bool) { return "", false }

func TestSecretKeys(t *testing.T) {
	long := strings.Repeat("k", minSecret)
	environment := func(values map[string]string) func(string) (string, bool) {
		return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	}
	tests := []struct {
		name     string
		loopback bool
		env      map[string]string
		want     string // the keys, or a part of the error
	}{
		{"from the environment", false, map[string]string{"SECRET_KEY": long}, long},
		{"with older ones", true, map[string]string{"SECRET_KEY": long, "SECRET_KEY_FALLBACKS": "a, b,"}, long + " a b"},
		{"too short", true, map[string]string{"SECRET_KEY": "short"}, "SECRET_KEY has 5 characters"},
		{"none, and others can reach the site", false, nil, "SECRET_KEY is not set"},
		{"empty, and others can reach the site", false, map[string]string{"SECRET_KEY": ""}, "SECRET_KEY is not set"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := secretKeys(t.TempDir(), tt.loopback, environment(tt.env))
			got := strings.Join(keys, " ")
			if err != nil {
				got = err.Error()
			}
			if got != tt.want && (err == nil || !strings.Contains(got, tt.want)) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A site on loopback makes itself a key, for its owner alone, and keeps it.
func TestSecretKeyIsKept(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first, err := secretKeys(data, true, none)
	if err != nil {
		t.Fatal(err)
	}
	second, err := secretKeys(data, true, none)
	if err != nil || len(first[0]) < minSecret || first[0] != second[0] {
		t.Errorf("keys %q and %q, %v", first, second, err)
	}
	info, err := os.Stat(secretFile(data))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}

// A damaged file is named, and not the variable that nobody has set.
func TestSecretKeyFileIsDamaged(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(secretFile(data), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secretKeys(data, true, none); err == nil || !strings.Contains(err.Error(), secretFile(data)+" has 0 characters") {
		t.Errorf("error %v", err)
	}
}

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "127.9.9.9:80": true, "[::1]:80": true, "localhost:80": true, "unix:/run/site.sock": true,
		":80": false, "0.0.0.0:80": false, "[::]:80": false, "192.0.2.1:80": false, "example.com:80": false, "127.0.0.1": false,
		"localhost.example.com:80": false,
	} {
		if got := isLoopback(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
