package site

import (
	"slices"
	"strings"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/exposition"
	"stackgen.dev/runtime/server/inflight"
	"stackgen.dev/runtime/server/supervisor"
)

// proxyFamilies are the metrics of the web server tier. Their labels hold what the
// site file names and words of the runtime's own, nothing that a client sends.
var proxyFamilies = []struct {
	name string
	kind exposition.Kind
	help string
}{
	{"stackgen_proxy_requests_total", exposition.Counter, "Requests by location and class of status."},
	{"stackgen_proxy_response_bytes_total", exposition.Counter, "Bytes of bodies sent to clients."},
	{"stackgen_proxy_request_duration_seconds", exposition.Distribution, "From the first byte of a request to the last of its answer."},
	{"stackgen_proxy_refused_total", exposition.Counter, "Requests turned away, by which limit or check."},
	{"stackgen_proxy_cache_requests_total", exposition.Counter, "Requests by what a cache did with them."},
	{"stackgen_proxy_cache_entries", exposition.Gauge, "Answers that are kept."},
	{"stackgen_proxy_cache_bytes", exposition.Gauge, "Bytes that are kept, in memory and on the disk."},
	{"stackgen_proxy_cache_failures_total", exposition.Counter, "Answers that could not be written to the disk."},
	{"stackgen_proxy_limit_busy_requests", exposition.Gauge, "Requests within a limit_conn."},
	{"stackgen_proxy_upstream_requests_total", exposition.Counter, "Requests sent to a server, those tried again included."},
	{"stackgen_proxy_upstream_failures_total", exposition.Counter, "Requests that a server did not answer, by why."},
	{"stackgen_proxy_upstream_retries_total", exposition.Counter, "Requests sent to another server after one had failed."},
	{"stackgen_proxy_upstream_duration_seconds", exposition.Distribution, "How long servers took to begin an answer."},
	{"stackgen_proxy_upstream_servers", exposition.Gauge, "Addresses of a server by state: up, down, drain, backup, failed, sick."},
	{"stackgen_proxy_upstream_active_requests", exposition.Gauge, "Requests that a server has now."},
	{"stackgen_proxy_connections", exposition.Gauge, "Open connections of clients."},
	{"stackgen_proxy_connections_total", exposition.Counter, "Connections accepted."},
	{"stackgen_tls_handshakes_total", exposition.Counter, "TLS handshakes by version, failed ones included."},
	{"stackgen_tls_certificate_expiry_seconds", exposition.Gauge, "When a certificate ends, since 1970."},
}

// measured says whether anybody asks what the proxy counts.
func (s *settings) measured() bool { return s.Workers.Metrics != "" || s.ShowsStatus }

// measure has the proxy count, where anybody asks.
func (s *settings) measure() {
	if s.measured() {
		s.Proxy.DurationBounds = inflight.Bounds()
	}
}

// proxyFigures are the figures of the web server tier as the supervisor collects them.
type proxyFigures struct{ *supervisor.Stats }

// add adds what the proxy and the engines have counted.
func (f proxyFigures) add(p proxy.Figures, engines []*server.Server, certificates []proxy.CertificateStatus) {
	f.Counters, f.Gauges, f.Distributions = map[string]int64{}, map[string]float64{}, map[string]supervisor.Histogram{}
	for _, l := range p.Locations {
		for class, n := range l.Classes {
			f.Counters[exposition.Series("stackgen_proxy_requests_total", "location", l.Location, "class", class)] = n
		}
		for by, n := range l.Refused {
			f.Counters[exposition.Series("stackgen_proxy_refused_total", "location", l.Location, "by", by)] = n
		}
		for result, n := range l.Cache {
			f.Counters[exposition.Series("stackgen_proxy_cache_requests_total", "location", l.Location, "result", result)] = n
		}
		if l.Requests > 0 {
			f.Counters[exposition.Series("stackgen_proxy_response_bytes_total", "location", l.Location)] = l.Bytes
			f.Distributions[exposition.Series("stackgen_proxy_request_duration_seconds", "location", l.Location)] = supervisor.Histogram(l.Durations)
		}
	}
	for _, c := range p.Caches {
		if c.MostDisk > 0 {
			f.Counters[exposition.Series("stackgen_proxy_cache_failures_total", "location", c.Location)] += c.Failures
		}
		f.Gauges[exposition.Series("stackgen_proxy_cache_entries", "location", c.Location)] += float64(c.Entries)
		f.Gauges[exposition.Series("stackgen_proxy_cache_bytes", "location", c.Location, "store", "memory")] += float64(c.Memory)
		f.Gauges[exposition.Series("stackgen_proxy_cache_bytes", "location", c.Location, "store", "disk")] += float64(c.Disk)
	}
	for _, l := range p.Limits {
		if l.Busy >= 0 {
			f.Gauges[exposition.Series("stackgen_proxy_limit_busy_requests", "location", l.Location)] += float64(l.Busy)
		}
	}
	for _, u := range p.Upstreams {
		f.upstream(u)
	}
	for _, e := range engines {
		f.engine(e.Stats())
	}
	for _, c := range certificates {
		if !c.Expires.IsZero() {
			f.Gauges[exposition.Series("stackgen_tls_certificate_expiry_seconds", "listener", c.Listener, "name", c.Name)] = float64(c.Expires.Unix())
		}
	}
}

