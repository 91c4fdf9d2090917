// Package views answers for the site.
package views

import (
	"context"
	"fmt"
	"os"
	"time"

	"stackgen.dev/runtime/web"
)

// Report takes a moment, and gives up when the request's time is over: what
// it waits for has to watch the context, as databases and HTTP clients do.
func Report(r *web.Request) (*web.Response, error) {
	if err := compute(r.Context()); err != nil {
		return nil, err
	}
	return web.Text(fmt.Sprintf("Written by process %d.\n", os.Getpid())), nil
}

func compute(ctx context.Context) error {
	select {
	case <-time.After(10 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
