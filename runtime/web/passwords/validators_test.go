package passwords_test

import (
	"slices"
	"testing"

	"stackgen.dev/runtime/web/passwords"
)

// What django.contrib.auth.password_validation documents.
func TestDefaultRules(t *testing.T) {
	about := []passwords.Attribute{{"username", "ada.lovelace"}, {"email address", "countess@example.com"}}
	tests := []struct {
		password string
		codes    []string
	}{
		{"correct horse battery", nil},
		{"Tr0mbone-Gasket", nil},
		{"short1!", []string{"password_too_short"}},
		{"12345678", []string{"password_too_common", "password_entirely_numeric"}},
		{"12345", []string{"password_too_short", "password_too_common", "password_entirely_numeric"}},
		{"٣٧٥٩١٣٨٤٦", []string{"password_entirely_numeric"}},
		{"PassWord", []string{"password_too_common"}},
		{"P@ssw0rd", []string{"password_too_common"}},
		{"dragon2026!", []string{"password_too_common"}},
		{"zzzzzzzzzz", []string{"password_too_common"}},
		{"poiuytrewq", []string{"password_too_common"}},
		{"lovelace99", []string{"password_too_similar"}},
		{"countess@example.org", []string{"password_too_similar"}},
		{"", []string{"password_too_short"}},
	}
	for _, tt := range tests {
		var codes []string
		for _, p := range passwords.Validate(passwords.Default(), tt.password, about) {
			codes = append(codes, p.Code)
		}
		if !slices.Equal(codes, tt.codes) {
			t.Errorf("%q: %q, want %q", tt.password, codes, tt.codes)
		}
	}
}

func TestMessages(t *testing.T) {
	about := []passwords.Attribute{{"username", "ada"}}
	for _, tt := range []struct {
		rule     passwords.Validator
		password string
		message  string
	}{
		{passwords.MinimumLength{Length: 1}, "", "This password is too short. It must contain at least 1 character."},
		{passwords.MinimumLength{}, "x", "This password is too short. It must contain at least 8 characters."},
		{passwords.Similarity{}, "ada", "The password is too similar to the username."},
		{passwords.Common{}, "letmein", "This password is too common."},
		{passwords.Numeric{}, "7291834", "This password is entirely numeric."},
	} {
		if p := tt.rule.Validate(tt.password, about); p == nil || p.Message != tt.message {
			t.Errorf("%T: %+v", tt.rule, p)
		}
		if tt.rule.Help() == "" {
			t.Errorf("%T has no help", tt.rule)
		}
	}
}
