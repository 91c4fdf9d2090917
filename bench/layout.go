package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// layout is where things lie.
type layout struct {
	root   string // the checkout
	build  string // bench/.build: everything the bench makes
	static string // what peers without a binary of their own serve as /static/
	files  string // what every peer serves as /files/, the same files
}

// newLayout makes the folders.
func newLayout(root string) (layout, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return layout{}, err
	}
	build := filepath.Join(root, "bench", ".build")
	l := layout{root: root, build: build, static: filepath.Join(build, "static"), files: filepath.Join(build, "files")}
	example := filepath.Join(root, "examples", "bench", "static")
	if _, err := os.Stat(example); err != nil {
		return layout{}, fmt.Errorf("-root %s is not the checkout: %w", root, err)
	}
	for _, dir := range []string{l.static, l.files, filepath.Join(build, "bin"), filepath.Join(build, "run")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return layout{}, err
		}
	}
	return l, nil
}

// fill writes the files that are served.
func (l layout) fill() error {
	for _, name := range []string{"1k.txt", "100k.txt"} {
		b, err := os.ReadFile(filepath.Join(l.root, "examples", "bench", "static", name))
		if err != nil {
			return err
		}
		if err := l.serve(name, b); err != nil {
			return err
		}
	}
	page, err := os.ReadFile(filepath.Join(l.root, "bench", "peers", "fortunes.html"))
	if err != nil {
		return err
	}
	return errors.Join(l.serve("fortunes.html", page), l.serve("10m.bin", pattern(10<<20)), l.serve("20k.html", page20k()))
}

// page20k is a page of 20 KB that compresses as pages do: a table of words and numbers.
func page20k() []byte {
	const size = 20 << 10
	words := strings.Fields("alpha river seven notes garden window letter paper silver orange market winter")
	b := []byte("<!doctype html>\n<html lang=\"en\">\n<head><title>A page</title></head>\n<body>\n<table>\n")
	for i, chance := 0, pattern(4<<10); len(b) < size-200; i += 4 {
		c := chance[i:]
		b = fmt.Appendf(b, "<tr><td class=\"name\"><a href=\"/items/%d/\">%s %s</a></td><td class=\"number\">%d</td></tr>\n",
			int(c[0])<<8|int(c[1]), words[int(c[2])%len(words)], words[int(c[3])%len(words)], int(c[1])*int(c[3]))
	}
	b = append(b, "</table>\n"...)
	for len(b) < size-len("</body>\n</html>\n") {
		b = append(b, '\n')
	}
	return append(b, "</body>\n</html>\n"...)
}

// lock keeps a second run out, which would disturb the first and write over what
// it uses. The system gives it up when the program ends; unlock does before.
func (l layout) lock() (unlock func() error, err error) {
	f, err := os.OpenFile(filepath.Join(l.build, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another run of the bench is under way in this checkout: %w", err)
	}
	return f.Close, nil
}

// serve writes a file into both folders.
func (l layout) serve(name string, content []byte) error {
	for _, dir := range []string{l.static, l.files} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bin is the path of a program that the bench builds.
func (l layout) bin(name string) string { return filepath.Join(l.build, "bin", name) }

// run is the path of something that exists while servers run.
func (l layout) run(name string) string { return filepath.Join(l.build, "run", name) }

// expected is the body that an answer has to have.
func (l layout) expected(c content) ([]byte, error) {
	if c.file != "" {
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
