package hooks

import (
	"log/slog"
	"time"

	"stackgen.dev/runtime/site"
)

// PostRequest notes the requests that failed, with what they cost.
func PostRequest(r *site.Request) {
	if r.Status >= 500 {
		slog.Warn("request failed", "method", r.Method, "path", r.Path, "status", r.Status, "took", r.Duration.Round(time.Millisecond))
	}
}
