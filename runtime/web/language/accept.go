package language

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Weighted is one language that a client asks for, "*" for any.
type Weighted struct {
	Code string
	// Quality is between 0 and 1; 1 where the client says nothing.
	Quality float64
}

// maxAccept is how much of the field is read, in bytes.
const maxAccept = 500

var acceptItem = regexp.MustCompile(`\A([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:\s*;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?(?:\s*,\s*|\z)`)

// ParseAccept reads an Accept-Language field, the languages that are liked most
// first. A field that is malformed anywhere is empty; of a very long one the
// beginning counts (parse_accept_lang_header).
func ParseAccept(field string) []Weighted {
	if len(field) > maxAccept {
		at := strings.LastIndexByte(field[:maxAccept], ',')
		if at < 1 {
			return nil
		}
		field = field[:at]
	}
	var all []Weighted
	for rest := strings.ToLower(field); rest != ""; {
		m := acceptItem.FindStringSubmatch(rest)
		if m == nil {
			return nil
		}
		w := Weighted{m[1], 1}
		if m[2] != "" {
			w.Quality, _ = strconv.ParseFloat(m[2], 64) // the expression takes numbers only
		}
		all = append(all, w)
		rest = rest[len(m[0]):]
	}
	slices.SortStableFunc(all, func(a, b Weighted) int {
		switch {
		case a.Quality > b.Quality:
			return -1
		case a.Quality < b.Quality:
			return 1
		}
		return 0
	})
	return all
}
