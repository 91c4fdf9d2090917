//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqlite"
)

// writer is a visitor who keeps notes, and knows which of them were answered as stored.
type writer struct {
	s       *site
	c       *http.Client
	token   string
	stored  []string
	refused []string // answered with an error: of these, some may be there where the connection broke
}

func newWriter(t *testing.T, s *site) *writer {
	t.Helper()
	w := &writer{s: s, c: browser(t)}
	m := csrfInput.FindStringSubmatch(s.get(w.c, "/").body)
	if m == nil {
		t.Fatal("the page has no form")
	}
	w.token = m[1]
	return w
}

// keep posts a note and returns the status of the answer; 0 is none at all.
func (w *writer) keep(title string) int {
	resp, err := w.c.PostForm(w.s.url+"/", url.Values{"csrfmiddlewaretoken": {w.token}, "title": {title}, "stars": {"0"}, "price": {""}})
	if err != nil {
		w.s.t.Errorf("%s was not answered: %v", title, err)
		return 0
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode == http.StatusFound {
		w.stored = append(w.stored, title)
	} else {
		w.refused = append(w.refused, title)
	}
	return resp.StatusCode
}

// counted is how often a database has each title.
func counted(t *testing.T, cmd *exec.Cmd) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, line := range strings.Split(said(t, cmd, true), "\n") {
		if f := strings.Fields(line); len(f) == 2 {
			if n, err := strconv.Atoi(f[1]); err == nil {
				counts[f[0]] = n
			}
		}
	}
	return counts
}

const countTitles = "SELECT title, count(*) AS times FROM note GROUP BY title"

// held ensures that a database has every note once that was answered as stored,
// and of the others none twice.
func held(t *testing.T, counts map[string]int, writers ...*writer) {
	t.Helper()
	stored, refused, unknown := 0, 0, 0
	for _, w := range writers {
		for _, title := range w.stored {
			if stored++; counts[title] != 1 {
				t.Errorf("%s was answered as stored, and is there %d times", title, counts[title])
			}
		}
		for _, title := range w.refused {
			refused++
			unknown += counts[title]
			if counts[title] > 1 {
				t.Errorf("%s is there %d times", title, counts[title])
			}
		}
	}
	if n := stored + unknown; len(counts) != n {
		t.Errorf("%d notes are there, %d were kept", len(counts), n)
	}
	t.Logf("%d notes stored, %d refused, %d of these stored nonetheless", stored, refused, unknown)
}

// crowd is readers and writers at work, who count how they are answered.
type crowd struct {
	writers       []*writer
	read, written [600]atomic.Int64 // by status
	stop          atomic.Bool
	busy          sync.WaitGroup
}

