package generator

import (
	"path/filepath"
	"testing"

	"stackgen.dev/generator/migrate"
	"stackgen.dev/schema"
)

// Ensure that the migrations of every example make what its models say, so
// that who starts from it is not told at once to write the next one.
func TestExamplesAreMigrated(t *testing.T) {
	sets := 0
	for _, name := range examples(t) {
		dir, _ := exampleProject(t, name)
		site, sources, diags := schema.Load(filepath.Join(dir, "site.hcl"))
		if diags.HasErrors() {
			t.Fatalf("%s.hcl: %s", name, rendered(diags, sources))
		}
		for _, set := range MigrationSets(site) {
			sets++
			next, err := set.Plan("", migrate.Options{})
			if err != nil || next != nil {
				t.Errorf("%s: the migrations are behind the models: %+v, %v", name, next, err)
			}
		}
	}
	if sets < 5 {
		t.Errorf("only %d sets of migrations were looked at", sets)
	}
}
