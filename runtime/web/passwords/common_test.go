package passwords

import (
	"slices"
	"strings"
	"testing"
)

// Ensure that the list is whole: sorted, in lower case, and as long as it says.
func TestCommonList(t *testing.T) {
	words := commonPasswords()
	if len(words) < 19_700 || !slices.IsSorted(words) {
		t.Errorf("%d words, sorted: %t", len(words), slices.IsSorted(words))
	}
	for i, w := range words {
		if w != strings.ToLower(w) || i > 0 && words[i-1] == w {
			t.Errorf("%q stands there twice or in capitals", w)
		}
	}
	for _, w := range []string{"password", "123456", "trustno1", "passwort", "zzzzzz", "iloveyou2"} {
		if !isCommon(w) {
			t.Errorf("%q is not on the list", w)
		}
	}
	if isCommon("") || isCommon("analytical engine no. 1") {
		t.Error("what nobody chooses is on the list")
	}
}