// gather has four read and four write until disperse.
func gather(t *testing.T, s *site) *crowd {
	t.Helper()
	c := &crowd{}
	for n := range 4 {
		w := newWriter(t, s)
		c.writers = append(c.writers, w)
		c.busy.Go(func() {
			for i := 0; !c.stop.Load(); i++ {
				c.written[w.keep(fmt.Sprintf("w%d-%d", n, i))].Add(1)
			}
		})
		reader := browser(t)
		c.busy.Go(func() {
			for !c.stop.Load() {
				resp, err := reader.Get(s.url + "/?q=w0-1")
				if err != nil {
					t.Errorf("a read was not answered: %v", err)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				c.read[resp.StatusCode].Add(1)
			}
		})
	}
	t.Cleanup(c.disperse)
	return c
}

// wait waits until that many more were answered with each of the two statuses.
func (c *crowd) wait(s *site, what string, read, written int, more int64) {
	s.t.Helper()
	r, w := c.read[read].Load()+more, c.written[written].Load()+more
	s.wait(what, func() bool { return c.read[read].Load() >= r && c.written[written].Load() >= w })
}

func (c *crowd) disperse() {
	c.stop.Store(true)
	c.busy.Wait()
}

// only ensures that nothing was answered with another status.
func (c *crowd) only(t *testing.T, read, written []int) {
	t.Helper()
	for what, side := range map[string]struct {
		counts *[600]atomic.Int64
		fine   []int
	}{"reads": {&c.read, read}, "writes": {&c.written, written}} {
		said := ""
		for status := range side.counts {
			n := side.counts[status].Load()
			if n == 0 {
				continue
			}
			said += fmt.Sprintf(" %d×%d", n, status)
			known := false
			for _, f := range side.fine {
				known = known || f == status
			}
			if !known {
				t.Errorf("%d %s were answered with %d", n, what, status)
			}
		}
		t.Logf("%s:%s", what, said)
	}
}

// Ensure that a site whose PostgreSQL is killed while it is read and written goes
// on answering, soon and with the reason, that it is well again by itself when the
// server is, and that what it said of each change is true.
func TestPostgresKilledUnderLoad(t *testing.T) {
	pg, dir := postgresProject(t)
	edit(t, dir, "site.hcl", "middleware = [", "workers {\n  mode  = \"process\"\n  count = 2\n}\n\nmiddleware = [")
	build(t, dir)
	s := start(t, dir)
	load := gather(t, s)
	load.wait(s, "answers", 200, 302, 50)

	pg.Crash()
	load.wait(s, "the first refusals", 503, 503, 1)
	// Who has to wait for the server in vain waits once, and not everybody after that.
	load.wait(s, "many refusals", 503, 503, 200)
	a := s.get(browser(t), "/api/notes/")
	a.expect(t, "a read while there is no server", 503).contains(t, "the answer", "Service Unavailable")
	s.waitLog("the database is not available")
	if err := pg.Restart(); err != nil {
		t.Fatal(err)
	}
	load.wait(s, "answers after the server has come back", 200, 302, 50)
	load.disperse()
	load.only(t, []int{200, 503}, []int{302, 503})
	held(t, counted(t, onDatabase(dir, os.Getenv("DATABASE_URL"), "sql", countTitles)), load.writers...)
}

// serverPatience is how long a site waits for a server that starts.
const serverPatience = 5 * time.Second

// Ensure that a server which is restarted by its operator costs no read, and no
// change but those under way, which are told as not known; as long as it is away no longer than the site waits.
func TestPostgresRestartedUnderLoad(t *testing.T) {
	pg, dir := postgresProject(t)
	build(t, dir)
	s := start(t, dir)
	load := gather(t, s)
	away := time.Duration(0)
	for range 3 {
		load.wait(s, "answers", 200, 302, 50)
		began := time.Now()
		pg.Shutdown()
		if err := pg.Restart(); err != nil {
			t.Fatal(err)
		}
		away = max(away, time.Since(began))
	}
	load.wait(s, "answers after the server has come back", 200, 302, 50)
	load.disperse()
	t.Logf("the server was away for %v at most", away)
	reads := []int{200}
	if away > serverPatience-time.Second { // the machine was slow to start it
		reads = append(reads, 503)
	} else if n := load.written[503].Load(); n > 3*4 {
		t.Errorf("%d changes were refused, with 4 under way in each of 3 restarts", n)
	}
	load.only(t, reads, []int{302, 503})
	held(t, counted(t, onDatabase(dir, os.Getenv("DATABASE_URL"), "sql", countTitles)), load.writers...)
}

// Ensure that a site whose disk is full says so to who writes, and reads on; that it
// writes again once there is space; and that nothing of what it refused is there.
func TestSQLiteDiskFull(t *testing.T) {
	dir := project(t, "postgres")
	run(t, dir, stackgen, "build", "-o", "site")
	create(t, dir, "disk/README", "the disk comes here")
	cmd := exec.Command("unshare", "--mount", "sh", "-c",
		"mount -t tmpfs -o size=1m small disk && ./site migrate && exec ./site serve --listen 127.0.0.1:0")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "DATABASE_URL=sqlite:disk/notes.db")
	s := begin(t, dir, cmd)
	// The disk as the site's processes see it.
	disk := filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "root", dir, "disk")
	inside := func(args ...string) *exec.Cmd {
		enter := exec.Command("nsenter", append([]string{"--mount", "--target", strconv.Itoa(cmd.Process.Pid), "sh", "-c", `cd "$0" && exec ./site "$@"`, dir}, args...)...)
		enter.Env = cmd.Env
		return enter
	}

	w := newWriter(t, s)
	number := 0
	keep := func() int {
		number++
		return w.keep(fmt.Sprintf("n%d-%s", number, strings.Repeat("x", 100)))
	}
	if status := keep(); status != 302 {
		t.Fatalf("before: %d", status)
	}
	fill(t, filepath.Join(disk, "filler"))
	status := 302
	for status == 302 && number < 5000 { // what space the log has is used up
		status = keep()
	}
	if status != 507 {
		t.Fatalf("change %d with a full disk: %d", number, status)
	}
	for range 20 {
		if status := keep(); status != 507 && status != 302 {
			t.Errorf("another change with a full disk: %d", status)
		}
		s.get(w.c, "/?q=n1-x").expect(t, "a read with a full disk", 200).contains(t, "the page", "n1-x")
	}
	s.waitLog("model: the disk is full")

	if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
		t.Fatal(err)
	}
	refused := len(w.refused)
	for range 20 {
		if status := keep(); status != 302 {
			t.Errorf("a change with space again: %d", status)
		}
	}
	counts := counted(t, inside("sql", countTitles))
	for _, title := range w.refused[:refused] {
		if counts[title] > 0 {
			t.Errorf("%s was refused, and is there", title)
		}
	}
	held(t, counts, w)
	said(t, inside("sql", "PRAGMA integrity_check"), true, "ok")
}

