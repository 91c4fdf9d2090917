// Package terminal is where commands of a site ask their questions.
package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Terminal is who started the command.
type Terminal struct {
	// Out is where a command writes.
	Out io.Writer
	// Lookup reads the environment.
	Lookup func(name string) (string, bool)

	in    io.Reader
	lines *bufio.Reader
}

// New reads answers from in.
func New(in io.Reader, out io.Writer, lookup func(string) (string, bool)) *Terminal {
	return &Terminal{Out: out, Lookup: lookup, in: in, lines: bufio.NewReader(in)}
}

// Line reads a line.
func (t *Terminal) Line(prompt string) (string, error) {
	fmt.Fprint(t.Out, prompt)
	text, err := t.lines.ReadString('\n')
	if text != "" && errors.Is(err, io.EOF) {
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("there is no answer: %w", err)
	}
	return strings.TrimRight(text, "\r\n"), nil
}

// Secret reads a line that is not shown while it is typed: isTerminal and hidden
// are those of golang.org/x/term, which only sites with users link. What comes
// from a pipe is a line like any other.
func (t *Terminal) Secret(prompt string, isTerminal func(fd int) bool, hidden func(fd int) ([]byte, error)) (string, error) {
	file, ok := t.in.(*os.File)
	if !ok || !isTerminal(int(file.Fd())) {
		return t.Line(prompt)
	}
	fmt.Fprint(t.Out, prompt)
	secret, err := hidden(int(file.Fd()))
	fmt.Fprintln(t.Out)
	if err != nil {
		return "", fmt.Errorf("there is no answer: %w", err)
	}
	return string(secret), nil
}

// Ask reads an answer until check finds nothing wrong with it.
func (t *Terminal) Ask(prompt string, check func(string) error) (string, error) {
	for {
		answer, err := t.Line(prompt)
		if err != nil {
			return "", err
		}
		if err := check(answer); err != nil {
			fmt.Fprintln(t.Out, "Error:", err)
			continue
		}
		return answer, nil
	}
}
