// Package views holds what the site does with what visitors send.
package views

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"stackgen.dev/golden/contact/gen/formsets"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/messages"
)

// Contact keeps what was sent with the form. The session counts the visitor's letters.
func Contact(r *web.Request, form *forms.Form) error {
	if strings.Contains(form.String("message"), "http://") {
		form.AddError("message", "Please write without links.", "link")
		return nil
	}
	var names []string
	for _, reader := range formsets.ContactCopies(form) {
		if reader.Email == form.String("email") {
			reader.Form.AddError("email", "You have the answer anyway.", "twice")
			return nil
		}
		name := reader.Name
		if reader.Since.Valid {
			name += fmt.Sprintf(" (since %d)", reader.Since.V)
		}
		names = append(names, name)
	}
	text := "Thank you, " + form.String("name") + "."
	if len(names) > 0 {
		text += " Copies go to " + strings.Join(names, ", ") + "."
	}
	if file := form.File("attachment"); file != nil {
		name, err := file.Save(r, "letters")
		if err != nil {
			return err
		}
		text += " We have " + strings.TrimPrefix(name, "letters/") + "."
	}
	r.Session().Set("letters", r.Session().Int("letters")+1)
	if r.Session().Int("letters") > 1 {
		text += " It is not your first letter."
	}
	r.Messages().Add(messages.Success, text)
	return nil
}

// Letter sends a file back to who has written in this session.
func Letter(r *web.Request) (*web.Response, error) {
	if r.Session().Int("letters") == 0 {
		return nil, web.Forbidden.With("Only who has written may read.")
	}
	disk, err := r.App().Storage()
	if err != nil {
		return nil, err
	}
	f, err := disk.Open("letters/" + r.Arg("name"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, web.NotFound
	}
	if err != nil {
		return nil, err
	}
	return r.File(f, web.Download{Attachment: true})
}
