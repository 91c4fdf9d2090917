package postgres

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"stackgen.dev/runtime/model"
)

// Short reads of different requests share connections (lanes): those that come
// while a lane waits for its answers are sent together, so that a system call and a
// wait serve many. What a statement costs then is mostly the server's work. Each
// has an end of its own (Sync), so that an error is its own, too.
const (
	laneBatch   = 32            // statements that are sent at once
	laneQueue   = 8 * laneBatch // statements that wait for a lane; more go their own way
	lanePatient = time.Second   // after which a batch is given up, and its reads go their own way
)

// errLane is an answer that does not fit the statements that were sent.
var errLane = errors.New("postgres: the answers are not those to the statements")

// lanes are the connections that short reads share. A lane has its connection
// from the pool while there is work.
type lanes struct {
	pool  *pool
	paces paces
	all   []lane
	reads atomic.Int64 // short reads under way, on lanes and alone
	crowd atomic.Int64 // how many of them are still to find no other until it counts as calm
}

// calm is how many reads have to find no other before one goes its own way: under load there are
// moments with none, and who goes alone then keeps the next ones from sharing.
const calm = 64

// alone reports whether a short read has nobody to share with, so that a connection of
// its own is quicker. Whoever asks tells done, too, at the end of the read.
func (l *lanes) alone() bool {
	if l.reads.Add(1) > 1 {
		l.crowd.Store(calm)
		return false
	}
	left := l.crowd.Load()
	if left > 0 {
		l.crowd.Store(left - 1)
	}
	return left == 0
}

func (l *lanes) done() { l.reads.Add(-1) }

// lane is one of them.
type lane struct {
	mu      sync.Mutex
	waiting []*read
	running bool
}

// read is one run of a statement on a lane.
type read struct {
	ctx  context.Context
	sql  string
	args []model.Value
	pace *pace
	// done gets one value, when rows is set, or stays nil where the statement has to go its own way.
	done chan struct{}
	rows *buffered
}

// newLanes leaves at least half of the connections to what may take its time.
func newLanes(p *pool, connections int) *lanes {
	return &lanes{pool: p, all: make([]lane, min(connections/2, max(2, runtime.GOMAXPROCS(0))))}
}

// query runs a short read; nil rows and a nil error say that it has to go its own way.
func (l *lanes) query(ctx context.Context, sql string, args []model.Value, pace *pace) (*buffered, error) {
	lane := l.shortest()
	if lane == nil {
		return nil, nil
	}
	// The lane may still read the values when the caller has left.
	r := &read{ctx: ctx, sql: sql, args: append([]model.Value(nil), args...), pace: pace, done: make(chan struct{}, 1)}
	lane.mu.Lock()
	lane.waiting = append(lane.waiting, r)
	begin := !lane.running
	lane.running = true
	lane.mu.Unlock()
	if begin {
		go l.run(lane)
	}
	select {
	case <-r.done:
		return r.rows, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// shortest is the lane with the fewest statements, nil if that has too many.
func (l *lanes) shortest() *lane {
	var best *lane
	fewest := laneQueue
	for i := range l.all {
		lane := &l.all[i]
		lane.mu.Lock()
		n := len(lane.waiting)
		if lane.running {
			n++
		}
		lane.mu.Unlock()
		if n == 0 {
			return lane
		}
		if n < fewest {
			best, fewest = lane, n
		}
	}
	return best
}

// run serves a lane until nothing waits.
func (l *lanes) run(lane *lane) {
	var c *conn
	defer func() {
		if c != nil {
			c.release()
		}
	}()
	for idle := false; ; {
		batch := lane.take(idle)
		if batch == nil {
			return
		}
		if idle = len(batch) == 0; idle {
			// The next statement of a request that has just been answered may be on its way.
			runtime.Gosched()
			continue
		}
		if c == nil {
			var err error
			if c, err = l.pool.acquire(context.Background()); err != nil {
				giveBack(batch) // each is told by itself what is wrong
				continue
			}
		}
		c.readAll(batch)
		if c.broken() {
			c.release()
			c = nil
		}
	}
}

// take takes what waits, at most a batch; nil ends the lane. A lane without work
// gets an empty batch once.
func (lane *lane) take(idle bool) []*read {
	lane.mu.Lock()
	defer lane.mu.Unlock()
	n := min(len(lane.waiting), laneBatch)
	if n == 0 {
		if !idle {
			return []*read{}
		}
		lane.running = false
		return nil
	}
	batch := make([]*read, n)
	copy(batch, lane.waiting)
	rest := copy(lane.waiting, lane.waiting[n:])
	clear(lane.waiting[rest:])
	lane.waiting = lane.waiting[:rest]
	return batch
}

// giveBack has reads go their own way.
func giveBack(batch []*read) {
	for _, r := range batch {
		r.done <- struct{}{}
	}
}

// readAll sends all statements, then reads all answers. What does not come to
// rows goes its own way, where the error is met again and dealt with.
func (c *conn) readAll(batch []*read) {
	ctx, cancel := context.WithTimeout(context.Background(), lanePatient)
	defer cancel()
	type sent struct {
		*read
		s       *statement
		values  [][]byte
		formats []int16
	}
	all := make([]sent, 0, len(batch))
	for _, r := range batch {
		s, err := c.prepare(ctx, r.sql)
		if err == nil && r.ctx.Err() == nil && len(s.params) == len(r.args) {
			values, formats, err := bind(r.args, s.params)
			if err == nil {
				all = append(all, sent{r, s, values, formats})
				continue
			}
		}
		r.done <- struct{}{}
	}
	if len(all) == 0 {
		return
	}
	p := c.pg.StartPipeline(ctx)
	for _, r := range all {
		p.SendQueryPrepared(r.s.name, r.values, r.formats, r.s.formats)
		p.SendPipelineSync()
	}
	began := time.Now()
	err := p.Flush()
	var old []string
	for _, r := range all {
		if err == nil {
			var failed error
			r.rows, failed, err = nextRows(p, r.s)
			now := time.Now()
			switch {
			case r.rows != nil:
				r.pace.shared(now.Sub(began), len(r.rows.rest))
			case outdated(failed):
				old = append(old, r.sql)
			case ctx.Err() != nil: // it took all the time that there was
				r.pace.punish()
			}
			began = now
		}
		r.done <- struct{}{}
	}
	p.Close()
	for _, sql := range old {
		c.forget(ctx, sql)
	}
}

// nextRows reads the answer to one statement and its end. failed is the
// statement's own error, err the connection's.
func nextRows(p *pgconn.Pipeline, s *statement) (b *buffered, failed, err error) {
	answer, failed := p.GetResults()
	if reader, ok := answer.(*pgconn.ResultReader); ok {
		r := rows{row: row{types: s.columns, names: s.names}, ctx: context.Background(), reader: reader}
		b, failed = r.all()
	}
	answer, err = p.GetResults()
	if _, ok := answer.(*pgconn.PipelineSync); !ok && err == nil {
		err = errLane
	}
	if failed != nil || err != nil {
		b = nil
	}
	return b, failed, err
}
