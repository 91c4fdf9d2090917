package migrate

import (
	"fmt"
	"regexp"
	"strings"
)

// maxName is where the parts of an automatic name end, as in Django.
const maxName = 52

var goodName = regexp.MustCompile(`^[a-z0-9_]+$`)

// autoName is Django's name for steps: the first ones, and _and_more.
func autoName(number int, steps []step) string {
	if number == 1 {
		return "initial"
	}
	name := ""
	for i, s := range steps {
		next := s.name
		if i > 0 {
			next = name + "_" + s.name
		}
		if i > 0 && len(next) > maxName {
			return clean(name + "_and_more")
		}
		name = next
	}
	if name == "" {
		return "auto"
	}
	return clean(name)
}

var unclean = regexp.MustCompile(`[^a-z0-9_]+`)

// clean leaves what file names of migrations may hold.
func clean(name string) string {
	name = strings.Trim(unclean.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if len(name) > 100 {
		name = name[:100]
	}
	return name
}

// SetName gives the migration a name of small letters, digits and underscores.
func (m *Migration) SetName(name string) error {
	if !goodName.MatchString(name) || len(name) > 100 {
		return fmt.Errorf("migrate: %q is not a name of a migration; use small letters, digits and underscores", name)
	}
	m.Name = name
	return nil
}
