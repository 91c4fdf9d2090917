package proxy

import (
	"slices"
	"time"
)

// Figures are what the proxy has counted since it was made, and what it has now.
type Figures struct {
	Since     time.Time         `json:"since"`
	Locations []LocationFigures `json:"locations"`
	Upstreams []UpstreamFigures `json:"upstreams"`
	Caches    []CacheUse        `json:"caches"`
	Limits    []LimitUse        `json:"limits"`
	// Errors are the last requests that were answered with 5xx, the newest first.
	Errors []RecentError `json:"errors"`
}

// LocationFigures are the requests of all locations with one label; "none" is the label
// of those that no location answers.
type LocationFigures struct {
	Location string `json:"location"`
	Requests int64  `json:"requests"`
	// Classes counts them by the first digit of their status: "2xx".
	Classes map[string]int64 `json:"classes"`
	// Bytes were sent as bodies.
	Bytes int64 `json:"bytes"`
	// Durations are from the first byte of a request to the last of its answer.
	Durations Durations `json:"durations"`
	// Cache counts what a cache did, by [CacheResult], Refused who turned requests away, by [Refusal].
	Cache   map[string]int64 `json:"cache,omitempty"`
	Refused map[string]int64 `json:"refused,omitempty"`
}

// Durations counts durations by size, in buckets whose upper ends are
// Config.DurationBounds; one more holds what is above. Sum is in seconds.
type Durations struct {
	Counts []int64 `json:"counts,omitempty"`
	Sum    float64 `json:"sum"`
}

// UpstreamFigures are an upstream's.
type UpstreamFigures struct {
	Upstream string         `json:"upstream"`
	Servers  []ServerStatus `json:"servers"`
	// Asked are the servers by their labels, each once however many addresses it has.
	Asked []ServerFigures `json:"asked"`
	// Retries counts how often a request was sent to another server.
	Retries int64 `json:"retries"`
	// Waits are how long servers took to begin an answer.
	Waits Durations `json:"waits"`
}

// ServerFigures are a server's.
type ServerFigures struct {
	Server   string `json:"server"`
	Requests int64  `json:"requests"`
	// Failures counts by what went wrong: connect, timeout, closed, malformed.
	Failures map[string]int64 `json:"failures,omitempty"`
}

// CacheUse is what a cache holds.
type CacheUse struct {
	Location string `json:"location"`
	// Entries are the answers that it holds, Memory and Disk bytes.
	Entries    int   `json:"entries"`
	Memory     int64 `json:"memory"`
	MostMemory int64 `json:"most_memory"`
	Disk       int64 `json:"disk"`
	MostDisk   int64 `json:"most_disk"`
	// Failures are the answers that could not be written to the disk.
	Failures int64 `json:"failures"`
}

// CacheHolder is a [LayerHandler] that is a cache.
type CacheHolder interface{ CacheUse() CacheUse }

// LimitUse is a limit and what it does now.
type LimitUse struct {
	Location string `json:"location"`
	Kind     string `json:"kind"` // the block's name
	Limit    string `json:"limit"`
	// Busy are the requests that it lets through just now, -1 where it does not know.
	Busy int `json:"busy"`
}

// LimitHolder is a [LayerHandler] that limits.
type LimitHolder interface{ LimitUse() LimitUse }

// Figures returns what the proxy has counted; little of it where Config.DurationBounds is empty.
func (p *Proxy) Figures() Figures {
	var f Figures
	if p.figures != nil {
		f.Since, f.Errors = p.figures.began, p.figures.recent.list()
		for _, l := range p.figures.locations {
			f.Locations = append(f.Locations, l.read())
		}
	}
	now := time.Now()
	for _, c := range p.config.Upstreams {
		f.Upstreams = append(f.Upstreams, p.upstreams[c.Name].read(now))
	}
	if u, ok := p.config.App.(*Upstream); ok {
		f.Upstreams = append(f.Upstreams, u.read(now))
	}
	for _, l := range p.inOrder() {
		for _, h := range l.layers {
			switch h := h.(type) {
			case CacheHolder:
				use := h.CacheUse()
				use.Location = l.pattern
				f.Caches = append(f.Caches, use)
			case LimitHolder:
				use := h.LimitUse()
				use.Location = l.pattern
				f.Limits = append(f.Limits, use)
			}
		}
	}
	return f
}

// inOrder are the locations in the order of the site file.
func (p *Proxy) inOrder() []*location {
	all := make([]*location, 0, len(p.order))
	for l := range p.order {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *location) int { return p.order[a] - p.order[b] })
	return all
}

var classNames = [6]string{"", "1xx", "2xx", "3xx", "4xx", "5xx"}

func (l *locationFigures) read() LocationFigures {
	f := LocationFigures{Location: l.pattern, Bytes: l.bytes.Load(), Classes: map[string]int64{}}
	for i := range l.classes {
		if n := l.classes[i].Load(); n > 0 {
			f.Classes[classNames[i]] = n
			f.Requests += n
		}
	}
	f.Durations.Counts, f.Durations.Sum = l.durations.read()
	for i := range l.cache {
		if n := l.cache[i].Load(); n > 0 {
			f.Cache = added(f.Cache, cacheWords[i], n)
		}
	}
	for i := range l.refusals {
		if n := l.refusals[i].Load(); n > 0 {
			f.Refused = added(f.Refused, refusalWords[i], n)
		}
	}
	return f
}

func added(m map[string]int64, name string, n int64) map[string]int64 {
	if m == nil {
		m = map[string]int64{}
	}
	m[name] = n
	return m
}

// read returns the figures of an upstream. It keeps the labels of servers that are
// there; of workers that come and go there are as many as there are places.
func (u *Upstream) read(now time.Time) UpstreamFigures {
	f := UpstreamFigures{Upstream: u.config.Name, Servers: u.status(now), Retries: u.figures.retries.Load()}
	if h := u.figures.waits.Load(); h != nil {
		f.Waits.Counts, f.Waits.Sum = h.read()
	}
	u.figures.mu.Lock()
	defer u.figures.mu.Unlock()
	for _, s := range u.figures.servers {
		one := ServerFigures{Server: s.server, Requests: s.requests.Load()}
		for i := range s.failures {
			if n := s.failures[i].Load(); n > 0 {
				one.Failures = added(one.Failures, failureWords[i], n)
			}
		}
		f.Asked = append(f.Asked, one)
	}
	return f
}
