// Package caches keeps values for some time (Django's cache framework): in
// memory with a bound on their size, or in files. What is kept may be gone at any
// time; a value that is not there is ok = false and no error. Errors come from
// stores that fail, and a site does well to go on without.
//
//	var stats Stats
//	err := caches.JSON(ctx, cache, "stats", time.Minute, &stats, func() (any, error) { return count(ctx) })
package caches
