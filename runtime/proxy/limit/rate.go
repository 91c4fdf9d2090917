package limit

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Rate limits how many requests a key may make (limit_req).
type Rate struct {
	// Name tells the limits of one site apart; those of one name are one limit.
	Name string
	// Requests may be made in each Per.
	Requests int
	Per      time.Duration
	// Burst is how many more may come at once before requests are refused.
	Burst int
	// Delay has the requests of a burst wait until they are in time by the rate
	// (limit_req without nodelay); otherwise they are answered at once.
	Delay bool
	// Key is what is counted by; the client's address where it is empty. An
	// IPv6 address counts as its /64. Requests whose key is empty are not counted.
	Key proxy.Template
	// Keys bounds how many keys are remembered; 0 means 65536.
	Keys int
	// DryRun logs what would be refused, and refuses nothing (limit_req_dry_run).
	DryRun bool
}

// errRate is why a request was refused.
var errRate = errors.New("limit: too many requests")

// Start implements [proxy.Layer].
func (r Rate) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	if r.Requests < 1 || r.Per <= 0 || r.Burst < 0 {
		return nil, fmt.Errorf("rate_limit: %d requests in %s with a burst of %d cannot be", r.Requests, r.Per, r.Burst)
	}
	key, err := compileKey(e, r.Key)
	if err != nil {
		return nil, fmt.Errorf("rate_limit: %w", err)
	}
	h := &rateHandler{key: key, gap: r.Per / time.Duration(r.Requests), delay: r.Delay, dry: r.DryRun, now: e.Now, env: e,
		says: fmt.Sprintf("%d in %s, burst %d", r.Requests, strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(r.Per.String()), r.Burst)}
	if h.gap <= 0 || int64(r.Burst) > math.MaxInt64/4/int64(h.gap) {
		return nil, fmt.Errorf("rate_limit: the rate or the burst is too large")
	}
	h.slack = time.Duration(r.Burst) * h.gap
	keys := r.Keys
	if keys == 0 {
		keys = 1 << 16
	}
	path := ""
	if folder := e.Folder("limits"); folder != "" && r.Name != "" {
		path = folder + "/" + fileName(r.Name) + ".rate"
	}
	if h.table, err = openTable(path, keys); err != nil {
		return nil, fmt.Errorf("rate_limit: %w", err)
	}
	return h, nil
}

// fileName is a name that may stand in a path.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}, name)
}

// compileKey readies a key. The address of a client is counted by what a
// subscriber has.
func compileKey(e *proxy.Environment, t proxy.Template) (*proxy.Text, error) {
	key := proxy.Template{{Attr: proxy.ClientNetwork}}
	if len(t) > 0 {
		key = append(proxy.Template(nil), t...)
	}
	for i := range key {
		if key[i].Attr == proxy.ClientAddress {
			key[i].Attr = proxy.ClientNetwork
		}
	}
	return e.Compile(key)
}

type rateHandler struct {
	key        *proxy.Text
	gap, slack time.Duration
	delay, dry bool
	now        func() time.Time
	table      *table
	env        *proxy.Environment
	says       string
}

// Serve implements [proxy.LayerHandler].
func (h *rateHandler) Serve(x *gateway.Exchange, next proxy.Next) {
	var buf [128]byte
	key := next.Append(buf[:0], h.key, x)
	if len(key) == 0 {
		next.Serve(x)
		return
	}
	now := h.now()
	wait, ok := h.table.take(h.table.hash(key), now, h.gap, h.slack)
	switch {
	case !ok && h.dry:
		h.env.Log.Info("limit: a request would be refused", "location", h.env.Location, "id", x.Request.ID, "client", x.Request.Client.String())
	case !ok:
		proxy.NoteRefusal(x, proxy.ByRateLimit)
		refuse(x, next, wait, errRate)
		return
	case wait > 0 && h.delay && !h.dry:
		if !pause(x, wait) {
			x.Response.Status = 499
			return
		}
	}
	next.Serve(x)
}

// LimitUse implements [proxy.LimitHolder].
func (h *rateHandler) LimitUse() proxy.LimitUse {
	return proxy.LimitUse{Kind: "rate_limit", Limit: h.says, Busy: -1}
}

// Close implements io.Closer.
func (h *rateHandler) Close() error { return h.table.close() }

// refuse answers 429 and says when to come again (RFC 6585, section 4).
func refuse(x *gateway.Exchange, next proxy.Next, wait time.Duration, why error) {
	next.Fail(x, 429, why)
	seconds := int64((wait + time.Second - 1) / time.Second)
	x.Response.Header.Set("Retry-After", strconv.FormatInt(max(seconds, 1), 10))
}

// pause waits, no longer than the client stays.
func pause(x *gateway.Exchange, d time.Duration) bool {
	x.MayBlock()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-x.Context().Done():
		return false
	}
}

var (
	_ proxy.LimitHolder  = (*rateHandler)(nil)
	_ proxy.Layer        = Rate{}
	_ proxy.LayerHandler = (*rateHandler)(nil)
	_ io.Closer          = (*rateHandler)(nil)
)
