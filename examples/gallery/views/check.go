// Package views holds what the site does in Go.
package views

import (
	"errors"
	"strconv"
	"strings"

	"gallery/gen/models"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Check says what is wrong with a photo, without storing it.
func Check(r *web.Request) (*web.Response, error) {
	photo := models.NewPhoto(r)
	photo.Title, photo.Code, photo.Medium = r.Query().Get("title"), r.Query().Get("code"), r.Query().Get("medium")
	if n, err := strconv.ParseInt(r.Query().Get("stars"), 10, 64); err == nil {
		photo.Stars = model.Some(n)
	}
	price, err := model.ParseDecimal(r.Query().Get("price"))
	if err != nil {
		return nil, web.BadRequest.With("The price is no number.")
	}
	photo.Price = price
	photo.Taken = model.DateOf(model.Now(r))
	err = photo.FullClean(r, models.PhotoField.Image)
	var wrong *model.ValidationError
	if !errors.As(err, &wrong) {
		if err != nil {
			return nil, err
		}
		return web.Text("good: " + photo.Title + ", " + photo.MediumDisplay() + "\n"), nil
	}
	var b strings.Builder
	for _, f := range wrong.Fields {
		for _, p := range f.Problems {
			b.WriteString(f.Field + ": " + p.Message + " (" + p.Code + ")\n")
		}
	}
	return web.Text(b.String()), nil
}
