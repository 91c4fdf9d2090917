package tags

import (
	"fmt"
	"html"
	"time"

	"stackgen.dev/runtime/tmpl"
	"stackgen.dev/runtime/web"
)

// Moon is a picture of the moon on a day: {% moon event.day %}.
func Moon(day time.Time) (string, error) {
	if day.IsZero() {
		return "", fmt.Errorf("tags: moon of no day")
	}
	const month = 29.530588853
	age := day.Sub(time.Date(2000, 1, 6, 18, 14, 0, 0, time.UTC)).Hours() / 24
	phase := int(age/month*8+0.5) % 8
	if phase < 0 {
		phase += 8
	}
	return string([]rune("🌑🌒🌓🌔🌕🌖🌗🌘")[phase]), nil
}

// Panel puts a frame with a title around what stands inside:
// {% panel title="Notes" %}…{% endpanel %}.
func Panel(content tmpl.Safe, title string) tmpl.Safe {
	return `<section class="panel"><h2>` + tmpl.Safe(html.EscapeString(title)) + "</h2>" + content + "</section>"
}

// Upcoming are the next events, for _upcoming.html: {% upcoming events count=2 %}.
func Upcoming(events []any, count int) map[string]any {
	return map[string]any{"events": events[:min(count, len(events))]}
}

// Edition is a name that every page knows.
func Edition(r *web.Request) string { return "No. 7" }
