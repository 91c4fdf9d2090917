package migrate

import (
	"regexp"
	"strconv"
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

var (
	snake   = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	camel   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	unclear = regexp.MustCompile(`[^a-z0-9]+`)
)

// siteNames are the names that blocks have, of models or of the fields of one. Two
// that are one in Go are one here.
type siteNames struct {
	kind  string
	taken map[string]bool
	inGo  func(name string) []string
}

func newModelNames() siteNames {
	return siteNames{"model", map[string]bool{}, func(name string) []string { return models.PackageNames(&schema.Model{Name: name}) }}
}

func newFieldNames() siteNames {
	return siteNames{"field", map[string]bool{}, func(name string) []string { return []string{schema.GoName(name)} }}
}

// claim takes a name, and reports whether it may be had.
func (s siteNames) claim(name string) bool {
	if !schema.IsName(s.kind, name) {
		return false
	}
	all := s.inGo(name)
	for _, n := range all {
		if s.taken[n] {
			return false
		}
	}
	for _, n := range all {
		s.taken[n] = true
	}
	return true
}

// make is a name of the site file for one of the database, which it claims. Where that
// begins with a digit, or is of other letters alone, first stands before it.
func (s siteNames) make(name, first string) string {
	base := strings.Trim(unclear.ReplaceAllString(strings.ToLower(camel.ReplaceAllString(name, "${1}_$2")), "_"), "_")
	if base == "" || base[0] >= '0' && base[0] <= '9' {
		base = first + base
	}
	base = strings.TrimSuffix(base, "_")
	free := base
	for n := 2; !s.claim(free); n++ {
		free = base + "_" + strconv.Itoa(n)
	}
	return free
}
