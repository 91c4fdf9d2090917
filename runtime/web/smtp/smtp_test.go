package smtp

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web/mail"
)

// server is a mail server of its own for one message.
type server struct {
	address string
	trust   *tls.Config
	got     chan letter
}

type letter struct {
	encrypted bool
	login     string
	to        []string
	data      string
}

// serve listens: with TLS from the first byte, by STARTTLS, or (none) without it.
func serve(t *testing.T, mode string) *server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &server{address: l.Addr().String(), trust: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}, got: make(chan letter, 1)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(conn, config, mode)
		}
	}()
	return s
}

func (s *server) talk(conn net.Conn, config *tls.Config, mode string) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	var l letter
	if mode == "tls" {
		conn, l.encrypted = tls.Server(conn, config), true
	}
	r := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprint(conn, line+"\r\n") }
	say("220 here")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		switch verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0]); {
		case verb == "EHLO" && mode == "starttls" && !l.encrypted:
			say("250-here\r\n250 STARTTLS")
		case verb == "EHLO":
			say("250-here\r\n250 AUTH PLAIN")
		case verb == "STARTTLS":
			say("220 go")
			conn, l.encrypted = tls.Server(conn, config), true
			r = bufio.NewReader(conn)
		case verb == "AUTH":
			raw, _ := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
			l.login = strings.ReplaceAll(string(raw), "\x00", " ")
			say("235 ok")
		case strings.HasPrefix(line, "RCPT TO:"):
			l.to = append(l.to, line[8:])
			say("250 ok")
		case verb == "DATA":
			say("354 go")
			for {
				line, err := r.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				l.data += line
			}
			s.got <- l
			say("250 ok")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func message() *mail.Message {
	return &mail.Message{From: "club@example.com", To: []string{"Ada <ada@example.com>"}, Bcc: []string{"hidden@example.com"}, Subject: "Hello", Text: "plain", HTML: "<p>rich</p>",
		Headers: []mail.Header{{Name: "List-Id", Value: "club"}}, Attachments: []mail.Attachment{{Name: "a.txt", Content: []byte("file")}}}
}

// Ensure that a message arrives over TLS, from the first byte and by STARTTLS, with the password.
func TestSend(t *testing.T) {
	for mode, url := range map[string]string{"tls": "smtps://ada:secret@%s", "starttls": "smtp://ada:secret@%s", "none": "smtp://%s?tls=none"} {
		t.Run(mode, func(t *testing.T) {
			s := serve(t, mode)
			m, err := open(fmt.Sprintf(url, s.address), s.trust)
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Send(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
			l := <-s.got
			if l.encrypted != (mode != "none") || mode != "none" && l.login != " ada secret" || len(l.to) != 2 {
				t.Errorf("%+v", l)
			}
			for _, want := range []string{"Subject: Hello", "plain", "rich", "List-Id: club", "a.txt", "ada@example.com"} {
				if !strings.Contains(l.data, want) {
					t.Errorf("%q is missing in\n%s", want, l.data)
				}
			}
			if strings.Contains(l.data, "hidden@example.com") {
				t.Error("Bcc is shown")
			}
		})
	}
}

// Ensure that nothing is sent where the server has no TLS, or another's certificate, or the message is a forgery.
func TestRefuse(t *testing.T) {
	plain := serve(t, "none")
	m, err := open("smtp://ada:secret@"+plain.address, plain.trust)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), message()); err == nil {
		t.Error("a message went without TLS")
	} else if strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
	strange := serve(t, "tls")
	if m, err = open("smtps://"+strange.address, nil); err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), message()); err == nil {
		t.Error("a certificate that nobody knows is trusted")
	}
	forged := message()
	forged.Subject = "x\r\nBcc: all@example.com"
	if err := m.Send(t.Context(), forged); !errors.Is(err, mail.ErrHeader) {
		t.Error(err)
	}
	for _, url := range []string{"smtp://", "http://x", "smtp://a:secret@x?tls=none", "smtp://x:y"} {
		if _, err := Open(url); err == nil || strings.Contains(err.Error(), "secret") {
			t.Error(url, err)
		}
	}
}
