package proxyproto

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func binaryHeader(command, family byte, rest string) string {
	return signature + string([]byte{command, family, byte(len(rest) >> 8), byte(len(rest))}) + rest
}

var (
	addresses4 = "\x0a\x00\x00\x01\x0a\x00\x00\x02\x12\x34\x00\x50"
	addresses6 = strings.Repeat("\x20", 16) + strings.Repeat("\x21", 16) + "\x12\x34\x00\x50"
)

// Headers, what they say, and what is left on the connection.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     string // "" is an error
	}{
		{"text, IPv4", "PROXY TCP4 10.0.0.1 10.0.0.2 4660 80\r\n", "10.0.0.1:4660 10.0.0.2:80"},
		{"text, IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 4660 80\r\n", "[2001:db8::1]:4660 [2001:db8::2]:80"},
		{"text, IPv4 in IPv6", "PROXY TCP6 ::ffff:10.0.0.1 ::1 1 2\r\n", "10.0.0.1:1 [::1]:2"},
		{"text, unknown", "PROXY UNKNOWN\r\n", "invalid AddrPort invalid AddrPort"},
		{"text, unknown with more", "PROXY UNKNOWN ffff:f...f 65535 65535\r\n", "invalid AddrPort invalid AddrPort"},
		{"binary, IPv4", binaryHeader(0x21, 0x11, addresses4), "10.0.0.1:4660 10.0.0.2:80"},
		{"binary, IPv6", binaryHeader(0x21, 0x21, addresses6), "[2020:2020:2020:2020:2020:2020:2020:2020]:4660 [2121:2121:2121:2121:2121:2121:2121:2121]:80"},
		{"binary with more", binaryHeader(0x21, 0x11, addresses4+"\x04\x00\x02ab\x01\x00\x00"), "10.0.0.1:4660 10.0.0.2:80"},
		{"binary, local", binaryHeader(0x20, 0x11, addresses4), "invalid AddrPort invalid AddrPort"},
		{"binary, local, of any kind", binaryHeader(0x20, 0x77, "x"), "invalid AddrPort invalid AddrPort"},
		{"binary, unspecified", binaryHeader(0x21, 0x00, ""), "invalid AddrPort invalid AddrPort"},
		{"binary, a socket", binaryHeader(0x21, 0x31, strings.Repeat("\x00", 216)), "invalid AddrPort invalid AddrPort"},

		{"a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", ""},
		{"nothing", "", ""},
		{"half a signature", signature[:8], ""},
		{"text without its end", "PROXY TCP4 10.0.0.1 10.0.0.2 4660 80", ""},
		{"text that ends in a line feed", "PROXY TCP4 10.0.0.1 10.0.0.2 4660 80\n", ""},
		{"text of another kind", "PROXY UDP4 10.0.0.1 10.0.0.2 4660 80\r\n", ""},
		{"text in small letters", "PROXY tcp4 10.0.0.1 10.0.0.2 4660 80\r\n", ""},
		{"text with two spaces", "PROXY TCP4  10.0.0.1 10.0.0.2 4660 80\r\n", ""},
		{"text with a word more", "PROXY TCP4 10.0.0.1 10.0.0.2 4660 80 x\r\n", ""},
		{"text with a word less", "PROXY TCP4 10.0.0.1 10.0.0.2 4660\r\n", ""},
		{"text of two families", "PROXY TCP4 10.0.0.1 ::1 4660 80\r\n", ""},
		{"text of the other family", "PROXY TCP6 10.0.0.1 10.0.0.2 4660 80\r\n", ""},
		{"text with a port that is none", "PROXY TCP4 10.0.0.1 10.0.0.2 65536 80\r\n", ""},
		{"text with a port with a zero", "PROXY TCP4 10.0.0.1 10.0.0.2 080 80\r\n", ""},
		{"text with a signed port", "PROXY TCP4 10.0.0.1 10.0.0.2 +80 80\r\n", ""},
		{"text with an octal address", "PROXY TCP4 010.0.0.1 10.0.0.2 1 80\r\n", ""},
		{"text with a zone", "PROXY TCP6 fe80::1%eth0 ::1 1 80\r\n", ""},
		{"text that is too long", "PROXY UNKNOWN " + strings.Repeat("x", 100) + "\r\n", ""},
		{"binary of version 1", binaryHeader(0x11, 0x11, addresses4), ""},
		{"binary with another command", binaryHeader(0x22, 0x11, addresses4), ""},
		{"binary, UDP", binaryHeader(0x21, 0x12, addresses4), ""},
		{"binary, cut addresses", binaryHeader(0x21, 0x11, addresses4[:11]), ""},
		{"binary, cut", binaryHeader(0x21, 0x11, addresses4)[:20], ""},
		{"binary, cut values", binaryHeader(0x21, 0x11, addresses4+"\x04\x00\x03ab"), ""},
		{"binary, half a value", binaryHeader(0x21, 0x11, addresses4+"\x04"), ""},
		{"binary, too long", binaryHeader(0x21, 0x11, addresses4+strings.Repeat("\x00", 5000)), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := strings.NewReader(tt.in + "GET /")
			if tt.want == "" {
				r = strings.NewReader(tt.in)
			}
			h, err := Read(r)
			if tt.want == "" {
				if err == nil {
					t.Errorf("got %v", h)
				}
				return
			}
			if got := fmt.Sprint(h.Source, " ", h.Destination); err != nil || got != tt.want {
				t.Errorf("got %s, %v", got, err)
			}
			if rest, _ := io.ReadAll(r); string(rest) != "GET /" {
				t.Errorf("%q is left", rest)
			}
		})
	}
	if _, err := Read(strings.NewReader("GET / HTTP/1.1\r\n")); !errors.Is(err, ErrNone) {
		t.Errorf("a request: %v", err)
	}
}

