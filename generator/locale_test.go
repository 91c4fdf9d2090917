package generator

import (
	"os"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// Ensure that the texts to translate for views of accounts are those that the runtime says.
func TestAccountMessages(t *testing.T) {
	site := &schema.Site{Views: []*schema.View{
		{Login: new(schema.AccountView)}, {PasswordChange: new(schema.AccountView)}, {PasswordReset: new(schema.AccountView)},
		{PasswordResetConfirm: new(schema.AccountView)}, {Invite: new(schema.AccountView)}, {SignUp: new(schema.AccountView)},
	}}
	var source strings.Builder
	for _, file := range []string{"web/auth/forms.go", "web/auth/view.go", "web/auth/invite.go", "web/auth/reset.go", "web/passwords/validators.go", "web/forms/clean.go", "web/forms/field.go", "model/validators/email.go"} {
		text, err := os.ReadFile("../runtime/" + file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	made := map[string]string{ // of a name, and of two texts
		"Username": `Name: "username"`, "Email": `Name: "email"`,
		"Password confirmation": `label+" confirmation"`, "New password confirmation": `label+" confirmation"`,
	}
	found := accountMessages(site)
	if len(found) < 15 {
		t.Errorf("%d texts", len(found))
	}
	for _, m := range found {
		want := `"` + m.Text + `"`
		if made[m.Text] != "" {
			want = made[m.Text]
		}
		if !strings.Contains(source.String(), want) {
			t.Errorf("the runtime does not say %q", m.Text)
		}
	}
}
