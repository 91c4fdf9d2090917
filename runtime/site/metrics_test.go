package site

import (
	"context"
	"errors"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server/supervisor"
)

// What Prometheus is answered, and what others are.
func TestMetricsHandler(t *testing.T) {
	st := &supervisor.Status{
		Processes: []supervisor.ProcessStatus{
			{Role: supervisor.RoleWorker, State: "draining", Stats: supervisor.Stats{Busy: 9}},
			{Role: supervisor.RoleWorker, State: "ready", Stats: supervisor.Stats{Busy: 2, Memory: 1 << 20},
				Total: supervisor.Stats{Requests: 7, Duration: supervisor.Histogram{Counts: []int64{3, 4}, Sum: 0.5}}},
			{Role: supervisor.RoleProxy, State: "ready"},
		},
		Restarts: map[supervisor.Reason]int64{supervisor.ReasonDeath: 3},
	}
	tests := []struct {
		name, method, path string
		err                error
		status             int
		want               []string
	}{
		{"figures", "GET", "/metrics", nil, 0, []string{
			`stackgen_workers{state="ready"} 1`, `stackgen_workers{state="draining"} 1`,
			`stackgen_worker_busy_requests{role="worker",index="0"} 2`, `stackgen_worker_memory_bytes{role="worker",index="0"} 1.048576e+06`,
			`stackgen_worker_requests_total{role="worker",index="0"} 7`,
			`stackgen_request_duration_seconds_bucket{role="worker",index="0",le="0.0005"} 3`,
			`stackgen_request_duration_seconds_count{role="worker",index="0"} 7`, `stackgen_restarts_total{reason="death"} 3`,
		}},
		{"another path", "GET", "/", nil, 404, []string{"metrics are at /metrics"}},
		{"another method", "POST", "/metrics", nil, 405, nil},
		{"no supervisor", "GET", "/metrics", errors.New("it has gone"), 503, []string{"it has gone"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{}
			x.Bind(nil, context.Background())
			x.Request.Method, x.Request.Path = tt.method, []byte(tt.path)
			metricsHandler(func(context.Context) (*supervisor.Status, error) { return st, tt.err }).Serve(x)
			if x.Response.Status != tt.status {
				t.Errorf("status %d, want %d", x.Response.Status, tt.status)
			}
			text := string(x.Response.Body().Bytes)
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			if strings.Count(text, `stackgen_worker_busy_requests{role="worker",index="0"}`) > 1 {
				t.Errorf("a series is there twice:\n%s", text)
			}
		})
	}
}

// What cannot be said of who runs a site is refused in words.
func TestIdentityRefuses(t *testing.T) {
	if _, err := credential("no such user", ""); err == nil || !strings.Contains(err.Error(), `there is no user "no such user"`) {
		t.Errorf("a user: %v", err)
	}
	if _, err := credential("", "no such group"); err == nil || !strings.Contains(err.Error(), `there is no group "no such group"`) {
		t.Errorf("a group: %v", err)
	}
	if err := setUmask("9"); err == nil || !strings.Contains(err.Error(), `workers.umask is "9"`) {
		t.Errorf("a mask: %v", err)
	}
	if c, err := credential("", ""); c != nil || err != nil {
		t.Errorf("nobody in particular: %v, %v", c, err)
	}
}

// Which tiers a machine can run alone, and what that takes.
func TestChooseTier(t *testing.T) {
	tests := []struct {
		name       string
		change     func(*Definition)
		tier, bind string
		want       string // "" is accepted
	}{
		{"all", nil, "", "", ""},
		{"the application", nil, "app", "10.0.0.2:9000", ""},
		{"the application on a socket", nil, "app", "unix:/run/app.sock", ""},
		{"the application nowhere", nil, "app", "", "give --bind"},
		{"the application at half an address", nil, "app", "9000", "give host and port"},
		{"no application", func(d *Definition) { d.App = nil }, "app", "127.0.0.1:0", "no application"},
		{"the proxy", func(d *Definition) { d.Workers.Addresses = []string{"http://10.0.0.2:9000"} }, "proxy", "", ""},
		{"the proxy of nobody", nil, "proxy", "", "workers.addresses names no machine"},
		{"the proxy with an address", nil, "proxy", "127.0.0.1:0", "--bind is for --tier app"},
		{"an address for nothing", nil, "", "127.0.0.1:0", "--bind is for --tier app"},
		{"an unknown tier", nil, "database", "", "the tiers are proxy and app"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := plain()
			if tt.change != nil {
				tt.change(&d)
			}
			s := &settings{Definition: d}
			err := s.choose(tt.tier, tt.bind)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err == nil && tt.tier == "proxy" && s.App != nil {
				t.Error("the proxy has kept the application")
			}
		})
	}
}
