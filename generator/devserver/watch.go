package devserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the files must be quiet before a change counts: editors
// and version control write several files in a row. Files that never come to
// rest count every patience.
const (
	settle   = 80 * time.Millisecond
	patience = time.Second
)

// Watcher tells of changes to a project's files. What stackgen itself writes,
// and what editors and databases write on the side, does not count.
type Watcher struct {
	dir     string
	extra   map[string]bool // files outside of dir; Run's own once it runs
	changes chan []string
	files   chan []string
	done    chan struct{}
	native  *fsnotify.Watcher
}

// NewWatcher watches dir, which need not exist yet, and single files outside
// of it. From its return on no change is missed.
func NewWatcher(dir string, files []string) (*Watcher, error) {
	native, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	w := &Watcher{
		dir: filepath.Clean(dir), changes: make(chan []string), files: make(chan []string),
		done: make(chan struct{}), native: native,
	}
	if _, err := w.addTree(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		native.Close()
		return nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	w.watchFiles(files)
	return w, nil
}

// Changes yields the paths that have changed, once they have come to rest.
func (w *Watcher) Changes() <-chan []string { return w.changes }

// Also replaces the single files outside of the folder, once Run has been started.
func (w *Watcher) Also(files []string) {
	select {
	case w.files <- files:
	case <-w.done:
	}
}

// Run watches until ctx ends.
func (w *Watcher) Run(ctx context.Context) error {
	defer w.native.Close()
	defer close(w.done)
	var changed []string // the paths of this burst, each once
	var out chan<- []string
	quiet := time.NewTimer(settle)
	quiet.Stop()
	var began time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case files := <-w.files:
			w.watchFiles(files)
		case err := <-w.native.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return fmt.Errorf("watch %s: %w", w.dir, err)
			}
			// Too much happened at once to say what.
			w.addTree(w.dir)
			changed = append(changed, w.dir)
			quiet.Reset(settle)
		case e := <-w.native.Events:
			name := filepath.Clean(e.Name)
			if e.Op == fsnotify.Chmod || !(w.extra[name] || w.inside(name)) {
				continue
			}
			if e.Op.Has(fsnotify.Create) && !w.extra[name] { // a file that is wanted may be put there in one step
				if found, _ := w.addTree(name); !found {
					continue // an empty folder, or gone again
				}
			}
			if len(changed) == 0 {
				began = time.Now()
			}
			if !slices.Contains(changed, name) {
				changed = append(changed, name)
			}
			if time.Since(began) < patience {
				quiet.Reset(settle)
			}
		case <-quiet.C:
			if len(changed) > 0 {
				out = w.changes
			}
		case out <- changed:
			out, changed = nil, nil
		}
	}
}

// inside reports whether a path is the project's folder, or one of its sources.
func (w *Watcher) inside(path string) bool {
	rel, err := filepath.Rel(w.dir, path)
	return err == nil && filepath.IsLocal(rel) && !ignored(rel)
}

// watchFiles watches the folders that the files lie in, and the one that the
// project's folder lies in, which may come and go: editors replace files, and
// a watch on a file would go with the old one. A folder that is not there
// holds no file that could change.
func (w *Watcher) watchFiles(files []string) {
	w.native.Add(filepath.Dir(w.dir))
	w.extra = map[string]bool{}
	for _, file := range files {
		file = filepath.Clean(file)
		w.extra[file] = true
		w.native.Add(filepath.Dir(file))
	}
}

// addTree watches a folder and the folders in it, and reports whether there is
// a source in them, or whether top itself is one.
func (w *Watcher) addTree(top string) (found bool, err error) {
	err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(w.dir, path)
		switch {
		case err == nil && ignored(rel):
			if d.IsDir() {
				return filepath.SkipDir
			}
		case !d.IsDir():
			found = true
		default:
			return w.native.Add(path)
		}
		return nil
	})
	return found, err
}

// ignored reports whether a path below the project is nobody's source:
// generated, data, or an editor's scratch file.
func ignored(rel string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	switch first {
	case "gen", "bin", "data":
		return true
	}
	name := filepath.Base(rel)
	if rel != "." && (strings.HasPrefix(first, ".") || strings.HasPrefix(name, ".")) || name == "4913" {
		return true // 4913 is how vim tries whether it may write
	}
	for _, suffix := range []string{"~", ".swp", ".tmp", ".db", ".sqlite", ".sqlite3", "-wal", "-shm", "-journal"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}
