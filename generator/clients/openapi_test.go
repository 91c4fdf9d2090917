// Package clients holds the templates of the typed clients; its tests hold the description that they agree with.
package clients

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

// Ensure that the description of a site's resources is OpenAPI 3.1, as a library reads it.
func TestOpenAPI(t *testing.T) {
	text, err := os.ReadFile("../../golden/resource/gen/site/schema.openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	check, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if ok, problems := check.ValidateDocument(); !ok {
		for _, p := range problems {
			t.Errorf("%s: %s", p.Message, p.Reason)
			for _, e := range p.SchemaValidationErrors {
				t.Errorf("%s: %s", e.FieldPath, e.Reason)
			}
		}
	}
	var described struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	for path, methods := range map[string][]string{
		"/api/tasks/": {"get", "post"}, "/api/tasks/{id}/": {"get", "put", "patch", "delete"}, "/api/archive/": {"get"},
	} {
		for _, m := range methods {
			if described.Paths[path][m] == nil {
				t.Errorf("%s %s is not described", m, path)
			}
		}
	}
	if len(described.Paths["/api/archive/"]) != 1 {
		t.Errorf("the archive is only listed: %s", described.Paths["/api/archive/"])
	}
}