func (f proxyFigures) upstream(u proxy.UpstreamFigures) {
	for _, s := range u.Asked {
		f.Counters[exposition.Series("stackgen_proxy_upstream_requests_total", "upstream", u.Upstream, "server", s.Server)] = s.Requests
		for why, n := range s.Failures {
			f.Counters[exposition.Series("stackgen_proxy_upstream_failures_total", "upstream", u.Upstream, "server", s.Server, "reason", why)] = n
		}
	}
	f.Counters[exposition.Series("stackgen_proxy_upstream_retries_total", "upstream", u.Upstream)] = u.Retries
	if len(u.Waits.Counts) > 0 {
		f.Distributions[exposition.Series("stackgen_proxy_upstream_duration_seconds", "upstream", u.Upstream)] = supervisor.Histogram(u.Waits)
	}
	for _, s := range u.Servers {
		f.Gauges[exposition.Series("stackgen_proxy_upstream_servers", "upstream", u.Upstream, "server", s.Label, "state", s.State)]++
		f.Gauges[exposition.Series("stackgen_proxy_upstream_active_requests", "upstream", u.Upstream, "server", s.Label)] += float64(s.Active)
	}
}

func (f proxyFigures) engine(st server.Stats) {
	f.Gauges["stackgen_proxy_connections"] += float64(st.Connections)
	f.Counters["stackgen_proxy_connections_total"] += st.Accepted
	for result, n := range map[string]int64{"TLS 1.2": st.TLS12, "TLS 1.3": st.TLS13, "failed": st.TLSFailed} {
		if n > 0 {
			f.Counters[exposition.Series("stackgen_tls_handshakes_total", "result", result)] += n
		}
	}
}

// writeProxyMetrics writes the figures of the processes that serve the public.
func writeProxyMetrics(w *exposition.Writer, st *supervisor.Status) {
	var all supervisor.Stats
	all.Counters, all.Gauges, all.Distributions = map[string]int64{}, map[string]float64{}, map[string]supervisor.Histogram{}
	for _, p := range holders(st) {
		for name, n := range p.Total.Counters {
			all.Counters[name] += n
		}
		for name, v := range p.Gauges {
			all.Gauges[name] += v
		}
		for name, h := range p.Total.Distributions {
			all.Distributions[name] = all.Distributions[name].Plus(h)
		}
	}
	for _, family := range proxyFamilies {
		var series []string
		of := func(name string) {
			if plain, _, _ := strings.Cut(name, "{"); plain == family.name {
				series = append(series, name)
			}
		}
		for name := range all.Counters {
			of(name)
		}
		for name := range all.Gauges {
			of(name)
		}
		for name := range all.Distributions {
			of(name)
		}
		if len(series) == 0 {
			continue
		}
		slices.Sort(series)
		w.Family(family.name, family.kind, family.help)
		for _, name := range series {
			switch family.kind {
			case exposition.Counter:
				w.Value(name, float64(all.Counters[name]))
			case exposition.Gauge:
				w.Value(name, all.Gauges[name])
			default:
				h := all.Distributions[name]
				w.Distribution(name, supervisor.Bounds(), h.Counts, h.Sum)
			}
		}
	}
}
