package proxy_test

import (
	"testing"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/proxytest"
)

// Ensure that a path which a client chose never becomes the name of a host by way of a map: browsers take "/\" for "//".
func TestRedirectByMap(t *testing.T) {
	p := proxytest.NewConfig(t, nil, proxy.Config{
		Maps: []proxy.Map{{Name: "moved", Source: proxy.Template{{Attr: proxy.RequestPath}}, Default: proxy.Template{{Attr: proxy.RequestPath}},
			Rows: []proxy.MapRow{{Key: "/old", Value: proxy.Template{{Text: "/new?a=1"}}}, {Key: "~ ^/x(.*)$", Value: proxy.Template{{Attr: proxy.MatchGroup + "1"}}}}}},
		Locations: []proxy.Location{{Path: "/", Action: proxy.Redirect{To: proxy.Template{{Attr: proxy.MapValue + "moved"}}, Status: 302}}},
	})
	for path, want := range map[string]string{
		"/%5Cevil.example/":    "/%5Cevil.example/",
		"/x/%5C/evil.example/": "/%5C/evil.example/",
		"/x//evil.example/":    "/evil.example/",
		"/x/%09/evil.example/": "/%09/evil.example/",
		"/old":                 "/new?a=1",
	} {
		if got := proxytest.Ask(t, p, "GET "+path).Field("Location"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
