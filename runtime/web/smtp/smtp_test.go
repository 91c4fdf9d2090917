package smtp

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
	"stackgen.dev/runtime/web/mail"
)

// server is a mail server of its own for one message.
type server struct {
	address string
	trust   *x509.CertPool
	got     chan letter
	// auth is what the server says that it takes.
	auth string
}

type letter struct {
	encrypted bool
	login     string
	method    string
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
	s := &server{address: l.Addr().String(), trust: pool, got: make(chan letter, 1), auth: "PLAIN"}
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
			say("250-here\r\n250 AUTH " + s.auth)
		case verb == "STARTTLS":
			say("220 go")
			conn, l.encrypted = tls.Server(conn, config), true
			r = bufio.NewReader(conn)
		case verb == "AUTH" && !strings.HasPrefix(line, "AUTH PLAIN "):
			l.method = strings.Fields(line)[1]
			for _, challenge := range map[string][]string{"LOGIN": {"Username:", "Password:"}, "CRAM-MD5": {"<1@here>"}}[l.method] {
				say("334 " + base64.StdEncoding.EncodeToString([]byte(challenge)))
				answer, err := r.ReadString('\n')
				if err != nil {
					return
				}
				raw, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(answer))
				l.login += " " + string(raw)
			}
			say("235 ok")
		case verb == "AUTH":
			l.method = "PLAIN"
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
	for _, url := range []string{"smtp://", "http://x", "smtp://a:secret@x?tls=none", "smtp://x:y", "smtp://a:secret@x?tsl=none", "smtps://a:secret@x?tls=none", "smtp://a:secret@x?timeout=10", "smtp://x?timeout=-1s"} {
		if _, err := Open(url); err == nil || strings.Contains(err.Error(), "secret") {
			t.Error(url, err)
		}
	}
}

// Ensure that each way of logging in is known, and that all who get answers stand in the message.
func TestLogin(t *testing.T) {
	for method, want := range map[string]string{"PLAIN": " ada secret", "LOGIN": " ada secret", "CRAM-MD5": ""} {
		t.Run(method, func(t *testing.T) {
			s := serve(t, "tls")
			s.auth = method
			m, err := open("smtps://ada:secret@"+s.address, s.trust)
			if err != nil {
				t.Fatal(err)
			}
			sent := message()
			sent.ReplyTo = []string{"one@example.com", "Zwölf <two@example.com>"}
			if err := m.Send(t.Context(), sent); err != nil {
				t.Fatal(err)
			}
			l := <-s.got
			if method == "CRAM-MD5" {
				h := hmac.New(md5.New, []byte("secret"))
				h.Write([]byte("<1@here>"))
				want = " ada " + hex.EncodeToString(h.Sum(nil))
			}
			if l.method != method || l.login != want {
				t.Errorf("%s %q, want %q", l.method, l.login, want)
			}
			for _, reply := range []string{"one@example.com", "two@example.com"} {
				if !strings.Contains(l.data, reply) {
					t.Errorf("no %s in\n%s", reply, l.data)
				}
			}
		})
	}
}

// Ensure that what the server says against a message is in the error, and that nothing is sent behind it.
func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, verb, answer, want string
	}{
		{"busy", "", "421 too busy", "too busy"},
		{"the sender", "MAIL", "550 5.7.1 not you", "not you"},
		{"greylisted", "RCPT", "450 4.7.1 come back later", "come back later"},
		{"nobody", "RCPT", "550 5.1.1 no such user", "no such user"},
		{"too large", "DATA", "552 too large", "too large"},
		{"spam", ".", "554 looks like spam", "looks like spam"},
		{"nonsense", "MAIL", "hello", "hello"},
		{"gone", "DATA", "close", "EOF"},
	} {
		address, asked := script(t, map[string]string{tt.verb: tt.answer})
		m, err := Open("smtp://" + address + "?tls=none")
		if err != nil {
			t.Fatal(err)
		}
		err = m.Send(t.Context(), message())
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.verb == "RCPT" {
			for len(asked) > 0 {
				if line := <-asked; line == "DATA" {
					t.Errorf("%s: the message is sent to the others", tt.name)
				}
			}
		}
	}
	// What goes wrong behind a message that was taken is no failure: it would be sent again.
	address, _ := script(t, map[string]string{"QUIT": "close", "RSET": "500 what?"})
	m, err := Open("smtp://" + address + "?tls=none")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), message()); err != nil {
		t.Errorf("a message that the server took: %v", err)
	}
	if m, err = Open("smtp://" + porttest.Refusing(t).String() + "?tls=none"); err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), message()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("nobody listens: %v", err)
	}
}

// Ensure that a server that says nothing, or never enough, keeps nobody beyond the timeout, nor beyond the
// end of who sends.
func TestSlowServer(t *testing.T) {
	for _, verb := range []string{"", "EHLO", "MAIL", "RCPT", "DATA", "."} {
		for _, how := range []string{"hang", "drip"} {
			address, _ := script(t, map[string]string{verb: how})
			m, err := Open("smtp://" + address + "?tls=none&timeout=150ms")
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Send(t.Context(), message()); !errors.Is(err, errTimeout) {
				t.Errorf("%q: %s: %v", verb, how, err)
			}
			if m, err = Open("smtp://" + address + "?tls=none"); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if err := m.Send(ctx, message()); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%q: %s: a request that has ended: %v", verb, how, err)
			}
			cancel()
		}
	}
	address, _ := script(t, map[string]string{"": "hang"}) // no TLS
	m, err := Open("smtps://" + address + "?timeout=150ms")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), message()); err == nil || !strings.Contains(err.Error(), "takes too long") {
		t.Errorf("no TLS: %v", err)
	}
}
