package web

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"stackgen.dev/runtime/model"
)

// repeats is how often a request of a site that is being developed may send the same
// query before it is told of.
const repeats = 5

// ErrRepeatedQuery says that a request sent the same query again and again, in a
// site whose database block says strict, while it is being developed.
var ErrRepeatedQuery = errors.New("web: a query is repeated")

// queryLog counts the queries of one request, for development.
type queryLog struct {
	db     *model.DB
	strict bool

	mu   sync.Mutex
	seen map[string]*queryCount
	told []*queryCount // those that are repeated, in order
}

// queryCount is one query, by its text.
type queryCount struct {
	sql   string
	count int
	place string // where it was sent from when it had been sent too often
}

// newQueryLog watches a database for one request.
func newQueryLog(db *model.DB, strict bool) *queryLog {
	l := &queryLog{strict: strict, seen: map[string]*queryCount{}}
	l.db = db.Watch(l.note)
	return l
}

// note counts a query.
func (l *queryLog) note(sql string) error {
	if !strings.HasPrefix(sql, "SELECT") {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.seen[sql]
	if q == nil {
		q = &queryCount{sql: sql}
		l.seen[sql] = q
	}
	q.count++
	if q.count != repeats {
		return nil
	}
	q.place = callerPlace()
	l.told = append(l.told, q)
	if l.strict {
		return fmt.Errorf("%w: the same query for the %dth time, from %s. %s The query: %s", ErrRepeatedQuery, q.count, q.place, remedy(sql), oneLine(sql))
	}
	return nil
}

// report logs the queries that the request repeated.
func (l *queryLog) report(r *Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, q := range l.told {
		name := ""
		if v := r.View(); v != nil {
			name = "view." + v.Name
		}
		r.app.log.Warn("repeated query", "count", q.count, "view", name, "place", q.place, "remedy", remedy(q.sql), "query", oneLine(q.sql))
	}
}

// callerPlace is the line of the project's code that sent the query: a function of
// the project's where there is one, or else the generated view.
func callerPlace() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		inside := strings.HasPrefix(f.Function, "stackgen.dev/runtime/") || strings.Contains(f.Function, "/gen/models.") || strings.HasPrefix(f.Function, "runtime.")
		if f.File != "" && !inside {
			return fmt.Sprintf("%s:%d", shortPath(f.File), f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

// shortPath is a file with its folder, and with gen before that.
func shortPath(file string) string {
	parts := strings.Split(filepath.ToSlash(file), "/")
	keep := 2
	if len(parts) > 2 && parts[len(parts)-3] == "gen" {
		keep = 3
	}
	return strings.Join(parts[max(0, len(parts)-keep):], "/")
}

// oneRow finds what a query by one value reads: the table and the column.
var oneRow = regexp.MustCompile(`(?s)FROM "([^"]+)".*WHERE "[^"]+"\."([^"]+)" = \?1`)

// remedy says how the rows would be read at once.
func remedy(sql string) string {
	m := oneRow.FindStringSubmatch(sql)
	switch {
	case m == nil:
		return "Read once what does not change between the queries, before the loop."
	case strings.HasSuffix(m[2], "_id"):
		return fmt.Sprintf("Rows of %s are read for one %s at a time: read them with the rows that they point at, by prefetch_related (PrefetchRelated).", m[1], strings.TrimSuffix(m[2], "_id"))
	}
	return fmt.Sprintf("Rows of %s are read one by one, by %s: read them along with the rows that point at them, by select_related = [\"%s\"] (SelectRelated), or all at once by In.", m[1], m[2], m[1])
}

func oneLine(sql string) string { return strings.Join(strings.Fields(sql), " ") }
