package proxy

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// distribution has many keys choose, and counts who has them.
func distribution(t *testing.T, u *Upstream, keys int, now time.Time) (share map[string]int, owner []string) {
	t.Helper()
	share = map[string]int{}
	for k := range keys {
		b, _, _ := u.takeOrWait(&choice{key: hashBytes([]byte("key " + strconv.Itoa(k)))}, now, true)
		if b == nil {
			t.Fatal("nobody was chosen")
		}
		share[b.server.Name]++
		owner = append(owner, b.server.Name)
		u.release(b)
	}
	return share, owner
}

// Ensure that a hash spreads keys by weight, that the same key comes to the same server, and that
// when one goes only its keys move.
func TestHashDistribution(t *testing.T) {
	const keys = 20000
	key := Template{{Attr: RequestURI}}
	u := upstream(t, UpstreamConfig{Balance: Hash, HashKey: key, Servers: servers("a*3 b c d!")})
	share, before := distribution(t, u, keys, testTime)
	for name, want := range map[string]float64{"a": 0.6, "b": 0.2, "c": 0.2, "d": 0} {
		if got := float64(share[name]) / keys; math.Abs(got-want) > 0.02 {
			t.Errorf("%s has %.3f of the keys, want %.3f", name, got, want)
		}
	}
	if _, again := distribution(t, u, keys, testTime); strings.Join(again, "") != strings.Join(before, "") {
		t.Error("keys moved although nothing changed")
	}
	u.backends[1].sick = true
	_, after := distribution(t, u, keys, testTime)
	for i := range before {
		if before[i] != "b" && after[i] != before[i] || after[i] == "b" {
			t.Fatalf("key %d moved from %s to %s", i, before[i], after[i])
		}
	}
	// Another process, with the servers in another order, agrees.
	other := upstream(t, UpstreamConfig{Balance: Hash, HashKey: key, Servers: servers("c d! b a*3")})
	if _, there := distribution(t, other, keys, testTime); strings.Join(there, "") != strings.Join(before, "") {
		t.Error("two processes send keys to different servers")
	}
}

