// Package smtp sends e-mail by SMTP, with TLS. Only generated code imports it,
// so that a site that sends no e-mail so links none of it.
//
//	smtp://user:password@mail.example.com:587    STARTTLS, without which nothing is sent
//	smtps://user:password@mail.example.com:465   TLS from the first byte
//	smtp://relay.internal:25?tls=none            no encryption, and no password
package smtp

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"stackgen.dev/runtime/web/mail"
)

// Mailer sends messages to a server.
type Mailer struct {
	host    string
	options []gomail.Option
}

// timeout bounds everything that one message needs.
const timeout = 30 * time.Second

// Open reads the URL. It does not connect: a site starts while its mail server is away.
func Open(address string) (mail.Mailer, error) { return open(address, nil) }

// open is Open with certificates to trust; nil is the system's.
func open(address string, trust *tls.Config) (mail.Mailer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("smtp: the URL is not smtp://user:password@host:port") // it may hold a password
	}
	m := &Mailer{host: u.Hostname(), options: []gomail.Option{gomail.WithTimeout(timeout)}}
	port, encrypted := 587, true
	switch {
	case u.Scheme == "smtps":
		port = 465
		m.options = append(m.options, gomail.WithSSL())
	case u.Scheme != "smtp":
		return nil, fmt.Errorf("smtp: %q is no scheme of e-mail", u.Scheme)
	case u.Query().Get("tls") == "none":
		port, encrypted = 25, false
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, errors.New("smtp: the port is no number")
		}
	}
	m.options = append(m.options, gomail.WithPort(port))
	if trust != nil {
		m.options = append(m.options, gomail.WithTLSConfig(trust))
	}
	if name := u.User.Username(); name != "" {
		if !encrypted {
			return nil, errors.New("smtp: a password is not sent without TLS")
		}
		password, _ := u.User.Password()
		m.options = append(m.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(m.host, m.options...); err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	return m, nil
}

// Send sends the message over a connection of its own.
func (m *Mailer) Send(ctx context.Context, message *mail.Message) error {
	if err := message.Check(); err != nil {
		return err
	}
	msg, err := build(message)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	client, err := gomail.NewClient(m.host, m.options...)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("smtp: send by %s: %w", m.host, err)
	}
	return nil
}

func build(m *mail.Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.From(m.From); err != nil {
		return nil, err
	}
	for _, list := range []struct {
		set       func(...string) error
		addresses []string
	}{{msg.To, m.To}, {msg.Cc, m.Cc}, {msg.Bcc, m.Bcc}} {
		if len(list.addresses) > 0 {
			if err := list.set(list.addresses...); err != nil {
				return nil, err
			}
		}
	}
	if len(m.ReplyTo) > 0 {
		if err := msg.ReplyTo(m.ReplyTo[0]); err != nil {
			return nil, err
		}
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageID()
	for _, h := range m.Headers {
		msg.SetGenHeader(gomail.Header(h.Name), h.Value)
	}
	switch {
	case m.Text != "" && m.HTML != "":
		msg.SetBodyString(gomail.TypeTextPlain, m.Text)
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	case m.HTML != "":
		msg.SetBodyString(gomail.TypeTextHTML, m.HTML)
	default:
		msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	}
	for _, a := range m.Attachments {
		var options []gomail.FileOption
		if a.ContentType != "" {
			options = append(options, gomail.WithFileContentType(gomail.ContentType(a.ContentType)))
		}
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Content), options...); err != nil {
			return nil, err
		}
	}
	return msg, nil
}

var _ mail.Mailer = (*Mailer)(nil)
