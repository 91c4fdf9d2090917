package proxy

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// servers reads "a*5 b c!": names with weights, "!" for a backup.
func servers(list string) (s []Server) {
	for _, word := range strings.Fields(list) {
		one := Server{URL: "unix:/" + word[:1], Name: word[:1], Backup: strings.HasSuffix(word, "!")}
		if _, weight, ok := strings.Cut(strings.TrimSuffix(word, "!"), "*"); ok {
			one.Weight = digits([]byte(weight))
		}
		s = append(s, one)
	}
	return s
}

func upstream(t *testing.T, c UpstreamConfig) *Upstream {
	t.Helper()
	u, err := NewUpstream(c)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestBalance(t *testing.T) {
	tests := []struct {
		name    string
		balance Balance
		servers string
		down    string // those that are taken out
		busy    string // a letter for each request running
		want    string // the next choices, requests finishing at once
	}{
		{"in turn", RoundRobin, "a b c", "", "", "abcabc"},
		{"by weight, smoothly", RoundRobin, "a*5 b c", "", "", "aabacaa"},
		{"nobody waits for one that is out", RoundRobin, "a b c", "b", "", "acac"},
		{"backups rest", RoundRobin, "a b!", "", "", "aaa"},
		{"backups come in", RoundRobin, "a b! c!", "a", "", "bcbc"},
		{"all out: all are tried", RoundRobin, "a b", "ab", "", "abab"},
		{"the least busy", LeastConn, "a b c", "", "aab", "ccc"},
		{"equals take turns", LeastConn, "a b c", "", "a", "bcbc"},
		{"in relation to the weight", LeastConn, "a*3 b", "", "aab", "aaa"},
		{"nobody", RoundRobin, "", "", "", "---"},
	}
	now := testTime
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := upstream(t, UpstreamConfig{Balance: tt.balance, Servers: servers(tt.servers)})
			for _, b := range u.backends {
				b.active = strings.Count(tt.busy, b.server.Name)
				if strings.Contains(tt.down, b.server.Name) {
					b.downUntil = now.Add(time.Second)
				}
			}
			got := ""
			for range tt.want {
				b := take(u, nil, now)
				if b == nil {
					got += "-"
					continue
				}
				got += b.server.Name
				u.release(b)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// take chooses a server where nobody has to wait.
func take(u *Upstream, tried []*backend, now time.Time) *backend {
	b, _, _ := u.takeOrWait(&choice{tried: tried}, now, true)
	return b
}

func TestARetryNeverGoesToTheSameServer(t *testing.T) {
	u := upstream(t, UpstreamConfig{Servers: servers("a b c!")})
	var tried []*backend
	got := ""
	for b := take(u, tried, testTime); b != nil; b = take(u, tried, testTime) {
		got += b.server.Name
		tried = append(tried, b)
	}
	if got != "abc" {
		t.Errorf("tried %s", got)
	}
}

// MaxFails failures within FailTimeout take a server out for FailTimeout.
// Ensure a request that a worker has died of goes to a worker in another place, and
// not to the successor, which may be dying as well, unless there is no other.
func TestARetryLeavesThePlaceOfADeadWorker(t *testing.T) {
	u := upstream(t, UpstreamConfig{Balance: LeastConn, Workers: true, Servers: []Server{{Name: "worker 0", URL: "unix:/0.1"}, {Name: "worker 1", URL: "unix:/1.2"}}})
	dead := u.backends[0]
	if err := u.SetServers([]Server{{Name: "worker 0", URL: "unix:/0.3"}, {Name: "worker 1", URL: "unix:/1.2"}}); err != nil {
		t.Fatal(err)
	}
	u.backends[1].active = 5 // busy, and alive
	if b := u.pick(&choice{tried: []*backend{dead}}, testTime); b == nil || b.server.Name != "worker 1" {
		t.Errorf("the retry goes to %+v", b)
	}
	if err := u.SetServers([]Server{{Name: "worker 0", URL: "unix:/0.3"}}); err != nil {
		t.Fatal(err)
	}
	if b := u.pick(&choice{tried: []*backend{dead}}, testTime); b == nil || b.server.URL != "unix:/0.3" {
		t.Errorf("with one worker alone the retry goes to %+v", b)
	}
}

func TestHealth(t *testing.T) {
	tests := []struct {
		name   string
		events string // f: a failure, s: a success, 1-9: seconds pass
		out    bool
	}{
		{"one failure", "f", false},
		{"two", "ff", true},
		{"with a success between", "fsf", false},
		{"far apart", "f6f", false},
		{"near enough", "f4f", true},
		{"still out", "ff4", true},
		{"back again", "ff5", false},
		{"an answer brings it back at once", "ffs", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := upstream(t, UpstreamConfig{Servers: servers("a b"), MaxFails: 2, FailTimeout: 5 * time.Second})
			now, b := testTime, u.backends[0]
			for _, e := range tt.events {
				switch e {
				case 'f':
					u.failed(b, now)
				case 's':
					u.succeeded(b, now)
				default:
					now = now.Add(time.Duration(e-'0') * time.Second)
				}
			}
			if out := now.Before(b.downUntil); out != tt.out {
				t.Errorf("out: %v", out)
			}
		})
	}
}

func TestPool(t *testing.T) {
	at := func(seconds int) time.Time { return testTime.Add(time.Duration(seconds) * time.Second) }
	tests := []struct {
		name string
		run  func(p *pool, c []*conn) *conn
		want int // index of the connection, -1 for none
	}{
		{"the last used first", func(p *pool, c []*conn) *conn {
			p.put(c[0], at(0))
			p.put(c[1], at(1))
			return p.get(at(2), 0)
		}, 1},
		{"no more than allowed: the oldest goes", func(p *pool, c []*conn) *conn {
			for i := range 3 {
				p.put(c[i], at(i))
			}
			p.get(at(3), 0)
			return p.get(at(3), 0)
		}, 1},
		{"idle for too long", func(p *pool, c []*conn) *conn {
			p.put(c[0], at(0))
			return p.get(at(10), 0)
		}, -1},
		{"idle for longer than the server allows", func(p *pool, c []*conn) *conn {
			c[0].timeout = 4 * time.Second
			p.put(c[0], at(0))
			return p.get(at(4), 0)
		}, -1},
		{"idle for longer than the request risks", func(p *pool, c []*conn) *conn {
			p.put(c[0], at(0))
			return p.get(at(2), time.Second)
		}, -1},
		{"too old when it comes back", func(p *pool, c []*conn) *conn {
			p.put(c[0], at(100))
			return p.get(at(100), 0)
		}, -1},
		{"too old in the pool", func(p *pool, c []*conn) *conn {
			p.put(c[0], at(95))
			return p.get(at(101), 0)
		}, -1},
		{"closed", func(p *pool, c []*conn) *conn {
			p.close()
			p.put(c[0], at(0))
			return p.get(at(0), 0)
		}, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var p pool
			p.configure(2, 10*time.Second, 100*time.Second)
			defer p.close()
			url := script(t, "unix", func(c *scriptConn) { c.in.ReadByte() })
			at, err := parseEndpoint(url)
			if err != nil {
				t.Fatal(err)
			}
			var conns []*conn
			for range 3 {
				conns = append(conns, newConn(dialNetwork(t, at.network, at.address), testTime))
			}
			got := tt.run(&p, conns)
			want := (*conn)(nil)
			if tt.want >= 0 {
				want = conns[tt.want]
			}
			if got != want {
				t.Errorf("got another connection")
			}
		})
	}
}

func TestUpstreamsThatCannotBe(t *testing.T) {
	for name, c := range map[string]UpstreamConfig{
		"balance":  {Balance: "fair"},
		"timeout":  {ReadTimeout: -1},
		"server":   {Servers: []Server{{URL: "localhost:80"}}},
		"port":     {Servers: []Server{{URL: "http://a:99999"}}},
		"conns":    {Servers: []Server{{URL: "http://a", MaxConns: -1}}},
		"queue":    {Queue: -1},
		"no CA":    {TLS: ClientTLS{TrustedCertificate: "/nonexistent"}},
		"bad CA":   {TLS: ClientTLS{TrustedCertificate: "balance_test.go"}},
		"password": {Servers: []Server{{URL: "http://a:b@c"}}},
	} {
		if _, err := NewUpstream(c); err == nil {
			t.Errorf("%s: was accepted", name)
		}
	}
	if _, err := New(Config{Upstreams: []UpstreamConfig{{Name: "a"}, {Name: "a"}}}); err == nil {
		t.Error("two of a name were accepted")
	}
}

func TestServerAddresses(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:8000": "tcp 127.0.0.1:8000", "http://example.com": "tcp example.com:80", "http://[::1]:9/": "tcp [::1]:9", "unix:/run/a.sock": "unix /run/a.sock",
		"https://example.com": "tcp example.com:443", "https://example.com:8443": "tcp example.com:8443",
	} {
		at, err := parseEndpoint(url)
		if got := at.network + " " + at.address; got != want || err != nil {
			t.Errorf("%s: %s %v", url, got, err)
		}
	}
}

func TestKeepAliveTimeout(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"timeout=5": 4 * time.Second, "max=100, timeout=60": 59 * time.Second, "timeout=1": time.Millisecond, "timeout=x": 0, "": 0, "max=5": 0, "timeout=99999999999": 0,
	} {
		var h gateway.Header
		h.Add("Keep-Alive", value)
		if got := keepAliveTimeout(&h); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
