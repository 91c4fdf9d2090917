package main

import (
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// unified is the difference of two texts as a unified diff.
func unified(name string, old, new []byte) string {
	return string(diff.Diff("a/"+name, old, "b/"+name, new))
}

// printable reports whether a file is text that a diff can show.
func printable(b []byte) bool { return !strings.ContainsRune(string(b), 0) }
