package tmpl

import (
	"testing"
	"time"
)

// visitor is a request as a page sees it.
type visitor struct{ zone *time.Location }

func (v visitor) TimeZone() *time.Location { return v.zone }

// Ensure that a page shows times in the zone that its request has, in the site's where it has none, and that the next page begins anew.
func TestZoneOfRequest(t *testing.T) {
	env := Environment("Europe/Berlin")
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	moment := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	for _, tt := range []struct {
		request any
		want    string
	}{{visitor{tokyo}, "00:09"}, {visitor{nil}, "16:09"}, {nil, "16:09"}, {"no request", "16:09"}} {
		s := env.BeginFor(tt.request)
		if got := s.local(moment).Format("15:04"); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.request, got, tt.want)
		}
	}
}
