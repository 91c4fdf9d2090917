package passwords

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the list
	"io"
	"slices"
	"strings"
	"sync"
)

// commonList are the words that everybody tries first, in lower case, sorted,
// one on a line: the 20,000 that Django brings along (compiled by Royce Williams,
// BSD licence, Copyright (c) Django Software Foundation and individual
// contributors), and some of other languages and keyboards.
//
//go:embed common-passwords.txt.gz
var commonList []byte

// commonPasswords are the words of the list; they are unpacked when somebody first chooses a password.
var commonPasswords = sync.OnceValue(func() []string {
	r, err := gzip.NewReader(bytes.NewReader(commonList))
	var text []byte
	if err == nil {
		text, err = io.ReadAll(r)
	}
	if err != nil {
		panic("stackgen: unreachable: the list of common passwords: " + err.Error())
	}
	return strings.Fields(string(text))
})

// isCommon reports whether a word is on the list.
func isCommon(word string) bool {
	_, found := slices.BinarySearch(commonPasswords(), word)
	return found
}
