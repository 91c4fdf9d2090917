package schema

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// Ensure that no command of a project hides behind one that every site has.
func TestSiteVerbs(t *testing.T) {
	for file, pattern := range map[string]string{
		"../runtime/site/main.go":   `(?m)^\t\t\{"([a-z]+)", "`,
		"../generator/emit_auth.go": `(?m)^\t\tadd\("([a-z]+)"`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(pattern).FindAllSubmatch(text, -1)
		if len(found) == 0 {
			t.Errorf("%s has no commands", file)
		}
		for _, m := range found {
			if !slices.Contains(siteVerbs(), string(m[1])) {
				t.Errorf("%s has a command %s, which a project may declare", file, m[1])
			}
		}
	}
}
