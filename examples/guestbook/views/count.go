// Package views holds the site's own views.
package views

import (
	"fmt"

	"guestbook/gen/models"

	"stackgen.dev/runtime/web"
)

// Count answers for view.count with the number of entries.
func Count(r *web.Request) (*web.Response, error) {
	n, err := models.Entries(r).Count()
	if err != nil {
		return nil, err
	}
	return web.Text(fmt.Sprintf("%d entries\n", n)), nil
}
