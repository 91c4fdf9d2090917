package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
)

// busyTimeout is how long a statement waits for another process's lock, and a
// write for its turn in the queue.
const busyTimeout = 5 * time.Second

// Options change how a database is opened. The zero Options are the defaults.
type Options struct {
	// BusyTimeout is how long to wait for a lock before model.ErrLocked; 0 is 5 seconds.
	BusyTimeout time.Duration
	// Readers is the largest number of connections that read at the same time;
	// 0 is twice the number of processors, at least 4.
	Readers int
	// ReadOnly opens a file that must exist, and changes nothing of it, not even
	// the log mode; whoever writes meanwhile does so as before.
	ReadOnly bool
	// Clock is the time of auto_now and its kin; nil is time.Now.
	Clock func() time.Time
}

// Open opens the database of a URL: "sqlite:PATH", a file that is made when it
// does not exist, or "sqlite::memory:". A relative path counts from the
// working folder. A missing folder is made, for the owner alone, and so is the
// file.
func Open(ctx context.Context, url string, opts Options) (*model.DB, error) {
	path, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	if opts.BusyTimeout == 0 {
		opts.BusyTimeout = busyTimeout
	}
	if opts.Readers == 0 {
		opts.Readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	p := &pool{path: path, timeout: opts.BusyTimeout, memory: path == ":memory:", foreign: opts.ReadOnly}
	if !p.memory && !p.foreign {
		if err := prepareFile(path); err != nil {
			return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
		}
	}
	if err := p.open(ctx, opts.Readers); err != nil {
		return nil, fmt.Errorf("sqlite: open %s: %w", path, err)
	}
	return model.NewDB(p, opts.Clock), nil
}

// parseURL returns the path of "sqlite:PATH"; "sqlite://" is refused, as it is
// not clear where its path begins.
func parseURL(url string) (string, error) {
	path, ok := strings.CutPrefix(url, "sqlite:")
	switch {
	case !ok:
		return "", fmt.Errorf("sqlite: %q is not of the form sqlite:PATH", url)
	case path == "" || strings.HasPrefix(path, "//") || strings.IndexByte(path, 0) >= 0:
		return "", fmt.Errorf("sqlite: %q does not name a file; write sqlite:data/site.db, or sqlite::memory: for a database in memory", url)
	}
	return path, nil
}

// prepareFile makes the folder and an empty file, so that SQLite gives the
// file's narrow mode to the log files beside it too.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unavailable(err)
	}
	if err := createFile(path); err != nil {
		return unavailable(err)
	}
	return nil
}

func unavailable(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %w", model.ErrReadOnly, err)
	}
	return fmt.Errorf("%w: %w", model.ErrUnavailable, err)
}
