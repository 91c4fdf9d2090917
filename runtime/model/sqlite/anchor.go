package sqlite

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// anchor is a connection that stands in a read transaction while many reads
// come. SQLite locks the log for every transaction that reads, and asks the system
// only when nobody else in the process has the same lock: with the anchor there,
// a read makes no system call. It sees what is committed all the same, since every
// read begins a transaction of its own.
//
// What it must not do is keep the log from being emptied, which no reader may
// stand in the way of: it moves on with every anchorReads reads, lets go when fewer
// come, and stays away from a log longer than anchorLog.
type anchor struct {
	log  string                // the path of the log
	open func() (*conn, error) // makes its connection

	mu     sync.Mutex
	conn   *conn // nil until reads come quickly
	held   bool
	off    bool // closed, or something went wrong once
	looked time.Time
	idle   *time.Timer
}

const (
	// anchorReads is after how many reads it is looked whether they come quickly,
	// and anchorPace what one of them may take then.
	anchorReads = 256
	anchorPace  = time.Millisecond / 2
	// anchorLog is how long the log may be, in bytes: twice what SQLite folds into
	// the file by itself (wal_autocheckpoint, 1,000 pages).
	anchorLog = 8 << 20
	// logLimit is how much of the log's file SQLite keeps once it has started it
	// anew, so that one long log does not keep the anchor away for good.
	logLimit = "PRAGMA journal_size_limit = 6291456"
)

func newAnchor(log string, open func() (*conn, error)) *anchor {
	a := &anchor{log: log, open: open, looked: time.Now()}
	a.idle = time.AfterFunc(time.Hour, a.rest)
	a.idle.Stop()
	return a
}

// look is called with every anchorReads reads.
func (a *anchor) look() {
	if !a.mu.TryLock() {
		return // another reader looks
	}
	defer a.mu.Unlock()
	now := time.Now()
	quick := now.Sub(a.looked) < anchorReads*anchorPace
	a.looked = now
	if a.off {
		return
	}
	err := a.release()
	if err == nil && quick && a.short() {
		err = a.hold()
	}
	if err != nil {
		a.end()
	}
}

// short reports whether the log may have an anchor.
func (a *anchor) short() bool {
	info, err := os.Stat(a.log)
	return err == nil && info.Size() <= anchorLog
}

func (a *anchor) hold() error {
	if a.conn == nil {
		c, err := a.open()
		if err != nil {
			return err
		}
		a.conn = c
	}
	for _, sql := range []string{"BEGIN", "SELECT 1 FROM sqlite_schema LIMIT 1"} {
		if err := a.conn.run(context.Background(), sql, nil); err != nil {
			return err
		}
	}
	a.held = true
	a.idle.Reset(2 * anchorReads * anchorPace)
	return nil
}

func (a *anchor) release() error {
	if !a.held {
		return nil
	}
	a.held = false
	return a.conn.run(context.Background(), "COMMIT", nil)
}

// rest lets go when reads no longer come.
func (a *anchor) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.off {
		return
	}
	if err := a.release(); err != nil {
		a.end()
	}
}

// end closes the connection for good: reads go on without it.
func (a *anchor) end() {
	a.off, a.held = true, false
	a.idle.Stop()
	if a.conn != nil {
		a.conn.close()
		a.conn = nil
	}
}

func (a *anchor) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end()
}

// beginLog writes the number of the version that the file has already (PRAGMA
// user_version, the user's to choose), where its log is empty: while that is so,
// SQLite asks the system for the length of the file with every read. Where another
// process writes, or nothing may be written, all stays as it is.
func (p *pool) beginLog(c *conn, log string) {
	if file, err := os.Stat(p.path); err != nil || file.Size() == 0 {
		return // nobody has made a table
	}
	if info, err := os.Stat(log); err == nil && info.Size() > 0 {
		return
	}
	c.db.SetBusyTimeout(0)
	defer c.db.SetBusyTimeout(p.timeout)
	if c.run(context.Background(), "BEGIN IMMEDIATE", nil) != nil {
		return
	}
	version, err := c.number("PRAGMA user_version")
	if err == nil {
		err = c.run(context.Background(), fmt.Sprintf("PRAGMA user_version = %d", version), nil)
	}
	if err == nil {
		err = c.run(context.Background(), "COMMIT", nil)
	}
	if err != nil {
		c.run(context.Background(), "ROLLBACK", nil)
	}
}
