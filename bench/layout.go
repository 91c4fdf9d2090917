package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// layout is where things lie.
type layout struct {
	root   string // the checkout
	build  string // bench/.build: everything the bench makes
	static string // the example's static folder
	files  string // the folder that is served from the disk
}

// newLayout makes the folders and the files that are served from the disk.
func newLayout(root string) (layout, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return layout{}, err
	}
	l := layout{
		root:   root,
		build:  filepath.Join(root, "bench", ".build"),
		static: filepath.Join(root, "examples", "bench", "static"),
		files:  filepath.Join(root, "bench", ".build", "files"),
	}
	if _, err := os.Stat(l.static); err != nil {
		return layout{}, fmt.Errorf("-root %s is not the checkout: %w", root, err)
	}
	for _, dir := range []string{"bin", "files", "run"} {
		if err := os.MkdirAll(filepath.Join(l.build, dir), 0o755); err != nil {
			return layout{}, err
		}
	}
	for _, name := range []string{"1k.txt", "100k.txt"} {
		b, err := os.ReadFile(filepath.Join(l.static, name))
		if err != nil {
			return layout{}, err
		}
		if err := os.WriteFile(filepath.Join(l.files, name), b, 0o644); err != nil {
			return layout{}, err
		}
	}
	return l, os.WriteFile(filepath.Join(l.files, "10m.bin"), pattern(10<<20), 0o644)
}

// bin is the path of a program that the bench builds.
func (l layout) bin(name string) string { return filepath.Join(l.build, "bin", name) }

// run is the path of something that exists while servers run.
func (l layout) run(name string) string { return filepath.Join(l.build, "run", name) }

// expected is the body that an answer has to have.
func (l layout) expected(c content) ([]byte, error) {
	switch {
	case c.static != "":
		return os.ReadFile(filepath.Join(l.static, c.static))
	case c.file != "":
		return os.ReadFile(filepath.Join(l.files, c.file))
	}
	return []byte(c.text), nil
}

// pattern is n bytes that do not repeat soon and are the same every time
// (xorshift).
func pattern(n int) []byte {
	b := make([]byte, n)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

// buildSite lays the example out as a project of its own and builds it with the
// checkout's stackgen.
func (l layout) buildSite(ctx context.Context) error {
	project := filepath.Join(l.build, "site")
	if err := os.RemoveAll(project); err != nil {
		return err
	}
	for _, part := range []string{"views", "static"} {
		if err := os.CopyFS(filepath.Join(project, part), os.DirFS(filepath.Join(l.root, "examples", "bench", part))); err != nil {
			return err
		}
	}
	hcl, err := fs.ReadFile(os.DirFS(l.root), "examples/bench.hcl")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(project, "site.hcl"), hcl, 0o644); err != nil {
		return err
	}
	if err := l.goTool(ctx, nil, "build", "-o", l.bin("stackgen"), "./cmd/stackgen"); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, l.bin("stackgen"), "build", "-o", l.bin("site"), filepath.Join(project, "site.hcl"))
	return runQuietly(cmd)
}

// goTool runs the go command in the checkout.
func (l layout) goTool(ctx context.Context, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = l.root
	cmd.Env = append(os.Environ(), env...)
	return runQuietly(cmd)
}

// runQuietly runs a command and returns what it said only when it failed.
func runQuietly(cmd *exec.Cmd) error {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Writer(&said), &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, said.Bytes())
	}
	return nil
}
