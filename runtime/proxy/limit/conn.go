package limit

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Conn limits how many requests of a key are being answered at a time
// (limit_conn): of HTTP/1.1 that is connections in use, of HTTP/2 and 3 streams. It
// counts in each process by itself.
type Conn struct {
	// Connections is how many there may be.
	Connections int
	// Key is what is counted by; the client's address where it is empty, of IPv6
	// its /64. Requests whose key is empty are not counted.
	Key proxy.Template
}

var errConn = errors.New("limit: too many requests at a time")

// Start implements [proxy.Layer].
func (c Conn) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	if c.Connections < 1 {
		return nil, fmt.Errorf("limit_conn: %d connections cannot be", c.Connections)
	}
	key, err := compileKey(e, c.Key)
	if err != nil {
		return nil, fmt.Errorf("limit_conn: %w", err)
	}
	h := &connHandler{most: c.Connections, key: key, seed: maphash.MakeSeed()}
	for i := range h.shards {
		h.shards[i].counts = map[string]int{}
	}
	return h, nil
}

// connShards bounds how often two requests meet at a lock.
const connShards = 64

// connHandler counts what is being answered. It holds no more keys than there
// are requests.
type connHandler struct {
	most   int
	key    *proxy.Text
	seed   maphash.Seed
	shards [connShards]connShard
}

type connShard struct {
	mu     sync.Mutex
	counts map[string]int
}

// Serve implements [proxy.LayerHandler].
func (h *connHandler) Serve(x *gateway.Exchange, next proxy.Next) {
	var buf [128]byte
	b := next.Append(buf[:0], h.key, x)
	if len(b) == 0 {
		next.Serve(x)
		return
	}
	shard := &h.shards[maphash.Bytes(h.seed, b)%connShards]
	key := string(b)
	shard.mu.Lock()
	full := shard.counts[key] >= h.most
	if !full {
		shard.counts[key]++
	}
	shard.mu.Unlock()
	if full {
		proxy.NoteRefusal(x, proxy.ByLimitConn)
		refuse(x, next, time.Second, errConn)
		return
	}
	x.After(func(*gateway.Exchange) {
		shard.mu.Lock()
		defer shard.mu.Unlock()
		if shard.counts[key]--; shard.counts[key] == 0 {
			delete(shard.counts, key)
		}
	})
	next.Serve(x)
}

// LimitUse implements [proxy.LimitHolder].
func (h *connHandler) LimitUse() proxy.LimitUse {
	busy := 0
	for i := range h.shards {
		s := &h.shards[i]
		s.mu.Lock()
		for _, n := range s.counts {
			busy += n
		}
		s.mu.Unlock()
	}
	return proxy.LimitUse{Kind: "limit_conn", Limit: fmt.Sprintf("%d at a time", h.most), Busy: busy}
}

var (
	_ proxy.LimitHolder  = (*connHandler)(nil)
	_ proxy.Layer        = Conn{}
	_ proxy.LayerHandler = (*connHandler)(nil)
)
