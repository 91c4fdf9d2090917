package sqltext

import (
	"slices"
	"strings"
)

// Changes reports whether a statement that answers with rows may change some: all
// but those that can only read, as far as their words tell.
func Changes(sql string) bool {
	words := Tokens(Postgres.Text(sql))
	for len(words) > 0 && words[0].Text == "(" {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	switch strings.ToUpper(words[0].Text) {
	case "SELECT", "VALUES", "TABLE", "SHOW":
		return false
	case "WITH":
		return slices.ContainsFunc(words, func(t Token) bool {
			switch strings.ToUpper(t.Text) {
			case "INSERT", "UPDATE", "DELETE", "MERGE":
				return true
			}
			return false
		})
	}
	return true
}
