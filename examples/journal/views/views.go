// Package views has the journal's own steps of its generic views.
package views

import (
	"strings"
	"time"

	"journal/gen/models"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/tmpl"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// today is the day in the site's zone.
func today(r *web.Request) model.Date {
	return model.DateOf(model.Now(r).In(r.App().TimeZone()))
}

// Past leaves the entries whose day has come.
func Past(r *web.Request, entries model.Query[models.Entry]) (model.Query[models.Entry], error) {
	return entries.Filter(models.EntryField.Day.Lte(today(r))), nil
}

// Settle makes the entry's slug of its title, and wants days of this century.
func Settle(r *web.Request, form *forms.Form, entry *models.Entry) error {
	if entry.Day.Compare(model.Date{Year: 2000, Month: time.January, Day: 1}) < 0 {
		form.AddError("day", "This journal begins in the year 2000.", "early")
		return nil
	}
	entry.Slug = string(tmpl.AppendSlugify(nil, entry.Title))
	return nil
}

// Refuse answers programs that send nonsense without a page for people.
func Refuse(r *web.Request, form *forms.Form) (*web.Response, error) {
	if r.Header("Accept") != "text/plain" {
		return nil, nil // the page with the form
	}
	p := web.Text("The entry is not valid.\n")
	p.Status = 422
	return p, nil
}

// Words counts what was written so far.
func Words(r *web.Request) (int, error) {
	entries, err := models.Entries(r).All()
	n := 0
	for _, e := range entries {
		n += len(strings.Fields(e.Body))
	}
	return n, err
}

// Earlier are the three entries before one.
func Earlier(r *web.Request, entry *models.Entry) ([]*models.Entry, error) {
	return models.Entries(r).Filter(models.EntryField.Day.Lt(entry.Day)).OrderBy(models.EntryField.Day.Desc()).Limit(3).All()
}
