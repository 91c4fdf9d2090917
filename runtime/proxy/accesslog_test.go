package proxy

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

func logged(t *testing.T, format LogFormat, x *gateway.Exchange) string {
	t.Helper()
	var out strings.Builder
	app := gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Route = "/posts/<slug>/"
		x.Response.Text("hello")
	})
	p := newProxy(t, Config{App: app, AccessLog: &out, AccessLogFormat: format, Locations: []Location{{Path: "/", Action: Forward{App: true}}}})
	p.now = func() time.Time { return testTime }
	x.Start = testTime.Add(-1500 * time.Microsecond)
	x.Request.ID = "id-1"
	p.Serve(x)
	collect(t, x)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAccessLog(t *testing.T) {
	tests := []struct {
		name   string
		format LogFormat
		line   string
		fields []string
		want   string
	}{
		{"combined", LogCombined, "GET /a?b=c", []string{"Referer: https://x/", "User-Agent: curl/8"},
			`192.0.2.1 - - [14/Mar/2026:15:09:26 +0000] "GET /a?b=c HTTP/1.1" 200 5 "https://x/" "curl/8"` + "\n"},
		{"nothing said", "", "GET /", nil, `192.0.2.1 - - [14/Mar/2026:15:09:26 +0000] "GET / HTTP/1.1" 200 5 "-" "-"` + "\n"},
		{"quotes and bytes are escaped", LogCombined, "GET /", []string{"User-Agent: a\" \\ \té"},
			`192.0.2.1 - - [14/Mar/2026:15:09:26 +0000] "GET / HTTP/1.1" 200 5 "-" "a\x22 \x5C \x09\xC3\xA9"` + "\n"},
		{"json", LogJSON, "GET /a", []string{"User-Agent: \"é\""},
			`{"time":"2026-03-14T15:09:26.000Z","id":"id-1","client":"192.0.2.1","method":"GET","scheme":"http","host":"example.com","target":"/a","proto":"HTTP/1.1","status":200,"bytes":5,"duration_ms":1.500,"route":"/posts/<slug>/","user_agent":"\"é\""}` + "\n"},
		{"off", LogOff, "GET /", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := logged(t, tt.format, exchange(t, tt.line, tt.fields...)); got != tt.want {
				t.Errorf("got  %swant %s", got, tt.want)
			}
		})
	}
}

func TestLogLinesCannotBeForged(t *testing.T) {
	hostile := "\n\r\x00\x1b[31m\x7f\"\\\x85\u2028\u0085\xff{\"status\":200}"
	for _, format := range []LogFormat{LogCombined, LogJSON} {
		x := exchange(t, "GET /")
		x.Request.Target = []byte(hostile)
		x.Request.Header.Add("User-Agent", hostile)
		x.Request.Client = netip.AddrPort{}
		got := logged(t, format, x)
		if strings.Count(got, "\n") != 1 || strings.ContainsFunc(got[:len(got)-1], isControl) {
			t.Errorf("%s: %q", format, got)
		}
		if strings.ContainsAny(got, "\u0085\u2028") {
			t.Errorf("%s holds a line separator: %q", format, got)
		}
		if format == LogJSON {
			var object map[string]any
			if err := json.Unmarshal([]byte(got), &object); err != nil {
				t.Errorf("%v: %s", err, got)
			}
		}
	}
}

type failing struct{ writes int }

func (f *failing) Write([]byte) (int, error) {
	f.writes++
	return 0, errors.New("disk full")
}

func TestAFailingLogIsReportedOnceAndStopsNothing(t *testing.T) {
	var messages strings.Builder
	out := new(failing)
	a, err := newAccessLog(out, LogJSON, LogRules{}, slog.New(slog.NewTextHandler(&messages, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		a.record(exchange(t, "GET /"), testTime)
		if err := a.close(); err == nil {
			t.Error("close reports nothing")
		}
	}
	if n := strings.Count(messages.String(), "lost"); out.writes != 3 || n != 1 {
		t.Errorf("%d writes, %d messages", out.writes, n)
	}
}

func TestLogIsWrittenInBatches(t *testing.T) {
	r, w := io.Pipe()
	a, err := newAccessLog(w, LogCombined, LogRules{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		x := exchange(t, "GET /"+strings.Repeat("a", 1000))
		for range logBatch/1000 + 1 {
			a.record(x, testTime)
		}
		a.close()
		w.Close()
	}()
	first := make([]byte, 2*logBatch)
	n, err := r.Read(first)
	if err != nil || n < logBatch {
		t.Errorf("the first write has %d bytes: %v", n, err)
	}
	io.Copy(io.Discard, r)
}

func TestLogIsWrittenWithoutMoreTraffic(t *testing.T) {
	r, w := io.Pipe()
	a, err := newAccessLog(w, LogCombined, LogRules{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	a.record(exchange(t, "GET /"), testTime)
	line := make([]byte, 1000)
	if n, err := r.Read(line); err != nil || !strings.HasSuffix(string(line[:n]), "\"-\"\n") {
		t.Errorf("read %q %v", line[:n], err)
	}
}

func TestErrorPages(t *testing.T) {
	p := newProxy(t, Config{})
	tests := []struct{ accept, kind, start string }{
		{"", "text/plain; charset=utf-8", "404 Not Found\nRequest "},
		{"*/*", "text/plain; charset=utf-8", "404 Not Found\nRequest "},
		{"application/json", "text/plain; charset=utf-8", "404"},
		{"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8", "<!doctype html>"},
		{"text/html;q=0, text/plain", "text/plain; charset=utf-8", "404"},
	}
	for _, tt := range tests {
		t.Run(tt.accept, func(t *testing.T) {
			a := ask(t, p, "GET /<script>", "Accept: "+tt.accept)
			if a.status != 404 || a.field("Content-Type") != tt.kind || !strings.HasPrefix(a.body, tt.start) {
				t.Errorf("%d %s %q", a.status, a.field("Content-Type"), a.body)
			}
			if !strings.Contains(a.body, a.field("X-Request-ID")) || strings.Contains(a.body, "script") {
				t.Errorf("%q", a.body)
			}
		})
	}
}

func TestErrorsAreLoggedWithTheirID(t *testing.T) {
	var messages strings.Builder
	p := newProxy(t, Config{
		Log:       slog.New(slog.NewTextHandler(&messages, nil)),
		Upstreams: []UpstreamConfig{{Name: "legacy"}},
		Locations: []Location{{Path: "/", Action: Forward{Upstream: "legacy"}}},
	})
	a := ask(t, p, "GET /x")
	for _, want := range []string{"level=ERROR", "status=503", "id=" + a.field("X-Request-ID"), "upstream legacy: no server is there", "path=/x"} {
		if !strings.Contains(messages.String(), want) {
			t.Errorf("%q is missing in %s", want, messages.String())
		}
	}
	if a.status != 503 || a.field("Retry-After") != "1" {
		t.Errorf("%d, Retry-After %q", a.status, a.field("Retry-After"))
	}
}
