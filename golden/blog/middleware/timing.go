// Package middleware holds the blog's own layers of the onion.
package middleware

import (
	"fmt"
	"time"

	"stackgen.dev/runtime/web"
)

// Timing tells the browser's developer tools how long the view took, all
// middleware within it included.
func Timing(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		start := time.Now()
		resp, err := next(r)
		if err == nil {
			took := time.Since(start)
			resp.SetHeader("Server-Timing", fmt.Sprintf("app;dur=%.2f", float64(took.Microseconds())/1000))
		}
		return resp, err
	}
}
