package devserver

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the files must be quiet before a change counts: editors
// and version control write several files in a row.
const settle = 80 * time.Millisecond

// Watch calls changed with one of the changed paths whenever files below dir,
// or one of the extra files, have changed and come to rest. What stackgen
// itself writes, and what editors write on the side, does not count. It
// returns when ctx ends.
func Watch(ctx context.Context, dir string, extra []string, changed func(path string)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", dir, err)
	}
	defer w.Close()
	if err := addTree(w, dir, dir); err != nil {
		return fmt.Errorf("watch %s: %w", dir, err)
	}
	wanted := map[string]bool{}
	for _, file := range extra {
		file = filepath.Clean(file)
		wanted[file] = true
		if err := w.Add(filepath.Dir(file)); err != nil {
			return fmt.Errorf("watch %s: %w", file, err)
		}
	}
	inside := func(path string) bool {
		rel, err := filepath.Rel(dir, path)
		return err == nil && !strings.HasPrefix(rel, "..") && !ignored(rel)
	}
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.Errors:
			return fmt.Errorf("watch %s: %w", dir, err)
		case e := <-w.Events:
			if e.Op == fsnotify.Chmod || !(wanted[filepath.Clean(e.Name)] || inside(e.Name)) {
				continue
			}
			if e.Op.Has(fsnotify.Create) {
				addTree(w, dir, e.Name) // a file is refused, and needs no watch of its own
			}
			last = e.Name
			quiet.Reset(settle)
		case <-quiet.C:
			changed(last)
		}
	}
}

// addTree watches a folder and the folders in it.
func addTree(w *fsnotify.Watcher, root, top string) error {
	return filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if rel, err := filepath.Rel(root, path); err == nil && rel != "." && ignored(rel) {
			return filepath.SkipDir
		}
		return w.Add(path)
	})
}

// ignored reports whether a path below the project is nobody's source:
// generated, data, or an editor's scratch file.
func ignored(rel string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	switch first {
	case "gen", "bin", "data", "go.mod", "go.sum":
		return true
	}
	name := filepath.Base(rel)
	return strings.HasPrefix(first, ".") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasSuffix(name, ".swp") || strings.HasSuffix(name, ".tmp") || name == "4913"
}
