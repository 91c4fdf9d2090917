package site

import (
	"context"
	"fmt"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/exposition"
	"stackgen.dev/runtime/server/supervisor"
)

// metricsListener is the name of the listener for Prometheus.
const metricsListener = "stackgen metrics"

// metricsTime bounds asking the supervisor for the figures.
const metricsTime = 5 * time.Second

// serveMetrics answers Prometheus on the listener that is for it, if there is
// one. Every process that has it can: the figures are the supervisor's.
func (s *settings) serveMetrics(child *supervisor.Child, failed chan<- error) *server.Server {
	l := child.Listener(metricsListener)
	if l == nil {
		return nil
	}
	engine := server.New(server.Config{Handler: metricsHandler(child.Status), Log: s.log})
	go func() { failed <- engine.Serve(l) }()
	return engine
}

// metricsHandler answers GET /metrics.
func metricsHandler(status func(context.Context) (*supervisor.Status, error)) gateway.Handler {
	return gateway.HandlerFunc(func(x *gateway.Exchange) {
		if string(x.Request.Path) != "/metrics" {
			x.Response.Status = 404
			x.Response.Text("404 Not Found: metrics are at /metrics\n")
			return
		}
		if m := x.Request.Method; m != "GET" && m != "HEAD" {
			x.Response.Status = 405
			x.Response.Header.Add("Allow", "GET, HEAD")
			x.Response.NoContent()
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), metricsTime)
		defer cancel()
		st, err := status(ctx)
		if err != nil {
			x.Response.Status = 503
			x.Response.Text("503 Service Unavailable: " + err.Error() + "\n")
			return
		}
		x.Response.Header.Add("Content-Type", exposition.ContentType)
		x.Response.Bytes(metricsText(st))
	})
}

// metricsText is a Status as Prometheus reads it. All labels are of few values.
func metricsText(st *supervisor.Status) []byte {
	var w exposition.Writer
	each := func(name string, kind exposition.Kind, help string, value func(*supervisor.ProcessStatus) float64) {
		w.Family(name, kind, help)
		for _, p := range holders(st) {
			w.Sample(name, value(p), labels(p)...)
		}
	}
	w.Family("stackgen_workers", exposition.Gauge, "Worker processes by state.")
	states := map[string]int{"starting": 0, "ready": 0, "draining": 0}
	for _, p := range st.Processes {
		if p.Role != supervisor.RoleProxy {
			states[p.State]++
		}
	}
	for _, state := range []string{"starting", "ready", "draining"} {
		w.Sample("stackgen_workers", float64(states[state]), "state", state)
	}
	each("stackgen_worker_busy_requests", exposition.Gauge, "Requests being answered.", func(p *supervisor.ProcessStatus) float64 { return float64(p.Busy) })
	each("stackgen_worker_connections", exposition.Gauge, "Open connections.", func(p *supervisor.ProcessStatus) float64 { return float64(p.Connections) })
	each("stackgen_worker_memory_bytes", exposition.Gauge, "Memory held (resident set size).", func(p *supervisor.ProcessStatus) float64 { return float64(p.Memory) })
	each("stackgen_worker_start_time_seconds", exposition.Gauge, "When the process was started, since 1970.", func(p *supervisor.ProcessStatus) float64 {
		return float64(p.Started.UnixMilli()) / 1000
	})
	each("stackgen_worker_requests_total", exposition.Counter, "Requests begun.", func(p *supervisor.ProcessStatus) float64 { return float64(p.Total.Requests) })
	each("stackgen_worker_timeouts_total", exposition.Counter, "Requests that overstayed workers.timeout.", func(p *supervisor.ProcessStatus) float64 { return float64(p.Total.Timeouts) })
	each("stackgen_worker_slow_requests_total", exposition.Counter, "Requests that took longer than workers.slow_request.", func(p *supervisor.ProcessStatus) float64 { return float64(p.Total.Slow) })
	distribution := func(name, help string, of func(*supervisor.ProcessStatus) supervisor.Histogram) {
		w.Family(name, exposition.Distribution, help)
		for _, p := range holders(st) {
			if h := of(p); len(h.Counts) > 0 {
				w.Histogram(name, supervisor.Bounds(), h.Counts, h.Sum, labels(p)...)
			}
		}
	}
	distribution("stackgen_request_duration_seconds", "How long the application took for a request.", func(p *supervisor.ProcessStatus) supervisor.Histogram { return p.Total.Duration })
	distribution("stackgen_request_queue_seconds", "How long a request waited for the application.", func(p *supervisor.ProcessStatus) supervisor.Histogram { return p.Total.Queue })
	w.Family("stackgen_restarts_total", exposition.Counter, "Processes that took another's place, by why they did.")
	for _, why := range []supervisor.Reason{supervisor.ReasonDeath, supervisor.ReasonBoot, supervisor.ReasonTimeout, supervisor.ReasonSilent, supervisor.ReasonMaxRequests,
		supervisor.ReasonMaxLifetime, supervisor.ReasonMemory, supervisor.ReasonReload, supervisor.ReasonDrain} {
		w.Sample("stackgen_restarts_total", float64(st.Restarts[why]), "reason", string(why))
	}
	writeProxyMetrics(&w, st)
	return w.Bytes()
}

// holders are the processes that hold their places: two of one place would be
// the same series twice.
func holders(st *supervisor.Status) []*supervisor.ProcessStatus {
	var all []*supervisor.ProcessStatus
	seen := map[string]bool{}
	for _, state := range []string{"ready", "draining", "starting"} {
		for i := range st.Processes {
			p := &st.Processes[i]
			name := fmt.Sprint(p.Role, p.Index)
			if p.State == state && !seen[name] {
				seen[name] = true
				all = append(all, p)
			}
		}
	}
	return all
}

func labels(p *supervisor.ProcessStatus) []string {
	return []string{"role", string(p.Role), "index", fmt.Sprint(p.Index)}
}
