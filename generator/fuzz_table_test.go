package generator_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Ensure that every test which the table of docs/testing.md names stands where it says.
func TestFuzzTable(t *testing.T) {
	doc, err := os.ReadFile("../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	name, place := regexp.MustCompile("`((?:Fuzz|Test)[A-Z]\\w*)`"), regexp.MustCompile(`^[^|]*? in ([\w/]+)`)
	found := 0
	for row := range strings.Lines(string(doc)) {
		for _, at := range name.FindAllStringSubmatchIndex(row, -1) {
			in := place.FindStringSubmatch(row[at[1]:])
			if !strings.HasPrefix(row, "|") || in == nil {
				continue
			}
			found++
			files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(in[1]), "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			has := false
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				has = has || strings.Contains(string(text), "\nfunc "+row[at[2]:at[3]]+"(")
			}
			if !has {
				t.Errorf("%s is not in %s", row[at[2]:at[3]], in[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("the table names %d tests", found)
	}
}
