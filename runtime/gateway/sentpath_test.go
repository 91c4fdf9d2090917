package gateway

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The path is what was sent, in normal form, also where net/http has a view of
// its own; and what a handler in between has made of it.
func TestToHTTPPath(t *testing.T) {
	tests := []struct{ name, target, strip, want string }{
		{"plain", "/a/b?c", "", "/a/b"},
		{"encoded slash", "/a%2fb", "", "/a%2Fb"},
		{"encoded slash beside a byte that should be encoded", "/\x9c%2fb", "", "/\x9c%2Fb"},
		{"encoded slash beside a quote", `/"%2fb`, "", `/"%2Fb`},
		{"stripped prefix", "/app/a%2fb", "/app", "/a%2Fb"},
		{"dot segments", "/a/../b", "", "/b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			h := ToHTTP(HandlerFunc(func(x *Exchange) { got = string(x.Request.Path) }))
			r := httptest.NewRequest("GET", tt.target, nil)
			http.StripPrefix(tt.strip, h).ServeHTTP(httptest.NewRecorder(), r)
			if got != tt.want {
				t.Errorf("path %q, want %q", got, tt.want)
			}
		})
	}
}
