package views

import (
	"slices"
	"strings"

	"bench/gen/models"
	"stackgen.dev/runtime/web"
)

// Fortunes are all rows and one more that is made for the request, sorted by
// their texts.
func Fortunes(r *web.Request) ([]*models.Fortune, error) {
	fortunes, err := models.Fortunes(r).All()
	if err != nil {
		return nil, err
	}
	fortunes = append(fortunes, &models.Fortune{Message: "Additional fortune added at request time."})
	slices.SortFunc(fortunes, func(a, b *models.Fortune) int { return strings.Compare(a.Message, b.Message) })
	return fortunes, nil
}
