package forms_test

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/forms"
)

// Ensure that choices and their groups are shown in the page's language, whatever
// shows them, that their values stay, and that rows stay as they are.
func TestChoicesAreTranslated(t *testing.T) {
	choices := []forms.Choice{{Value: "draft", Label: "Draft"}, {Value: "live", Label: "Live", Group: "Done"}}
	spec := &forms.Spec{Fields: []forms.Field{
		{Name: "select", Kind: forms.Char, Choices: choices},
		{Name: "radio", Kind: forms.Char, Widget: forms.RadioSelect, Choices: choices},
		{Name: "boxes", Kind: forms.MultipleChoice, Choices: choices},
		{Name: "row", Kind: forms.ForeignKey, Options: func(model.Source) ([]forms.Choice, error) {
			return []forms.Choice{{Value: "1", Label: "Draft"}}, nil
		}},
	}}
	german := map[string]string{"Draft": "Entwurf", "Live": "Öffentlich", "Done": "Fertig"}
	form := spec.Preview(nowhere{}, time.UTC, nil).Translated(func(text string) string {
		if said, ok := german[text]; ok {
			return said
		}
		return text
	})
	for name, wants := range map[string][]string{
		"select": {`value="draft">Entwurf<`, `label="Fertig"`, `value="live">Öffentlich<`},
		"radio":  {`value="draft"`, "Entwurf<", "Fertig<", "Öffentlich<"},
		"boxes":  {`value="draft"`, "Entwurf<", "Fertig", "Öffentlich<"},
		"row":    {`value="1">Draft<`},
	} {
		html := string(form.Field(name).HTML())
		for _, want := range wants {
			if !strings.Contains(html, want) {
				t.Errorf("%s has no %s:\n%s", name, want, html)
			}
		}
	}
	if choices[0].Label != "Draft" {
		t.Error("the site's own choices were changed")
	}
}
