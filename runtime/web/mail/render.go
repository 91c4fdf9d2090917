package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"path"
	"strings"
	"time"
)

// Render writes a message as it travels (RFC 5322). Bcc stays out of it.
func (m *Message) Render(now time.Time) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	field := func(name, value string) { b.WriteString(folded(name, value)) }
	list := func(name string, addresses []string) {
		var all []string
		for _, a := range addresses {
			parsed, err := mail.ParseAddress(a)
			if err != nil {
				continue // Check has refused it
			}
			all = append(all, parsed.String())
		}
		if len(all) > 0 {
			field(name, strings.Join(all, ", "))
		}
	}
	list("From", []string{m.From})
	list("To", m.To)
	list("Cc", m.Cc)
	list("Reply-To", m.ReplyTo)
	field("Subject", EncodeValue(m.Subject))
	field("Date", now.Format(time.RFC1123Z))
	field("Message-ID", messageID(m.From))
	field("MIME-Version", "1.0")
	for _, h := range m.Headers {
		field(h.Name, EncodeValue(h.Value))
	}
	if err := m.body(&b); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return b.Bytes(), nil
}

// messageID is a name of the message that no other has.
func messageID(from string) string {
	var raw [12]byte
	rand.Read(raw[:])
	domain := "localhost"
	if a, err := mail.ParseAddress(from); err == nil {
		_, domain, _ = strings.Cut(a.Address, "@")
	}
	return "<" + hex.EncodeToString(raw[:]) + "@" + domain + ">"
}

// body writes what comes after the fields: text, both texts, or all with files.
func (m *Message) body(b *bytes.Buffer) error {
	if len(m.Attachments) == 0 {
		header, content, err := m.texts()
		if err != nil {
			return err
		}
		writeHeader(b, header)
		b.Write(content)
		return nil
	}
	w := multipart.NewWriter(b)
	fmt.Fprintf(b, "Content-Type: multipart/mixed; boundary=%s\r\n\r\n", w.Boundary())
	header, content, err := m.texts()
	if err == nil {
		err = writePart(w, header, content)
	}
	for _, a := range m.Attachments {
		if err != nil {
			return err
		}
		kind := a.ContentType
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(a.Name))
		}
		if kind == "" {
			kind = "application/octet-stream"
		}
		err = writePart(w, textproto.MIMEHeader{
			"Content-Type": {kind}, "Content-Transfer-Encoding": {"base64"},
			"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})},
		}, lines(base64.StdEncoding.EncodeToString(a.Content)))
	}
	if err != nil {
		return err
	}
	return w.Close()
}

// texts are the texts of the message as one part.
func (m *Message) texts() (textproto.MIMEHeader, []byte, error) {
	if m.HTML == "" || m.Text == "" {
		kind, text := "text/plain", m.Text
		if m.HTML != "" {
			kind, text = "text/html", m.HTML
		}
		return quoted(kind, text)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, t := range [][2]string{{"text/plain", m.Text}, {"text/html", m.HTML}} { // the best comes last
		header, content, err := quoted(t[0], t[1])
		if err != nil {
			return nil, nil, err
		}
		if err := writePart(w, header, content); err != nil {
			return nil, nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	return textproto.MIMEHeader{"Content-Type": {"multipart/alternative; boundary=" + w.Boundary()}}, b.Bytes(), nil
}

func quoted(kind, text string) (textproto.MIMEHeader, []byte, error) {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		return nil, nil, err
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	return textproto.MIMEHeader{"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}}, b.Bytes(), nil
}

func writeHeader(b *bytes.Buffer, header textproto.MIMEHeader) {
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		if v := header.Get(name); v != "" {
			fmt.Fprintf(b, "%s: %s\r\n", name, v)
		}
	}
	b.WriteString("\r\n")
}

func writePart(w *multipart.Writer, header textproto.MIMEHeader, content []byte) error {
	part, err := w.CreatePart(header)
	if err != nil {
		return err
	}
	_, err = part.Write(content)
	return err
}

// lines breaks base64 into lines of 76 characters.
func lines(s string) []byte {
	var b []byte
	for len(s) > 76 {
		b = append(append(b, s[:76]...), '\r', '\n')
		s = s[76:]
	}
	return append(append(b, s...), '\r', '\n')
}
