package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Console prints messages (the console backend): for trying a site out.
type Console struct {
	mu sync.Mutex
	w  io.Writer
}

// NewConsole prints to w.
func NewConsole(w io.Writer) *Console { return &Console{w: w} }

// Send prints the message.
func (c *Console) Send(_ context.Context, m *Message) error {
	raw, err := m.Render(time.Now())
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	raw = append(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), "\n-------\n"...)
	if _, err := c.w.Write(raw); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// Folder writes each message to a file of its own (the file backend).
type Folder struct{ dir string }

// NewFolder writes to a folder, which is made when it is needed.
func NewFolder(dir string) *Folder { return &Folder{dir} }

// Send writes the message, whole or not at all.
func (f *Folder) Send(_ context.Context, m *Message) error {
	now := time.Now()
	raw, err := m.Render(now)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	var tail [4]byte
	rand.Read(tail[:])
	name := filepath.Join(f.dir, now.UTC().Format("20060102-150405.000000")+"-"+hex.EncodeToString(tail[:]))
	if err := os.WriteFile(name+".part", raw, 0o600); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := os.Rename(name+".part", name+".eml"); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// Memory keeps messages, for tests (the locmem backend). The zero Memory is ready.
type Memory struct {
	mu   sync.Mutex
	sent []Message
}

// Send keeps the message.
func (k *Memory) Send(_ context.Context, m *Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sent = append(k.sent, *m)
	return nil
}

// Sent are the messages so far, in order (mail.outbox).
func (k *Memory) Sent() []Message {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.sent)
}

// Open is the Mailer of a URL: "console:", "file:FOLDER" beneath dir, or "memory:".
// Others are those of opener, which is nil where the site links none.
func Open(url, dir string, console io.Writer, opener func(url string) (Mailer, error)) (Mailer, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "console":
		return NewConsole(console), nil
	case "file":
		if rest == "" {
			rest = "mail"
		}
		if !filepath.IsAbs(rest) {
			rest = filepath.Join(dir, rest)
		}
		return NewFolder(rest), nil
	case "memory":
		return new(Memory), nil
	}
	if opener == nil {
		return nil, fmt.Errorf("mail: this binary has no way to send e-mail by %q", scheme)
	}
	return opener(url)
}

var (
	_ Mailer = (*Console)(nil)
	_ Mailer = (*Folder)(nil)
	_ Mailer = (*Memory)(nil)
)
