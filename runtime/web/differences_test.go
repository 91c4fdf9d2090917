package web_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// Ensure that testdata/differences.json, the one list of where the framework answers otherwise than Django 6.1, names cases
// that there are, each with its reason. That each of them differs, and nothing else does, is for the tests of the tables.
func TestDifferences(t *testing.T) {
	read := func(path string, v any) {
		t.Helper()
		raw, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(raw, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var differences map[string]map[string]string
	read("testdata/differences.json", &differences)
	for table, reasons := range differences {
		path := map[string]string{
			"validators": "../model/validators/testdata", "urls": "route/testdata", "append_slash": "middleware/testdata",
			"hosts": "testdata", "form_fields": "forms/testdata", "widgets": "forms/testdata",
		}[table]
		if path == "" {
			t.Errorf("nobody reads the differences of %s", table)
			continue
		}
		var file struct{ Cases []struct{ ID string } }
		read(path+"/"+table+".json", &file)
		known := map[string]bool{}
		for _, c := range file.Cases {
			known[c.ID] = true
		}
		for id, reason := range reasons {
			if !known[id] || strings.TrimSpace(reason) == "" {
				t.Errorf("%s: %s is no case, or has no reason", table, id)
			}
		}
	}
}
