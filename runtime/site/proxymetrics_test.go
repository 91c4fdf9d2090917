package site

import (
	"slices"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server/exposition"
	"stackgen.dev/runtime/server/supervisor"
)

// Ensure that figures of the proxy get from its process to Prometheus, with those of
// the processes before it, and that labels cannot break out of their quotes.
func TestProxyMetrics(t *testing.T) {
	counts := make([]int64, len(supervisor.Bounds())+1)
	counts[0], counts[1] = 2, 1
	var now supervisor.Stats
	proxyFigures{&now}.add(proxy.Figures{
		Locations: []proxy.LocationFigures{{Location: `~ "a"`, Requests: 3, Classes: map[string]int64{"2xx": 3}, Durations: proxy.Durations{Counts: counts, Sum: 0.25}, Cache: map[string]int64{"hit": 2}}},
		Upstreams: []proxy.UpstreamFigures{{Upstream: "api", Servers: []proxy.ServerStatus{{Server: "a (192.0.2.1:80)", Label: "a", State: "up", Active: 1}, {Server: "a (192.0.2.2:80)", Label: "a", State: "up", Active: 2}},
			Asked: []proxy.ServerFigures{{Server: "a", Requests: 9, Failures: map[string]int64{"timeout": 1}}}}},
		Caches: []proxy.CacheUse{{Location: "/", Entries: 7, Memory: 100}},
		Limits: []proxy.LimitUse{{Location: "/", Busy: 4}, {Location: "/x", Busy: -1}},
	}, nil, []proxy.CertificateStatus{{Listener: "public", Name: "a.example", Expires: time.Unix(1800000000, 0)}, {Listener: "public", Name: "none.example", Problem: "no"}})
	before := supervisor.Stats{Counters: map[string]int64{exposition.Series("stackgen_proxy_requests_total", "location", "/gone", "class", "2xx"): 5,
		exposition.Series("stackgen_proxy_upstream_requests_total", "upstream", "api", "server", "a"): 1}}
	st := &supervisor.Status{Processes: []supervisor.ProcessStatus{{Role: supervisor.RoleProxy, State: "ready", Stats: now, Total: now.After(before)}}}
	text := string(metricsText(st))
	for _, want := range []string{
		`stackgen_proxy_requests_total{location="~ \"a\"",class="2xx"} 3`, `stackgen_proxy_requests_total{location="/gone",class="2xx"} 5`,
		`stackgen_proxy_request_duration_seconds_bucket{location="~ \"a\"",le="0.0005"} 2`, `stackgen_proxy_request_duration_seconds_bucket{location="~ \"a\"",le="+Inf"} 3`,
		`stackgen_proxy_request_duration_seconds_sum{location="~ \"a\""} 0.25`, `stackgen_proxy_request_duration_seconds_count{location="~ \"a\""} 3`,
		`stackgen_proxy_upstream_requests_total{upstream="api",server="a"} 10`, `stackgen_proxy_upstream_servers{upstream="api",server="a",state="up"} 2`,
		`stackgen_proxy_upstream_active_requests{upstream="api",server="a"} 3`, `stackgen_proxy_limit_busy_requests{location="/"} 4`,
		`stackgen_proxy_cache_bytes{location="/",store="memory"} 100`, `stackgen_tls_certificate_expiry_seconds{listener="public",name="a.example"} 1.8e+09`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "none.example") || strings.Contains(text, `location="/x"`) {
		t.Errorf("figures of what is not there:\n%s", text)
	}
	// Each series once, and each under a family that says what it is.
	var seen []string
	family := ""
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			family, _, _ = strings.Cut(name, " ")
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		series := line[:strings.LastIndexByte(line, ' ')]
		if slices.Contains(seen, series) || !strings.HasPrefix(series, family) {
			t.Errorf("%s is there twice, or under %s", series, family)
		}
		seen = append(seen, series)
	}
}
