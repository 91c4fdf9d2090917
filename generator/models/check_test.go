package models

import (
	"strings"
	"testing"
)

// Ensure names that meet in the row of a model, where Go has one space for fields
// and methods, are said before Go says it.
func TestMembersMeet(t *testing.T) {
	const head = "site \"x\" { module = \"example.com/x\" }\ndatabase { url = \"sqlite:data/x.db\" }\n"
	for _, c := range []struct{ name, models, want string }{
		{"a method's name and what it is evaded to", `
model "a" {
  field "save" { type = char(5) }
  field "save_field" { type = char(5) }
}`, "In the row of the model a, the field save and the field save_field both become SaveField."},
		{"a field and what people read for another", `
model "a" {
  field "status" {
    type    = char(5)
    choices = { "x" = "X" }
  }
  field "status_display" { type = char(5) }
}`, "In the row of the model a, the field status_display and what people read for the field status both become StatusDisplay."},
		{"a related name and what people read", `
model "a" {
  field "status" {
    type    = char(5)
    choices = { "x" = "X" }
  }
}
model "b" {
  field "a" {
    type         = foreign_key(model.a)
    on_delete    = cascade
    related_name = "status_display"
  }
}`, "In the row of the model a, what people read for the field status and the relation status_display both become StatusDisplay."},
		{"a relation and what reads generated fields", `
model "a" {
  field "n" { type = integer }
  field "twice" {
    type      = integer
    generated = a.n * 2
  }
  field "computed" {
    type      = foreign_key(self)
    on_delete = cascade
    null      = true
  }
}`, "In the row of the model a, what reads generated fields and what reads the relation computed both become scanComputed."},
	} {
		t.Run(c.name, func(t *testing.T) {
			diags := Check(loadText(t, head+c.models))
			if len(diags) != 1 || !strings.HasPrefix(diags[0].Detail, c.want) || diags[0].Subject.Start.Line == 0 || len(diags[0].Related) != 1 {
				t.Errorf("got %v", diags)
			}
		})
	}
	// Names that Go, or the generated package, uses for something else are no matter.
	if diags := Check(loadText(t, head+`
model "type" {
  field "all"   { type = char(50) }
  field "range" { type = integer }
  field "string" { type = integer }
}
model "error" {
  field "save" { type = char(5) }
  field "nil"  { type = integer }
  field "type" {
    type      = foreign_key(model.type)
    on_delete = cascade
  }
}`)); len(diags) != 0 {
		t.Errorf("got %v", diags)
	}
}
