// Package fragments keeps the pieces of pages that the tag cache makes in the
// site's cache, so that they are shared as the rest of it is: by the processes of
// a machine, or by all machines. Only generated code of sites that declare a cache
// imports it; in others each process keeps them for itself.
package fragments

import (
	"context"
	"time"

	"stackgen.dev/runtime/tmpl"
	"stackgen.dev/runtime/web"
)

// wait bounds what a page waits for the cache: the piece is made sooner.
const wait = time.Second

// limit is the largest piece that is kept, in bytes.
const limit = 1 << 20

// Of are the pieces that pages for a request take from the site's cache, and
// keep there (the cache "template_fragments", or "default"). A cache that fails is
// gone around, and the log says so.
func Of(r *web.Request) tmpl.Fragments { return store{r} }

type store struct{ r *web.Request }

// Get is what is kept under a key.
func (s store) Get(key string) ([]byte, bool) {
	ctx, cancel := context.WithTimeout(s.r.Context(), wait)
	defer cancel()
	text, ok, err := s.r.App().Cache().Get(ctx, key)
	if err != nil {
		s.r.Log().Warn("cache: a piece of a page cannot be read", "key", key, "error", err.Error())
		return nil, false
	}
	return text, ok
}

// Set keeps a piece for a time; 0 and less keep nothing.
func (s store) Set(key string, text []byte, keep time.Duration) {
	if keep <= 0 || len(text) > limit {
		return
	}
	ctx, cancel := context.WithTimeout(s.r.Context(), wait)
	defer cancel()
	// The text is part of a page that is still being written, so the cache gets a copy.
	if err := s.r.App().Cache().Set(ctx, key, append([]byte(nil), text...), keep); err != nil {
		s.r.Log().Warn("cache: a piece of a page cannot be kept", "key", key, "error", err.Error())
	}
}

var _ tmpl.Fragments = store{}
