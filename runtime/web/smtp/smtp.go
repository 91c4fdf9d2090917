// Package smtp sends e-mail by SMTP, with TLS. Only generated code imports it,
// so that a site that sends no e-mail so links none of it.
//
//	smtp://user:password@mail.example.com:587    STARTTLS, without which nothing is sent
//	smtps://user:password@mail.example.com:465   TLS from the first byte
//	smtp://relay.internal:25?tls=none            no encryption, and no password
//	smtp://…?timeout=10s                         what one message may take; 30s (EMAIL_TIMEOUT)
package smtp

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"stackgen.dev/runtime/web/mail"
)

// Mailer sends messages to a server.
type Mailer struct {
	host    string
	options []gomail.Option
	// timeout bounds everything that one message needs.
	timeout time.Duration
	// trust is what certificates are checked by, and begin says that TLS is there from the first byte.
	trust *tls.Config
	begin bool
}

// defaultTimeout is the timeout where the URL says none.
const defaultTimeout = 30 * time.Second

// Open reads the URL. It does not connect: a site starts while its mail server is away.
func Open(address string) (mail.Mailer, error) { return open(address, nil) }

// open is Open with certificates to trust; nil is the system's.
func open(address string, roots *x509.CertPool) (mail.Mailer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("smtp: the URL is not smtp://user:password@host:port") // it may hold a password
	}
	m := &Mailer{host: u.Hostname(), timeout: defaultTimeout, trust: &tls.Config{RootCAs: roots, ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}}
	port, encrypted := 587, true
	if u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, fmt.Errorf("smtp: %q is no scheme of e-mail", u.Scheme)
	}
	for name, values := range u.Query() {
		switch value := values[0]; {
		case name == "tls" && value == "none" && u.Scheme == "smtp":
			port, encrypted = 25, false
		case name == "timeout":
			if m.timeout, err = time.ParseDuration(value); err != nil || m.timeout <= 0 {
				return nil, fmt.Errorf("smtp: timeout=%s is no time such as 10s", value)
			}
		default:
			return nil, fmt.Errorf("smtp: the URL cannot say %s=%s: there are tls=none, of smtp alone, and timeout=10s", name, value)
		}
	}
	policy := gomail.TLSMandatory
	switch {
	case u.Scheme == "smtps":
		port, m.begin = 465, true
		policy = gomail.TLSOpportunistic // dial has encrypted it already
	case !encrypted:
		policy = gomail.NoTLS
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, errors.New("smtp: the port is no number")
		}
	}
	// Send ends by its context, in time before the deadlines of single steps.
	m.options = []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(2 * m.timeout), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(m.trust)}
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

// Send sends the message over a connection of its own, which does not outlive ctx and the timeout
// of the URL, whatever the server does. No recipient gets a message that the server refuses for one of them.
func (m *Mailer) Send(ctx context.Context, message *mail.Message) error {
	if err := message.Check(); err != nil {
		return err
	}
	msg, err := build(message)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, m.timeout, errTimeout)
	defer cancel()
	var unwatch func() bool
	dial := gomail.WithDialContextFunc(func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := m.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		// A server that says a byte now and then would keep every deadline of a read from passing.
		unwatch = context.AfterFunc(ctx, func() { conn.Close() })
		return conn, nil
	})
	client, err := gomail.NewClient(m.host, append(slices.Clone(m.options), dial)...)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if unwatch != nil {
		unwatch()
	}
	if at, _ := ctx.Deadline(); err != nil && !time.Now().Before(at) {
		<-ctx.Done() // on a busy machine its timer comes behind those of the steps
	}
	switch {
	case msg.IsDelivered():
		return nil // what is wrong behind that is the goodbye
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("smtp: send by %s: %w: %w", m.host, context.Cause(ctx), err)
	case err != nil:
		return fmt.Errorf("smtp: send by %s: %w", m.host, err)
	}
	return nil
}

// errTimeout says that a message took longer than the URL allows.
var errTimeout = errors.New("the mail server takes too long")

// dial connects, with TLS where that is there from the first byte.
func (m *Mailer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if m.begin {
		return (&tls.Dialer{Config: m.trust}).DialContext(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
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
		all := make([]string, len(m.ReplyTo))
		for i, address := range m.ReplyTo {
			parsed, err := netmail.ParseAddress(address)
			if err != nil {
				return nil, err
			}
			all[i] = parsed.String()
		}
		msg.SetGenHeader(gomail.Header(gomail.HeaderReplyTo), strings.Join(all, ", "))
	}
	msg.Subject(mail.EncodeValue(m.Subject))
	msg.SetDate()
	msg.SetMessageID()
	for _, h := range m.Headers {
		msg.SetGenHeader(gomail.Header(h.Name), mail.EncodeValue(h.Value))
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
