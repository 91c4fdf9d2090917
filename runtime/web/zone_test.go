package web_test

import (
	"log/slog"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that a layer chooses the zone of a request, that forms read times in it, and that the next request has the site's again.
func TestTimeZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	spec := &forms.Spec{Fields: []forms.Field{{Name: "at", Kind: forms.DateTime}}}
	app, err := web.New(web.Config{
		Log: slog.New(slog.DiscardHandler), TimeZone: berlin,
		Middleware: []web.Middleware{func(next web.Handler) web.Handler {
			return func(r *web.Request) (*web.Response, error) {
				if zone, err := time.LoadLocation(r.Query().Get("zone")); err == nil && r.Query().Get("zone") != "" {
					r.SetTimeZone(zone)
				}
				return next(r)
			}
		}},
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
			form, err := spec.Bind(r, nil)
			if err != nil || !form.Valid() {
				return nil, err
			}
			return web.Text(r.TimeZone().String() + " " + form.Time("at").UTC().Format("15:04")), nil
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := webtest.New(app)
	for _, tt := range [][2]string{{"/?zone=Asia/Tokyo", "Asia/Tokyo 03:00"}, {"/", "Europe/Berlin 11:00"}, {"/?zone=Nowhere/Else", "Europe/Berlin 11:00"}} {
		if got := c.Post(tt[0], "at", "2026-03-14 12:00"); got.Body != tt[1] {
			t.Errorf("%s: %d %q, want %q", tt[0], got.Status, got.Body, tt[1])
		}
	}
}
