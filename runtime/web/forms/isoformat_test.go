package forms

import (
	"os"
	"strings"
	"testing"
)

// Ensure that texts are moments, or none, as Python's datetime.fromisoformat has it: testdata/isoformat.txt
// has its answers, in UTC with a Z where the text has an offset.
func TestISOForm(t *testing.T) {
	table, err := os.ReadFile("testdata/isoformat.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		text, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		got := "-"
		if m, zoned, ok := isoForm(text); ok {
			got = m.Format("2006-01-02T15:04:05.000000")
			if zoned {
				got += "Z"
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
