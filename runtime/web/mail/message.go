package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"
)

// Message is one e-mail.
type Message struct {
	// From is the sender; the site's own where it is empty.
	From string
	// To, Cc and Bcc are who gets it: addresses, with a name before them where one is wanted.
	To, Cc, Bcc []string
	// ReplyTo is where answers go.
	ReplyTo []string
	Subject string
	// Text is the message, HTML the same for who prefers that; either may be empty.
	Text, HTML string
	// Headers are more fields of the head.
	Headers     []Header
	Attachments []Attachment
}

// Header is a field of the head.
type Header struct{ Name, Value string }

// Attachment is a file that goes with a message.
type Attachment struct {
	Name string
	// ContentType is found out by the name where it is empty.
	ContentType string
	Content     []byte
}

// Mailer takes messages away.
type Mailer interface {
	// Send takes one away. It fails with ErrHeader for one that must not be sent.
	Send(ctx context.Context, m *Message) error
}

// ErrHeader says that a message has something in its head that cannot stand
// there: a line break, which would begin a field of somebody else's (BadHeaderError).
var ErrHeader = errors.New("mail: a value of the head holds what cannot stand there")

// From is a Mailer that puts a sender into messages that name none.
func From(sender string, next Mailer) Mailer { return withSender{sender, next} }

type withSender struct {
	sender string
	next   Mailer
}

// Send sends the message with its sender.
func (w withSender) Send(ctx context.Context, m *Message) error {
	if m.From == "" {
		whole := *m
		whole.From = w.sender
		m = &whole
	}
	return w.next.Send(ctx, m)
}

// maxAddress is the longest address, with its name, in bytes.
const maxAddress = 1000

// Check reports what is wrong with a message. Every Mailer calls it.
func (m *Message) Check() error {
	if len(m.To)+len(m.Cc)+len(m.Bcc) == 0 {
		return errors.New("mail: the message has no recipient")
	}
	for name, list := range map[string][]string{"From": {m.From}, "To": m.To, "Cc": m.Cc, "Bcc": m.Bcc, "Reply-To": m.ReplyTo} {
		for _, address := range list {
			if err := checkAddress(name, address); err != nil {
				return err
			}
		}
	}
	if !inLine(m.Subject) {
		return fmt.Errorf("%w: Subject", ErrHeader)
	}
	for _, h := range m.Headers {
		if !isToken(h.Name) || !inLine(h.Value) {
			return fmt.Errorf("%w: %q", ErrHeader, h.Name)
		}
		switch strings.ToLower(h.Name) {
		case "from", "to", "cc", "bcc", "reply-to", "subject", "content-type", "content-transfer-encoding", "mime-version":
			return fmt.Errorf("%w: %s has a place of its own", ErrHeader, h.Name)
		}
	}
	for _, a := range m.Attachments {
		if a.Name == "" || !inLine(a.Name) || !inLine(a.ContentType) {
			return fmt.Errorf("%w: the name of an attachment", ErrHeader)
		}
	}
	return nil
}

func checkAddress(name, address string) error {
	if !inLine(address) || len(address) > maxAddress {
		return fmt.Errorf("%w: %s", ErrHeader, name)
	}
	if _, err := mail.ParseAddress(address); err != nil {
		return fmt.Errorf("mail: %s: %q is no address", name, address)
	}
	return nil
}

// inLine reports whether a value stays in its line.
func inLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 })
}

func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
	})
}

var _ Mailer = withSender{}
