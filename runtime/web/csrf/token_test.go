package csrf_test

import (
	"testing"

	"stackgen.dev/runtime/web/csrf"
)

func TestMask(t *testing.T) {
	secret := csrf.NewSecret()
	a, b := csrf.Mask(secret), csrf.Mask(secret)
	if a == b {
		t.Error("two masks are equal")
	}
	for _, token := range []string{a, b, secret} {
		if err := csrf.Check(token); err != nil || !csrf.Match(token, secret) {
			t.Errorf("%s: %v", token, err)
		}
	}
	if csrf.Match(a, csrf.NewSecret()) {
		t.Error("a token matches another secret")
	}
}

func TestUnmaskKnownToken(t *testing.T) {
	const masked = "Q9w8E7r6T5y4U3i2O1pAsDfGhJkLzXcVQaybIcxd1eIf6gwh4iHTMYB3F8Kc1qGq"
	if got := csrf.Unmask(masked); got != "abcdefghijklmnopqrstuvwxyzABCDEF" {
		t.Error(got)
	}
}

func TestState(t *testing.T) {
	var s csrf.State
	s.Load("abcdefghijklmnopqrstuvwxyzABCDEF")
	if _, send := s.Pending(); send {
		t.Error("the cookie is sent though no page asked for a token")
	}
	if !csrf.Match(s.Token(), "abcdefghijklmnopqrstuvwxyzABCDEF") {
		t.Error("the token is of another secret")
	}
	if secret, send := s.Pending(); !send || secret != "abcdefghijklmnopqrstuvwxyzABCDEF" {
		t.Error(secret, send)
	}
	s.Rotate()
	if secret, send := s.Pending(); !send || secret == "abcdefghijklmnopqrstuvwxyzABCDEF" {
		t.Error(secret, send)
	}
}