// What is written is read again.
func TestAppend(t *testing.T) {
	at := netip.MustParseAddrPort
	for _, h := range []Header{
		{}, {at("10.0.0.1:4660"), at("10.0.0.2:80")}, {at("[2001:db8::1]:1"), at("[2001:db8::2]:65535")}, {at("[2001:db8::1]:1"), at("10.0.0.2:80")},
	} {
		for _, version := range []int{1, 2} {
			b := h.Append(nil, version)
			if got, err := Read(bytes.NewReader(b)); err != nil || got != h {
				t.Errorf("%v in version %d: %q is %v, %v", h, version, b, got, err)
			}
		}
	}
}

// Ensure that only who is trusted is believed, that a header is waited for only so long, and that nobody waits
// for the headers of others.
func TestListener(t *testing.T) {
	for _, tt := range []struct {
		name    string
		trusted string
		send    string
		client  string // "" for a connection that is refused, "peer" for the peer
		left    string
	}{
		{"a header", "127.0.0.0/8", "PROXY TCP4 192.0.2.7 10.0.0.2 4660 80\r\nhello", "192.0.2.7:4660", "hello"},
		{"a health check", "127.0.0.0/8", binaryHeader(0x20, 0, "") + "hello", "peer", "hello"},
		{"none", "127.0.0.0/8", "GET / HTTP/1.1\r\n\r\n", "", ""},
		{"silence", "127.0.0.0/8", "PROXY", "", ""},
		{"of somebody else", "192.0.2.0/24", "PROXY TCP4 192.0.2.7 10.0.0.2 4660 80\r\nhello", "peer", "PROXY TCP4 192.0.2.7 10.0.0.2 4660 80\r\nhello"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inner, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			timeout := time.Minute
			if tt.client == "" {
				timeout = 200 * time.Millisecond
			}
			l := Listen(inner, []netip.Prefix{netip.MustParsePrefix(tt.trusted)}, false, timeout, slog.New(slog.DiscardHandler))
			defer l.Close()
			idle, err := net.Dial("tcp", inner.Addr().String()) // says nothing, and holds up nobody
			if err != nil {
				t.Fatal(err)
			}
			defer idle.Close()
			c, err := net.Dial("tcp", inner.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			io.WriteString(c, tt.send)
			if tt.client == "" {
				if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
					t.Errorf("it is answered")
				}
				return
			}
			for {
				nc, err := l.Accept()
				if err != nil {
					t.Fatal(err)
				}
				want := tt.client
				if want == "peer" {
					want = c.LocalAddr().String()
				}
				if nc.RemoteAddr().String() == idle.LocalAddr().String() {
					continue // of who is not trusted either
				}
				got := make([]byte, len(tt.left))
				if _, err := io.ReadFull(nc, got); err != nil || string(got) != tt.left || nc.RemoteAddr().String() != want {
					t.Errorf("from %s: %q, %v", nc.RemoteAddr(), got, err)
				}
				nc.Close()
				return
			}
		})
	}
}

// Ensure that a deadline ends accepting, as a server that drains wants it, and that connections which came before
// are still handed out.
func TestListenerEnds(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Listen(inner, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, false, time.Minute, slog.New(slog.DiscardHandler))
	defer l.Close()
	c, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "PROXY TCP4 192.0.2.7 10.0.0.2 4660 80\r\n")
	nc, err := l.Accept()
	if err != nil || nc.RemoteAddr().String() != "192.0.2.7:4660" {
		t.Fatalf("got %v, %v", nc, err)
	}
	nc.Close()
	l.SetDeadline(time.Unix(1, 0))
	var timeout net.Error
	if _, err := l.Accept(); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("after the deadline: %v", err)
	}
}

// Ensure that nothing that comes before a header is accepted as one and that what is accepted can be written.
func FuzzRead(f *testing.F) {
	f.Add([]byte("PROXY TCP4 10.0.0.1 10.0.0.2 4660 80\r\n"))
	f.Add([]byte("PROXY UNKNOWN\r\n"))
	f.Add([]byte(binaryHeader(0x21, 0x11, addresses4)))
	f.Add([]byte(binaryHeader(0x21, 0x21, addresses6+"\x04\x00\x00")))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		if h.Source.IsValid() != h.Destination.IsValid() {
			t.Errorf("%q: half an answer: %v", b, h)
		}
		for _, version := range []int{1, 2} {
			if again, err := Read(bytes.NewReader(h.Append(nil, version))); err != nil || again != h {
				t.Errorf("%q: %v becomes %v, %v", b, h, again, err)
			}
		}
	})
}
