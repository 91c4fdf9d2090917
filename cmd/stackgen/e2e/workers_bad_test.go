//go:build e2e

package e2e

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/server/supervisor"
)

// Ensure the site outlives handlers that do what they must not, that each is
// logged with its cause, and that in process mode nobody else's request is harmed.
func TestBadHandlers(t *testing.T) {
	tests := []struct {
		how     string
		inline  int // the status of the answer, 0 for none
		process int
		log     []string
		reason  supervisor.Reason // of the replacement; empty for none
	}{
		{"loop", 503, 503, []string{"request overdue", "views.Bad", "views/views.go", "ignores its deadline", "reason=timeout"}, supervisor.ReasonTimeout},
		{"sleep", 503, 503, []string{"request overdue", "time.Sleep", "views.Bad", "reason=timeout"}, supervisor.ReasonTimeout},
		{"context", 503, 503, []string{"request overdue", "path=/bad/context"}, ""},
		{"allocate", 0, 502, []string{"more than twice its memory_limit", "GET /bad/allocate", "cause=\"it held "}, ""},
		{"exit", 0, 502, []string{"process died", "cause=\"exit status 7\""}, supervisor.ReasonDeath},
		{"panic", 500, 500, []string{"the view gives up", "views.Bad", "pre_request of GET /bad/panic true 0 0", "post_request of /bad/panic true true"}, ""},
		{"overflow", 0, 502, []string{"process died", "cause=\"fatal error: stack overflow in shop/views.overflow\"", "views/views.go"}, supervisor.ReasonDeath},
	}
	for _, mode := range modes {
		for _, tt := range tests {
			t.Run(mode+" "+tt.how, func(t *testing.T) {
				timeout := 30 * time.Second
				if tt.inline == 503 {
					timeout = 300 * time.Millisecond
				}
				graceful := "2s"
				if tt.how == "allocate" {
					graceful = "2m" // on a busy machine it takes long to reach twice the limit
				}
				s := startWorkers(t, mode, "TIMEOUT="+timeout.String(), "GRACEFUL="+graceful, "MEMORY_LIMIT=256MB", "COUNT=3")
				before := s.status().Restarts[tt.reason]
				var bad, others []answer
				var asking sync.WaitGroup
				asking.Go(func() { bad = append(bad, s.tryGet("/bad/"+tt.how)) })
				if mode == "process" {
					for range 20 {
						began := time.Now()
						a := s.tryGet("/echo")
						if a.status == 503 && time.Since(began) > timeout {
							continue // the machine did not let it be answered in time
						}
						others = append(others, a)
					}
				}
				asking.Wait()
				want := tt.inline
				if mode == "process" {
					want = tt.process
				}
				if bad[0].status != want {
					t.Errorf("answered %d, want %d: %s", bad[0].status, want, bad[0].body)
				}
				if want == 503 && bad[0].header.Get("Retry-After") == "" {
					t.Errorf("503 without Retry-After: %v", bad[0].header)
				}
				for _, a := range others {
					if a.status != 200 {
						t.Errorf("another request was answered %d: %s", a.status, a.body)
					}
				}
				for _, text := range tt.log {
					s.waitLog(text)
				}
				if tt.reason != "" {
					s.wait("a replacement", func() bool { return s.status().Restarts[tt.reason] > before })
				}
				count := workersOf(mode)
				if mode == "process" {
					count = 3
				}
				s.wait("all workers", func() bool { return len(s.serving(mode)) == count })
				s.wait("the site afterwards", func() bool { return s.tryGet("/echo").status == 200 })
			})
		}
	}
}

// Ensure a request that kills its worker is tried once more if it is safe, given
// up with 502 when it has killed two, and that an unsafe one is never sent twice.
func TestDeadlyRequests(t *testing.T) {
	for method, deaths := range map[string]int{"GET": 2, "POST": 1} {
		t.Run(method, func(t *testing.T) {
			s := startWorkers(t, "process", "COUNT=4")
			s.settled("process", 4)
			client := browser(t)
			s.ask(client, method, "/bad/exit", "").expect(t, "the deadly request", 502)
			s.wait("the deaths", func() bool { return strings.Count(s.Log(), "msg=\"process died\"") >= deaths })
			s.settled("process", 4)
			s.ask(client, method, "/echo", "").expect(t, "the next request", 200)
			if n := strings.Count(s.Log(), "msg=\"process died\""); n != deaths {
				t.Errorf("%s has killed %d workers, want %d", method, n, deaths)
			}
		})
	}
}

// Ensure a request that takes longer than slow_request is logged, and no other.
func TestSlowRequestLog(t *testing.T) {
	s := startWorkers(t, "inline")
	began := time.Now()
	s.get(browser(t), "/echo").expect(t, "a quick request", 200)
	quick := time.Since(began) < 100*time.Millisecond // which a busy machine may not let it be
	s.get(browser(t), "/bad/slow").expect(t, "a slow request", 200)
	s.waitLog("path=/bad/slow")
	want := 1
	if !quick && strings.Contains(s.Log(), "path=/echo") {
		want = 2
	}
	if n := strings.Count(s.Log(), "msg=\"slow request\""); n != want {
		t.Errorf("%d slow requests are logged, want %d", n, want)
	}
}

// tryGet asks on a connection of its own; the status is 0 where no answer comes.
func (s *site) tryGet(path string) answer {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(s.url + path)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer resp.Body.Close()
	var b strings.Builder
	buffer := make([]byte, 4096)
	for {
		n, err := resp.Body.Read(buffer)
		b.Write(buffer[:n])
		if err != nil {
			return answer{resp.StatusCode, resp.Header, b.String()}
		}
	}
}