// fill writes a file until the disk takes no more.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
}

// Ensure that a site waits while another process has SQLite's lock, tells who writes
// when that takes too long, reads on meanwhile, and writes when the lock is free.
func TestSQLiteHeldByAnotherProcess(t *testing.T) {
	dir := project(t, "postgres")
	build(t, dir)
	s := start(t, dir)
	other, err := sqlite.Open(t.Context(), "sqlite:"+filepath.Join(dir, "data/notes.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	writers := []*writer{newWriter(t, s), newWriter(t, s), newWriter(t, s)}
	// hold has the lock while fn runs.
	hold := func(fn func()) {
		t.Helper()
		if err := model.Atomic(other, func(tx model.Source) error {
			_, err := model.Execute(tx, "folder", "DELETE FROM folder")
			fn()
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}

	answered := make(chan int, len(writers))
	hold(func() {
		for i, w := range writers {
			go func() { answered <- w.keep(fmt.Sprintf("held-%d", i)) }()
		}
		for range writers {
			if status := <-answered; status != 503 {
				t.Errorf("a change while another process has the lock: %d", status)
			}
			s.get(browser(t), "/?q=held").expect(t, "a read meanwhile", 200).contains(t, "the page", "Nothing yet.")
		}
		s.waitLog("model: the database is locked")
	})

	// A lock that is let go of in time costs nobody anything.
	hold(func() {
		for i, w := range writers {
			go func() { answered <- w.keep(fmt.Sprintf("waits-%d", i)) }()
		}
		for range 20 {
			s.get(browser(t), "/?q=waits").expect(t, "a read meanwhile", 200)
		}
	})
	for range writers {
		if status := <-answered; status != 302 {
			t.Errorf("a change that waited for the lock: %d", status)
		}
	}
	counts := counted(t, onDatabase(dir, "sqlite:data/notes.db", "sql", countTitles))
	if len(counts) != len(writers) {
		t.Errorf("%v is there", counts)
	}
	held(t, counts, writers...)
}
