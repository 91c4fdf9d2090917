// Package views holds the almanac's pages.
package views

import (
	"time"

	"stackgen.dev/runtime/web"
)

// Event is something on a day.
type Event struct {
	Title, Place, Host, Link string
	Start                    time.Time
	Seats, Taken             int
}

// Day is the day at midnight, for the moon.
func (e Event) Day() time.Time { return e.Start.Truncate(24 * time.Hour) }

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, time.UTC)
}

func events() []any {
	return []any{
		Event{"Winter sky & bright stars", "Observatory", "Ada Lovelace", "https://example.com/sky", at(time.January, 9, 18, 30), 60, 57},
		Event{"Pruning apple trees", "Orchard", "Karl von Linné", "", at(time.January, 24, 9, 0), 25, 9},
		Event{"Maps of the old town", "Library", "Maria Sibylla Merian", "https://example.com/maps", at(time.February, 12, 17, 0), 40, 40},
		Event{"Birdsong at dawn", "River meadow", "Rachel Carson", "", at(time.March, 28, 4, 45), 15, 1},
		Event{"Clocks: why & how", "Workshop", "Christiaan Huygens", "javascript:alert(1)", at(time.March, 29, 12, 0), 1250, 980},
	}
}

func page(r *web.Request, name string) (*web.Response, error) {
	return web.Render(r, name, map[string]any{"events": events(), "visitors": 1234567.5})
}

// Almanac is the page in English.
func Almanac(r *web.Request) (*web.Response, error) { return page(r, "almanac.html") }

// Kalender is the page in German.
func Kalender(r *web.Request) (*web.Response, error) { return page(r, "kalender.html") }