// Ensure what counts of a client's address.
func TestIPHashKey(t *testing.T) {
	u := upstream(t, UpstreamConfig{Balance: IPHash, Servers: servers("a b")})
	key := func(a string) uint64 {
		x := new(gateway.Exchange)
		x.Request.Client = netip.AddrPortFrom(netip.MustParseAddr(a), 1)
		return u.key(x, new(visit))
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.200", true},
		{"192.0.2.1", "192.0.3.1", false},
		{"::ffff:192.0.2.1", "192.0.2.9", true},
		{"2001:db8:1:2:3::4", "2001:db8:1:2:9::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
	} {
		if got := key(tt.a) == key(tt.b); got != tt.same {
			t.Errorf("%s and %s: the same is %v", tt.a, tt.b, got)
		}
	}
}

// Ensure that of two drawn servers the less busy gets the request, that draws go by
// weight, and that nobody is drawn who is out, full or tried.
func TestRandomOfTwo(t *testing.T) {
	u := upstream(t, UpstreamConfig{Balance: Random, Servers: servers("a*2 b c d")})
	source := rand.New(rand.NewPCG(1, 2))
	u.chance = source.IntN
	const requests = 20000
	share, _ := distribution(t, u, requests, testTime)
	// The first of two equals is taken: it was drawn by weight.
	for name, want := range map[string]float64{"a": 0.4, "b": 0.2, "c": 0.2, "d": 0.2} {
		if got := float64(share[name]) / requests; math.Abs(got-want) > 0.02 {
			t.Errorf("%s has %.3f, want %.3f", name, got, want)
		}
	}
	// Requests that last: the busiest of n is never far from the others.
	running := map[string]int{}
	for range 1000 {
		b, _, _ := u.takeOrWait(&choice{}, testTime, true)
		running[b.server.Name]++
	}
	if running["a"] < 380 || running["a"] > 420 || running["b"] < 180 || running["b"] > 220 {
		t.Errorf("a thousand running requests: %v", running)
	}
	u.backends[0].sick, u.backends[1].server.Down = true, true
	for range 100 {
		if b, _, _ := u.takeOrWait(&choice{tried: u.backends[2:3]}, testTime, true); b != u.backends[3] {
			t.Fatalf("%s was drawn", b.server.Name)
		}
	}
}

// Ensure who is chosen of servers that are down, drain, or hold a client.
func TestStickyChoice(t *testing.T) {
	const a, b, c = 0, 1, 2
	for _, tt := range []struct {
		name   string
		change func(s []*backend)
		stuck  int
		want   string
	}{
		{"a client comes back", func([]*backend) {}, b, "bbb"},
		{"its server is down", func(s []*backend) { s[b].server.Down = true }, b, "aca"},
		{"its server is out", func(s []*backend) { s[b].downUntil = testTime.Add(time.Second) }, b, "aca"},
		{"its server fails its checks", func(s []*backend) { s[b].sick = true }, b, "aca"},
		{"its server drains", func(s []*backend) { s[b].server.Drain = true }, b, "bbb"},
		{"another drains", func(s []*backend) { s[b].server.Drain = true }, -1, "aca"},
		{"its server is full", func(s []*backend) { s[b].server.MaxConns, s[b].active = 1, 1 }, b, "aca"},
		{"all out: all are tried, but those that are down", func(s []*backend) { s[a].sick, s[b].sick, s[c].server.Down = true, true, true }, -1, "aba"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := upstream(t, UpstreamConfig{Sticky: &Sticky{Cookie: "s"}, Servers: servers("a b c")})
			tt.change(u.backends)
			got := ""
			for range tt.want {
				ch := &choice{}
				if tt.stuck >= 0 {
					ch.stuck = u.backends[tt.stuck].id
				}
				if s, _, _ := u.takeOrWait(ch, testTime, true); s != nil {
					got += s.server.Name
					u.release(s)
				}
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Ensure that only a cookie of the right form names a server.
func TestStickyCookie(t *testing.T) {
	s := &Sticky{Cookie: "s"}
	for cookie, want := range map[string]uint64{
		"s=00000000000000ff": 255, "a=1; s=00000000000000ff; b=2": 255, "s=ff": 0, "s=00000000000000fg": 0, "t=00000000000000ff": 0, "s": 0, "": 0,
		"s=00000000000000ff00": 0, "xs=00000000000000ff": 0,
	} {
		x := exchange(t, "GET /", "Cookie: "+cookie)
		if got := s.stuckTo(&x.Request); got != want {
			t.Errorf("%q: %d", cookie, got)
		}
	}
}

// Ensure that a server that was out comes back slowly, whoever had taken it out.
func TestSlowStart(t *testing.T) {
	for _, how := range []string{"requests", "checks"} {
		u := upstream(t, UpstreamConfig{Servers: servers("a b"), MaxFails: 1, FailTimeout: 5 * time.Second, SlowStart: 10 * time.Second,
			HealthCheck: &HealthCheck{Path: "/"}})
		now := testTime
		if how == "requests" {
			u.failed(u.backends[1], now)
			now = now.Add(5 * time.Second)
		} else {
			u.checked(u.backends[1], errConnect, now)
			now = now.Add(time.Hour)
			u.checked(u.backends[1], nil, now)
		}
		for _, step := range []struct {
			after time.Duration
			least int // requests of a hundred
			most  int
		}{{time.Second, 6, 12}, {5 * time.Second, 30, 36}, {10 * time.Second, 49, 51}, {time.Hour, 50, 50}} {
			count := 0
			for range 100 {
				if b := take(u, nil, now.Add(step.after)); b == u.backends[1] {
					count++
					u.release(b)
				} else {
					u.release(b)
				}
			}
			if count < step.least || count > step.most {
				t.Errorf("%s, %s after: %d of 100 requests", how, step.after, count)
			}
		}
	}
}

// Ensure that retries are a part of the requests, beside ten a second.
func TestRetryBudget(t *testing.T) {
	for _, tt := range []struct {
		name     string
		percent  int
		requests int
		over     time.Duration
		want     int
	}{
		{"few requests, all again", 20, 5, time.Second, 5},
		{"many: a fifth and ten", 20, 200, 0, 50},
		{"many in two seconds: some more", 20, 200, 2 * time.Second, 70},
		{"no share: those few", 0, 1000, time.Second, 20},
		{"not more than are saved up", 0, 1, time.Hour, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r retryBudget
			now, again := testTime, 0
			r.request(tt.percent, now)
			r.tokens = retriesASecond
			for range tt.requests {
				now = now.Add(tt.over / time.Duration(tt.requests))
				r.request(tt.percent, now)
				if r.take() {
					again++
				}
			}
			if again < tt.want-1 || again > tt.want+1 {
				t.Errorf("%d of %d were sent again, want %d", again, tt.requests, tt.want)
			}
		})
	}
}

// Ensure that mistakes are told.
func TestUpstreamMistakes(t *testing.T) {
	for want, c := range map[string]UpstreamConfig{
		"hash key":         {Balance: Hash},
		"which needs one":  {HashKey: Template{{Attr: RequestURI}}},
		"is not \"round_r": {Balance: "best"},
		"is not a path":    {HealthCheck: &HealthCheck{Path: "x"}},
		"can be":           {HealthCheck: &HealthCheck{Path: "/", Status: 600}},
		"of a cookie":      {Sticky: &Sticky{Cookie: "a;b"}},
		"is negative":      {Tries: -1},
	} {
		if _, err := NewUpstream(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", c, err)
		}
	}
}
