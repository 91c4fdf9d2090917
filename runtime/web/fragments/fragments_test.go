package fragments_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/fragments"
	"stackgen.dev/runtime/web/webtest"
)

// away is a cache that fails, or waits as long as it may.
type away struct {
	caches.Cache
	hangs bool
}

func (a away) fail(ctx context.Context) error {
	if a.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	return errors.New("nobody listens")
}

func (a away) Get(ctx context.Context, _ string) ([]byte, bool, error) {
	return nil, false, a.fail(ctx)
}

func (a away) Set(ctx context.Context, _ string, _ []byte, _ time.Duration) error { return a.fail(ctx) }

// Ensure that pieces are kept in the site's cache for their time, that the page goes on
// writing where they stood, and that a cache that fails or hangs is gone around and told of.
func TestFragments(t *testing.T) {
	now := time.Now()
	memory := caches.NewMemory(0, func() time.Time { return now })
	for _, tt := range []struct {
		name  string
		cache caches.Cache
		want  []string // what Get says, one request after another
		log   string
	}{
		{"a cache", memory, []string{"none", "piece", "none", "piece"}, ""},
		{"a cache that fails", away{}, []string{"none", "none"}, "nobody listens"},
		{"a cache that hangs", away{hangs: true}, []string{"none"}, "deadline exceeded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			view := &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				f := fragments.Of(r)
				if text, ok := f.Get("k"); ok {
					return web.Text(string(text)), nil
				}
				page := []byte("piece")
				f.Set("k", page, time.Minute)
				f.Set("nothing", page, 0)
				f.Set("large", make([]byte, 2<<20), time.Minute)
				copy(page, "other")
				return web.Text("none"), nil
			}}
			app, err := web.New(web.Config{Routes: []web.Route{{Pattern: "/", View: view}}, Cache: tt.cache, Log: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range tt.want {
				if i == 2 {
					now = now.Add(time.Hour)
				}
				if got := webtest.Do(app, "GET", "/"); got.Status != 200 || got.Body != want {
					t.Errorf("request %d: %d %q, want %q", i, got.Status, got.Body, want)
				}
			}
			if !strings.Contains(log.String(), tt.log) || tt.log == "" && log.Len() > 0 {
				t.Errorf("the log:\n%s", log.String())
			}
		})
	}
	for _, key := range []string{"nothing", "large"} {
		if _, ok, _ := memory.Get(t.Context(), key); ok {
			t.Errorf("%s was kept", key)
		}
	}
}
