package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"
)

// progress shows on one line of a terminal which package is being compiled;
// elsewhere it is silent until the end.
type progress struct {
	w        io.Writer
	terminal bool
	width    int
	start    time.Time
	packages int
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.terminal = true
		p.width, _, _ = term.GetSize(int(f.Fd()))
		p.line("compiling…")
	}
	return p
}

func (p *progress) step(pkg string) {
	p.packages++
	if p.terminal {
		p.line(fmt.Sprintf("compiling… %d packages, %s, now %s", p.packages, time.Since(p.start).Round(time.Second), pkg))
	}
}

func (p *progress) line(text string) {
	if p.width > 0 && len(text) > p.width-1 {
		text = text[:p.width-1]
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", text)
}

func (p *progress) done(ok bool, binary string) {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	if !ok {
		return
	}
	size := ""
	if info, err := os.Stat(binary); err == nil {
		size = fmt.Sprintf(", %.1f MB", float64(info.Size())/1e6)
	}
	fmt.Fprintf(p.w, "compiled %s in %s%s\n", filepath.Base(binary), time.Since(p.start).Round(100*time.Millisecond), size)
}
