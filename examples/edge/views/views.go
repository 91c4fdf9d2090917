// Package views holds the site's views.
package views

import (
	"fmt"

	"stackgen.dev/runtime/web"
)

// WhoAmI says what the application knows of its client.
func WhoAmI(r *web.Request) (*web.Response, error) {
	return r.Text(fmt.Sprintf("%s at %s over %s\n", r.Client().Addr(), r.Host(), r.Scheme())), nil
}
