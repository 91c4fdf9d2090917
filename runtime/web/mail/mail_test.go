package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web/mail"
)

func message() *mail.Message {
	return &mail.Message{From: "The Club <club@example.com>", To: []string{"ada@example.com"}, Subject: "Grüße", Text: "Größe\n", HTML: "<p>Größe</p>"}
}

// Ensure that nothing that may come from a form begins a field of its own.
func TestHeaderInjection(t *testing.T) {
	tests := map[string]func(*mail.Message){
		"subject":           func(m *mail.Message) { m.Subject = "x\r\nBcc: all@example.com" },
		"subject, LF":       func(m *mail.Message) { m.Subject = "x\ny" },
		"to":                func(m *mail.Message) { m.To = []string{"a@example.com\r\nBcc: b@example.com"} },
		"from":              func(m *mail.Message) { m.From = "a@example.com\nX: y" },
		"reply to":          func(m *mail.Message) { m.ReplyTo = []string{"a@example.com\r"} },
		"a field's value":   func(m *mail.Message) { m.Headers = []mail.Header{{Name: "X-A", Value: "b\r\n\r\nbody"}} },
		"a field's name":    func(m *mail.Message) { m.Headers = []mail.Header{{Name: "X-A: b\r\nBcc", Value: "c"}} },
		"a field with bcc":  func(m *mail.Message) { m.Headers = []mail.Header{{Name: "bcc", Value: "b@example.com"}} },
		"an attachment":     func(m *mail.Message) { m.Attachments = []mail.Attachment{{Name: "a\r\nb"}} },
		"a line separator":  func(m *mail.Message) { m.Subject = "a\u2028b" },
		"no text at all":    func(m *mail.Message) { m.Subject = "a\xffb" },
		"an address's name": func(m *mail.Message) { m.To = []string{"\"a\r\nBcc: b@example.com\" <c@example.com>"} },
	}
	for name, change := range tests {
		m := message()
		change(m)
		for _, to := range []mail.Mailer{new(mail.Memory), mail.NewConsole(io.Discard), mail.NewFolder(t.TempDir())} {
			if err := to.Send(t.Context(), m); !errors.Is(err, mail.ErrHeader) {
				t.Errorf("%s: %T: %v", name, to, err)
			}
		}
	}
	for name, change := range map[string]func(*mail.Message){
		"no recipient": func(m *mail.Message) { m.To = nil }, "no address": func(m *mail.Message) { m.To = []string{"nobody"} }, "no sender": func(m *mail.Message) { m.From = "" },
	} {
		m := message()
		change(m)
		if m.Check() == nil {
			t.Error(name)
		}
	}
}

// Ensure that a message reads as it was written: both texts, and a file.
func TestRender(t *testing.T) {
	m := message()
	m.Bcc = []string{"hidden@example.com"}
	m.Headers = []mail.Header{{Name: "List-Id", Value: "club"}}
	m.Attachments = []mail.Attachment{{Name: "übersicht.txt", Content: bytes.Repeat([]byte("line\n"), 100)}}
	raw, err := m.Render(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("hidden@example.com")) {
		t.Error("Bcc is shown")
	}
	for _, line := range bytes.Split(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.Contains(line, []byte("\n")) {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	read, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if subject != "Grüße" || read.Header.Get("List-Id") != "club" || read.Header.Get("Message-Id") == "" {
		t.Error(read.Header)
	}
	outer := parts(t, read.Header.Get("Content-Type"), read.Body)
	if len(outer) != 2 || outer[1].FileName() != "übersicht.txt" {
		t.Fatal(len(outer))
	}
}

func parts(t *testing.T, kind string, body io.Reader) []*multipart.Part {
	t.Helper()
	kind, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(err)
	}
	var list []*multipart.Part
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
		content, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "multipart/alternative") {
			for i, part := range parts(t, p.Header.Get("Content-Type"), bytes.NewReader(content)) {
				if want := []string{"text/plain; charset=utf-8", "text/html; charset=utf-8"}[i]; part.Header.Get("Content-Type") != want {
					t.Error(part.Header)
				}
			}
		}
		if kind == "multipart/alternative" {
			text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(content)))
			if err != nil || !strings.Contains(string(text), "Größe") {
				t.Errorf("%q %v", text, err)
			}
		}
	}
}

// Ensure that each place takes messages, and that a sender is put in where there is none.
func TestPlaces(t *testing.T) {
	var console bytes.Buffer
	dir := t.TempDir()
	for _, url := range []string{"console:", "file:post", "memory:"} {
		m, err := mail.Open(url, dir, &console, nil)
		if err != nil {
			t.Fatal(err)
		}
		whole := message()
		whole.From = ""
		if err := mail.From("site@example.com", m).Send(context.Background(), whole); err != nil {
			t.Error(url, err)
		}
		if kept, ok := m.(*mail.Memory); ok && (len(kept.Sent()) != 1 || kept.Sent()[0].From != "site@example.com") {
			t.Error(kept.Sent())
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "post", "*.eml"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	written, err := os.ReadFile(files[0])
	if err != nil || !bytes.Contains(written, []byte("site@example.com")) || !strings.Contains(console.String(), "site@example.com") {
		t.Error(string(written), console.String(), err)
	}
	if _, err := mail.Open("smtp://x", dir, nil, nil); err == nil {
		t.Error("SMTP without a way to send by it")
	}
}

// Ensure that no line of a head is longer than a server takes, however long the subject, its words and the list of who gets it are.
func TestLongLines(t *testing.T) {
	many := make([]string, 200)
	for i := range many {
		many[i] = "Grüße <somebody-with-a-long-name@mail.example.com>"
	}
	for name, subject := range map[string]string{"words": strings.Repeat("a word ", 300) + "end", "one word": strings.Repeat("a", 3000), "not ASCII": strings.Repeat("ä", 900), "spaces": "a  b"} {
		m := message()
		m.Subject, m.To, m.ReplyTo = subject, many, many[:3]
		m.Headers = []mail.Header{{Name: "X-Long", Value: strings.Repeat("x", 2000)}}
		raw, err := m.Render(time.Now())
		if err != nil {
			t.Fatal(name, err)
		}
		for line := range bytes.Lines(raw) {
			if len(line) > 998 {
				t.Errorf("%s: a line of %d bytes: %.80q", name, len(line), line)
			}
		}
		read, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(name, err)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject")); err != nil || got != subject {
			t.Errorf("%s: %v\n%.80q is read as\n%.80q", name, err, subject, got)
		}
		if list, err := read.Header.AddressList("To"); err != nil || len(list) != 200 || list[199].Name != "Grüße" {
			t.Errorf("%s: To: %d %v", name, len(list), err)
		}
		if list, err := read.Header.AddressList("Reply-To"); err != nil || len(list) != 3 {
			t.Errorf("%s: Reply-To: %d %v", name, len(list), err)
		}
	}
}
