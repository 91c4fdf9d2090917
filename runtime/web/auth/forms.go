package auth

import (
	"html"
	"regexp"

	"stackgen.dev/runtime/model/validators"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/passwords"
)

// maxPassword bounds what is hashed, in characters.
const maxPassword = 4096

// loginForm is AuthenticationForm.
var loginForm = &forms.Spec{Fields: []forms.Field{
	{Name: "username", Kind: forms.Char, Required: true, MaxLength: 150, Attrs: []forms.Attr{{Name: "autocomplete", Value: "username"}, {Name: "autocapitalize", Value: "none"}, {Name: "autofocus", Bare: true}}},
	password("password", "Password", "current-password"),
}}

// emailForm is PasswordResetForm, and that of an invitation.
var emailForm = &forms.Spec{Fields: []forms.Field{
	{Name: "email", Kind: forms.Email, Required: true, MaxLength: 254, Attrs: []forms.Attr{{Name: "autocomplete", Value: "email"}}},
}}

func password(name, label, autocomplete string) forms.Field {
	return forms.Field{Name: name, Kind: forms.Char, Label: label, Required: true, MaxLength: maxPassword, KeepBlanks: true, Widget: forms.PasswordInput,
		Attrs: []forms.Attr{{Name: "autocomplete", Value: autocomplete}}}
}

// newPassword are the two fields in which somebody chooses a password.
func (l *Layer) newPassword(first, second, label string) []forms.Field {
	one, two := password(first, label, "new-password"), password(second, label+" confirmation", "new-password")
	for _, rule := range l.Rules {
		if help := rule.Help(); help != "" {
			one.HelpText += "<li>" + html.EscapeString(help) + "</li>"
		}
	}
	if one.HelpText != "" {
		one.HelpText = "<ul>" + one.HelpText + "</ul>"
	}
	two.HelpText = "Enter the same password as before, for verification."
	return []forms.Field{one, two}
}

// checkPassword holds the two against each other, and the password against the rules.
func (l *Layer) checkPassword(first, second string, about func(*forms.Form) []passwords.Attribute) func(*forms.Form) {
	return func(form *forms.Form) {
		one, two := form.String(first), form.String(second)
		if one == "" || two == "" {
			return
		}
		if one != two {
			form.AddError(second, "The two password fields didn’t match.", "password_mismatch")
			return
		}
		for _, p := range passwords.Validate(l.Rules, one, about(form)) {
			form.AddError(second, p.Message, p.Code)
		}
	}
}

// attributes is what is known of a user.
func attributes(u *User) []passwords.Attribute {
	return []passwords.Attribute{{Name: "username", Value: u.Username}, {Name: "first name", Value: u.FirstName}, {Name: "last name", Value: u.LastName}, {Name: "email address", Value: u.Email}}
}

// changeForm is PasswordChangeForm.
func (l *Layer) changeForm(u *User) *forms.Spec {
	old := password("old_password", "Old password", "current-password")
	old.Attrs = append(old.Attrs, forms.Attr{Name: "autofocus", Bare: true})
	return &forms.Spec{Fields: append([]forms.Field{old}, l.newPassword("new_password1", "new_password2", "New password")...),
		Clean: l.checkPassword("new_password1", "new_password2", func(*forms.Form) []passwords.Attribute { return attributes(u) })}
}

// setForm is SetPasswordForm.
func (l *Layer) setForm(u *User) *forms.Spec {
	return &forms.Spec{Fields: l.newPassword("new_password1", "new_password2", "New password"),
		Clean: l.checkPassword("new_password1", "new_password2", func(*forms.Form) []passwords.Attribute { return attributes(u) })}
}

// usernames are those allowed (UnicodeUsernameValidator).
var usernames = regexp.MustCompile(`^[\p{L}\p{N}\p{M}_.@+-]+$`)

// checkUsername is what a user name has to be.
func checkUsername(name string) *validators.Problem {
	if usernames.MatchString(name) {
		return nil
	}
	return &validators.Problem{Message: "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.", Code: "invalid"}
}

// signUpForm is UserCreationForm, for somebody with that address.
func (l *Layer) signUpForm(email string) *forms.Spec {
	return &forms.Spec{
		Fields: append([]forms.Field{{
			Name: "username", Kind: forms.Char, Required: true, MaxLength: 150, HelpText: "Letters, digits and @/./+/-/_ only.",
			Validators: []func(string) *validators.Problem{checkUsername},
			Attrs:      []forms.Attr{{Name: "autocomplete", Value: "username"}, {Name: "autocapitalize", Value: "none"}, {Name: "autofocus", Bare: true}},
		}}, l.newPassword("password1", "password2", "Password")...),
		Clean: l.checkPassword("password1", "password2", func(form *forms.Form) []passwords.Attribute {
			return attributes(&User{Username: form.String("username"), Email: email})
		}),
	}
}
