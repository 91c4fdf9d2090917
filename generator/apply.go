package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// tempPrefix begins the name of a file that is being written; what an
// interrupted run leaves of them the next one removes.
const tempPrefix = ".stackgen-tmp-"

// ConflictError says which files Apply would not touch.
type ConflictError struct{ Changes []Change }

func (e *ConflictError) Error() string {
	var b strings.Builder
	b.WriteString("these files are not as stackgen left them, so nothing was written:\n")
	for _, c := range e.Changes {
		fmt.Fprintf(&b, "  %s: %s\n", c.Path, c.Reason)
	}
	b.WriteString("Move your change to where it belongs (the site file, templates/ or a Go function of yours), or pass --force to overwrite them.")
	return b.String()
}

// Apply carries out the plan. With force it overwrites conflicting files;
// without, a conflict is a *ConflictError and nothing is written.
//
// The manifest is written first with what is about to be, and last with what
// is: whenever a run is interrupted, each file is either as the old manifest
// or as the new one says, and the next run carries on from there.
func Apply(plan *Plan, force bool) error {
	if conflicts := plan.Conflicts(); len(conflicts) > 0 && !force {
		return &ConflictError{conflicts}
	}
	pending := plan.Pending()
	final := &Manifest{Files: map[string]string{}, Requires: plan.requires}
	for _, c := range plan.Changes {
		if c.New != nil {
			final.Files[c.Path] = hashOf(c.New)
		}
	}
	if len(pending) == 0 && plan.manifest.same(final) {
		return nil
	}
	// A site of one file has no folder before its first build.
	if err := os.MkdirAll(plan.Dir, 0o777); err != nil {
		return fmt.Errorf("make the project's folder: %w", err)
	}
	unlock, err := lockDir(plan.Dir)
	if err != nil {
		return err
	}
	defer unlock()

	intent := &Manifest{Files: plan.manifest.known(), Next: final.Files, Requires: plan.requires}
	if err := writeFile(plan.Dir, manifestPath, intent.bytes()); err != nil {
		return err
	}
	for _, c := range pending {
		if err := applyChange(plan.Dir, c); err != nil {
			return err
		}
	}
	if err := sweep(plan.Dir); err != nil {
		return err
	}
	return writeFile(plan.Dir, manifestPath, final.bytes())
}

func applyChange(dir string, c Change) error {
	full := filepath.Join(dir, filepath.FromSlash(c.Path))
	if c.New == nil {
		if err := os.Remove(full); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", c.Path, err)
		}
		return nil
	}
	if info, err := os.Lstat(full); err == nil && info.IsDir() {
		return fmt.Errorf("write %s: a folder of that name is in the way", c.Path)
	}
	return writeFile(dir, c.Path, c.New)
}

// writeFile replaces a file in one step, so that nobody ever reads half of it.
func writeFile(dir, path string, content []byte) error {
	full := filepath.Join(dir, filepath.FromSlash(path))
	folder := filepath.Dir(full)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	tmp, err := os.CreateTemp(folder, tempPrefix+"*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), full)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// sweep removes temporary files of interrupted runs and folders left empty.
func sweep(dir string) error {
	for _, root := range roots {
		var folders []string
		top := filepath.Join(dir, filepath.FromSlash(root))
		err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case d.IsDir():
				folders = append(folders, path)
			case strings.HasPrefix(d.Name(), tempPrefix):
				return os.Remove(path)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("tidy %s: %w", root, err)
		}
		for i := len(folders) - 1; i > 0; i-- {
			os.Remove(folders[i]) // fails, as it should, unless empty
		}
	}
	return nil
}
