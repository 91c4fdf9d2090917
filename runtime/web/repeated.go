package web

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/debugpage"
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
	// sent are the statements in order, for the debug page; more are counted.
	sent []sentQuery
	more int
	// failed is the last that failed.
	failed sentQuery
	err    error
}

// sentQuery is a statement, and the lines of the program that sent it.
type sentQuery struct {
	sql   string
	stack []uintptr
}

// mostSent bounds how many statements of a request are kept.
const mostSent = 100

// queryCount is one query, by its text.
type queryCount struct {
	sql   string
	count int
	place string // where it was sent from when it had been sent too often
}

// newQueryLog watches a database for one request.
func newQueryLog(db *model.DB, strict bool) *queryLog {
	l := &queryLog{strict: strict, seen: map[string]*queryCount{}}
	l.db = db.Watched(l.watch)
	return l
}

// watch is the [model.Watch] of the request.
func (l *queryLog) watch(_ context.Context, sql string) (ended func(error), err error) {
	if err := l.before(sql); err != nil {
		return nil, err
	}
	return func(err error) {
		if err != nil {
			l.fail(sql, err)
		}
	}, nil
}

// fail keeps what a statement failed of.
func (l *queryLog) fail(sql string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed, l.err = sentQuery{sql, stackHere()}, err
}

func stackHere() []uintptr {
	var pcs [64]uintptr
	return append([]uintptr(nil), pcs[:runtime.Callers(3, pcs[:])]...)
}

// before counts a query; its error is that of one too many.
func (l *queryLog) before(sql string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sent) < mostSent {
		l.sent = append(l.sent, sentQuery{sql, stackHere()})
	} else {
		l.more++
	}
	if !strings.HasPrefix(sql, "SELECT") {
		return nil
	}
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
func callerPlace() string { return placeOf(stackHere()) }

// placeOf is that line of a stack.
func placeOf(stack []uintptr) string {
	frames := runtime.CallersFrames(stack)
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

// rows are the statements for the debug page.
func (l *queryLog) rows() (rows []debugpage.Row) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, q := range l.sent {
		rows = append(rows, debugpage.Row{Name: placeOf(q.stack), Value: oneLine(q.sql)})
	}
	if l.more > 0 {
		rows = append(rows, debugpage.Row{Name: "and more", Value: fmt.Sprint(l.more)})
	}
	return rows
}

// origin is the line of the project's own code that sent the statement which an error is about; "" where the error
// is about none, or generated code alone sent it.
func (l *queryLog) origin(err error, project string) (file string, line int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil || !strings.Contains(err.Error(), l.err.Error()) {
		return "", 0
	}
	module := modulePath()
	frames := runtime.CallersFrames(l.failed.stack)
	for {
		f, more := frames.Next()
		if rel, own := debugpage.OwnFile(f.File, module, project); own {
			return rel, f.Line
		}
		if !more {
			return "", 0
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
