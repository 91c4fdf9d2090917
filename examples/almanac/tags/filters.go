package tags

import "strings"

// Initials are the first letters of a name's words: A. L. of Ada Lovelace.
func Initials(name string) string {
	var out []string
	for _, word := range strings.Fields(name) {
		for _, letter := range word {
			out = append(out, string(letter)+".")
			break
		}
	}
	return strings.Join(out, " ")
}
