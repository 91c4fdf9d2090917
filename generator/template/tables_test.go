package template

import (
	"sort"
	"testing"
)

// TestTables ensures that every filter and tag is documented with an example
// that can be parsed, and that the tables are in alphabetical order.
func TestTables(t *testing.T) {
	var filters, tags []string
	for _, f := range filterTable {
		filters = append(filters, f.name)
		if f.doc == "" {
			t.Errorf("filter %s has no documentation", f.name)
		}
		if _, bad := parse(newSource("t", "t", f.example), &Options{}); bad != nil {
			t.Errorf("filter %s: example %s: %s", f.name, f.example, bad[0].Summary)
		}
	}
	for _, g := range tagTable() {
		tags = append(tags, g.name)
		example := g.example
		if g.library != "" {
			example = "{% load " + g.library + " %}" + example
		}
		if g.name == "resetcycle" {
			example = "{% cycle 'a' 'b' %}" + example
		}
		if g.doc == "" {
			t.Errorf("tag %s has no documentation", g.name)
		}
		if _, bad := parse(newSource("t", "t", example), &Options{}); bad != nil {
			t.Errorf("tag %s: example %s: %s", g.name, example, bad[0].Summary)
		}
	}
	if !sort.StringsAreSorted(filters) || !sort.StringsAreSorted(tags) {
		t.Errorf("not in alphabetical order: %v %v", filters, tags)
	}
	for _, f := range libraryFilters {
		if f.doc == "" {
			t.Errorf("filter %s has no documentation", f.name)
		}
		if _, bad := parse(newSource("t", "t", "{% load "+f.library+" %}"+f.example), &Options{}); bad != nil {
			t.Errorf("filter %s: example %s: %s", f.name, f.example, bad[0].Summary)
		}
	}
	if len(filters) != 57 {
		t.Errorf("%d filters, Django has 57", len(filters))
	}
}
