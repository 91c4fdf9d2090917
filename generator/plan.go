package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"stackgen.dev/generator/emit"
)

// Action is what happens to one file.
type Action string

// The actions, as `stackgen plan` prints them.
const (
	Create    Action = "create"
	Modify    Action = "modify"
	Remove    Action = "remove"
	Unchanged Action = "unchanged"
	// Conflict is a file that stackgen would write or remove but that is not
	// as stackgen left it.
	Conflict Action = "conflict"
)

// Change is one row of a plan.
type Change struct {
	Path   string
	Action Action
	// Reason says why a conflict is one.
	Reason string
	// Old and New are the contents; nil where there is none.
	Old, New []byte
}

// Plan is what Apply would do to a project.
type Plan struct {
	// Dir is the project's folder.
	Dir string
	// Changes are sorted by path and include unchanged files.
	Changes []Change

	manifest *Manifest
	// module holds go.mod and go.sum where they change.
	module   []Change
	requires []string
}

// Compare reads the project's folder and says what has to change for it to
// hold the set. It writes nothing.
func Compare(dir string, set *FileSet) (*Plan, error) {
	manifest, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	plan := &Plan{Dir: dir, manifest: manifest}
	paths := manifest.paths()
	for _, p := range set.Paths() {
		paths[p] = true
	}
	for path := range paths {
		change, err := compareFile(dir, path, set, manifest)
		if err != nil {
			return nil, err
		}
		if change != nil {
			plan.Changes = append(plan.Changes, *change)
		}
	}
	sort.Slice(plan.Changes, func(i, j int) bool { return plan.Changes[i].Path < plan.Changes[j].Path })
	return plan, nil
}

// checkRoots says when something else has the name of one of stackgen's folders.
func checkRoots(dir string) error {
	for _, root := range roots {
		name := strings.TrimSuffix(root, "/")
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is not a folder: stackgen keeps what it generates in one of that name; move the file away", filepath.Join(dir, name))
		}
	}
	return nil
}

// compareFile is the table of file states: what is on disk, what the manifest
// says, what the new set holds.
func compareFile(dir, path string, set *FileSet, m *Manifest) (*Change, error) {
	old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && !absent {
		var perr *fs.PathError
		if errors.As(err, &perr) && !errors.Is(err, fs.ErrPermission) {
			return &Change{Path: path, Action: Conflict, Reason: "something that is not a file is in the way: " + perr.Err.Error(), New: set.Content(path)}, nil
		}
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	wanted := set.Has(path)
	content := set.Content(path)
	c := &Change{Path: path, Old: old, New: content}
	switch {
	case absent && !wanted:
		return nil, nil
	case absent:
		c.Action = Create
	case wanted && bytes.Equal(old, content):
		c.Action = Unchanged
	case m.wrote(path, hashOf(old)):
		c.Action = Modify
		if !wanted {
			c.Action = Remove
		}
	case m.knows(path):
		c.Action, c.Reason = Conflict, "it was edited by hand"
	case strings.HasPrefix(string(old), emit.Marker):
		c.Action = Modify
	default:
		c.Action, c.Reason = Conflict, "stackgen did not write it"
	}
	return c, nil
}

// Conflicts are the changes that need a decision.
func (p *Plan) Conflicts() []Change { return p.with(Conflict) }

// Pending are the changes that Apply would make, conflicts included.
func (p *Plan) Pending() []Change {
	return append(p.with(Create, Modify, Remove, Conflict), p.module...)
}

func (p *Plan) with(actions ...Action) []Change {
	var found []Change
	for _, c := range p.Changes {
		for _, a := range actions {
			if c.Action == a {
				found = append(found, c)
			}
		}
	}
	return found
}
