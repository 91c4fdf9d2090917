package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

// aloneFile is what the name of the database gets for the file that Alone locks. It
// stays empty, and stays: who removed it would let two in, one with the old file.
const aloneFile = "-migrate"

// Alone waits until no other process is between Alone and its end with the same
// database, however long that takes, and has others wait until end is called. The
// database itself is not locked by it, so the site reads and writes on. waiting is
// called once when somebody else is alone. The lock is SQLite's on an empty
// database beside this one, so it works wherever the database does, and ends with
// the process.
func (s *session) Alone(ctx context.Context, waiting func()) (end func() error, err error) {
	if s.path == "" {
		return func() error { return nil }, nil // nobody else can reach it
	}
	path := s.path + aloneFile
	if err := createFile(path); err != nil {
		return nil, unavailable(err)
	}
	c, err := openForeign(path, sqlite3.OpenReadWrite, 0)
	if err != nil {
		return nil, err
	}
	for told := false; ; {
		c.watch(ctx)
		err := c.run(ctx, "BEGIN IMMEDIATE", nil)
		c.unwatch()
		if err == nil {
			return c.close, nil // which ends the transaction
		}
		if cause := ctx.Err(); cause != nil {
			err = cause
		}
		if !errors.Is(err, model.ErrLocked) {
			return nil, errors.Join(err, c.close())
		}
		if !told {
			told = true
			waiting()
			c.db.SetBusyTimeout(busyTimeout)
		}
	}
}

// createFile makes an empty file for the owner alone, and leaves one that is there
// as it is: whoever opens a file that SQLite has locked, and closes it again, ends
// the locks that this process has on it (POSIX).
func createFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}
