package proxy

import "testing"

func TestRedirect(t *testing.T) {
	tests := []struct {
		name   string
		to     Template
		status int
		line   string
		want   string
	}{
		{"a fixed address", Template{{Text: "https://example.org/"}}, 301, "GET /r/x?y", "https://example.org/"},
		{"canonical host", Template{{Text: "https://www.example.com"}, {Attr: RequestURI}}, 308, "GET /r/a%20b?q=1", "https://www.example.com/r/a%20b?q=1"},
		{"no query, no question mark", Template{{Text: "https://b"}, {Attr: RequestURI}}, 302, "GET /r/", "https://b/r/"},
		{"path and query", Template{{Attr: RequestPath}, {Text: "?old="}, {Attr: RequestQuery}}, 303, "GET /r/x?a=b", "/r/x?old=a=b"},
		{"host and scheme", Template{{Attr: RequestScheme}, {Text: "://"}, {Attr: RequestHost}, {Text: "/new"}}, 307, "GET /r/", "http://example.com/new"},
		{"an encoded slash stays encoded", Template{{Attr: RequestPath}}, 301, "GET /r/a%2fb%25", "/r/a%2Fb%25"},
		{"a line break cannot be smuggled in", Template{{Attr: RequestPath}}, 301, "GET /r/a%0d%0aSet-Cookie:x", "/r/a%0D%0ASet-Cookie:x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newProxy(t, Config{Locations: []Location{{Path: "/r/", Action: Redirect{To: tt.to, Status: tt.status}}}})
			a := ask(t, p, tt.line)
			if a.status != tt.status || a.field("Location") != tt.want {
				t.Errorf("got %d %q, want %d %q", a.status, a.field("Location"), tt.status, tt.want)
			}
		})
	}
}

func TestRedirectToTheSamePathStaysOnThisHost(t *testing.T) {
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Redirect{To: Template{{Attr: RequestPath}, {Text: "/"}}}}}})
	if a := ask(t, p, "GET //evil.test/x"); a.field("Location") != "/evil.test/x/" {
		t.Errorf("redirected to %q", a.field("Location"))
	}
}

func TestToHTTPS(t *testing.T) {
	p := newProxy(t, Config{Hosts: []string{"example.com"}, TrustedProxies: networks("192.0.2.0/24"), Locations: []Location{
		{Path: "/", Action: Redirect{To: Template{{Text: "/served"}}}},
	}})
	tests := []struct {
		name   string
		port   int
		fields []string
		status int
		want   string
	}{
		{"standard port", 443, []string{"Host: example.com:80"}, 301, "https://example.com/a%20b?q"},
		{"another port", 8443, []string{"Host: example.com"}, 301, "https://example.com:8443/a%20b?q"},
		{"another host", 443, []string{"Host: evil.test"}, 421, ""},
		{"https in front", 443, []string{"Host: example.com", "X-Forwarded-Proto: https"}, 302, "/served"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, p.ToHTTPS(tt.port), "GET /a%20b?q", tt.fields...)
			if a.status != tt.status || a.field("Location") != tt.want {
				t.Errorf("got %d %q", a.status, a.field("Location"))
			}
		})
	}
}

func TestToHTTPSKeepsTheMethod(t *testing.T) {
	p := newProxy(t, Config{Headers: Headers{Set: []Field{{"X-Outer", "1"}}}})
	if a := ask(t, p.ToHTTPS(0), "POST /a", "Content-Length: 0"); a.status != 308 || a.field("X-Outer") != "1" || a.field("X-Request-ID") == "" {
		t.Errorf("got %d, X-Outer %q, X-Request-ID %q", a.status, a.field("X-Outer"), a.field("X-Request-ID"))
	}
}
