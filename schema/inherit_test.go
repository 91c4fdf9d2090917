package schema

import (
	"strings"
	"testing"
)

// Ensure a model has what its bases declare, once, with its own word first.
func TestBases(t *testing.T) {
	site := loadArchive(t, "constraints")
	describe := func(m *Model) string {
		var b strings.Builder
		b.WriteString(m.Name + ":")
		for _, f := range m.Fields {
			b.WriteString(" " + f.Name)
		}
		for _, c := range m.Constraints {
			b.WriteString(" !" + c.Name)
		}
		for _, x := range m.Indexes {
			b.WriteString(" #" + x.Name)
		}
		for _, o := range m.Ordering {
			b.WriteString(" >" + o.Field.Name)
		}
		for _, r := range m.Reverse {
			b.WriteString(" <" + r.Name)
		}
		return b.String()
	}
	want := []string{
		"event: id mark created owner name begins ends length !event_mark_is_small !ends_later !one_a_day #event_recent #event_length >name <event_owned <place_owned <place_set",
		"place: id mark created owner key event !place_mark_is_small #place_recent >created",
	}
	for i, m := range site.Models {
		if i >= len(want) || describe(m) != want[i] {
			t.Errorf("%s", describe(m))
		}
	}
	event := site.Models[0]
	if f := event.Field("name"); f.MaxLength != 99 {
		t.Errorf("the model's own field has %d characters", f.MaxLength)
	}
	for _, f := range append(event.Fields, site.Models[1].Fields...) {
		if f.Kind == ForeignKey && f.Target.Target != event {
			t.Errorf("%s points at %v", f.Name, f.Target.Target)
		}
	}
	if place := site.Models[1].Constraints[0].Condition.(Compare); place.Field != site.Models[1].Field("mark") {
		t.Error("the condition of a base is about another model's field")
	}
}
