package gateway_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Ensure that a request which net/http has read ends with its client, one that others wait for
// does not, and both end with the process.
func TestOutliveClientOverHTTP(t *testing.T) {
	ends := func(ctx context.Context) bool { // which may take as long as the machine takes
		select {
		case <-ctx.Done():
			return true
		case <-time.After(patience):
			return false
		}
	}
	goesOn := func(ctx context.Context) bool {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(50 * time.Millisecond):
			return true
		}
	}
	for _, outlives := range []bool{false, true} {
		process, stop := context.WithCancel(t.Context())
		client, leave := context.WithCancel(t.Context())
		served := false
		h := &gateway.HTTPHandler{Base: process, Handler: gateway.HandlerFunc(func(x *gateway.Exchange) {
			served = true
			if outlives {
				x.OutliveClient()
			}
			ctx := x.Context()
			if !goesOn(ctx) {
				t.Errorf("outlives %v: over before anything happened", outlives)
			}
			leave()
			if outlives && !goesOn(ctx) || !outlives && !ends(ctx) {
				t.Errorf("outlives %v: its context says otherwise when the client has left", outlives)
			}
			stop()
			if !ends(ctx) {
				t.Errorf("outlives %v: goes on after the process", outlives)
			}
		})}
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(client, "GET", "/", nil))
		if !served {
			t.Error("the handler was not called")
		}
		stop()
		leave()
	}
}
