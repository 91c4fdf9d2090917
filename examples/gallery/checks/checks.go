// Package checks says which values the site takes. Forms, resources and
// FullClean ask it.
package checks

import (
	"strings"

	"gallery/gen/models"

	"stackgen.dev/runtime/model"
)

// Code wants capital letters.
func Code(code string) error {
	if code != strings.ToUpper(code) {
		return model.Invalid("Write the code in capital letters.")
	}
	return nil
}

// Price wants no price that ends in .75, which the till cannot do.
func Price(price model.Decimal) error {
	if strings.HasSuffix(price.String(), ".75") {
		return model.Invalid("The till cannot do .75.")
	}
	return nil
}

// Photo looks at a photo as a whole.
func Photo(src model.Source, photo *models.Photo) error {
	photo.Title = strings.TrimSuffix(photo.Title, ".")
	if photo.Stars.Valid && photo.Stars.V == models.PhotoStarsPoor && photo.Medium == models.PhotoMediumSlide {
		return model.InvalidField("stars", "No slide is poor.")
	}
	if strings.EqualFold(photo.Title, photo.Code) {
		return model.Invalid("Title and code are the same.")
	}
	return nil
}
