// Package views keeps and hands out the documents of members.
package views

import (
	"errors"
	"io/fs"

	"stackgen.dev/golden/members/gen/accounts"
	"stackgen.dev/golden/members/gen/models"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/auth"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/messages"
)

// Upload keeps a file as a document of who sent it.
func Upload(r *web.Request, form *forms.Form) error {
	user, err := accounts.Of(r)
	if err != nil {
		return err
	}
	name, err := form.File("file").Save(r, "documents")
	if err != nil {
		return err
	}
	d := models.NewDocument(r)
	d.Title, d.File, d.OwnerID = form.String("title"), name, user.ID
	if err := d.Create(r); err != nil {
		return err
	}
	r.Messages().Add(messages.Success, d.Title+" is there.")
	return nil
}

// MayRead lets members read their own documents, and those of others who may.
func MayRead(r *web.Request) (bool, error) {
	user, err := accounts.Of(r)
	if err != nil || !user.IsAuthenticated() {
		return false, err
	}
	d, err := models.GetDocument(r, r.ArgInt("id"))
	if errors.Is(err, model.ErrNotFound) {
		return true, nil // and the view says so
	}
	if err != nil || d.OwnerID == user.ID {
		return err == nil, err
	}
	return auth.HasPerm(r, "read_document")
}

// Document sends a file.
func Document(r *web.Request) (*web.Response, error) {
	d, err := models.GetDocument(r, r.ArgInt("id"))
	if errors.Is(err, model.ErrNotFound) {
		return nil, web.NotFound
	}
	if err != nil {
		return nil, err
	}
	disk, err := r.App().Storage()
	if err != nil {
		return nil, err
	}
	f, err := disk.Open(d.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, web.NotFound
	}
	if err != nil {
		return nil, err
	}
	return r.File(f, web.Download{Attachment: true})
}
