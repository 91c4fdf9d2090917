//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"stackgen.dev/internal/porttest"
)

// thirdSite is a running site that speaks HTTP/3.
type thirdSite struct {
	*site
	address string
	roots   *x509.CertPool
	www     *tls.Certificate
	alice   *tls.Certificate
}

const thirdURL = "https://www.example.com"

// startThird builds and starts testdata/http3, with each text of its site file that stands before another in edits
// replaced by that.
func startThird(t *testing.T, mode string, edits ...string) *thirdSite {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/http3")); err != nil {
		t.Fatal(err)
	}
	edits = append(edits, `"inline"`, `"`+mode+`"`)
	for i := 0; i < len(edits); i += 2 {
		edit(t, dir, "site.hcl", edits[i], edits[i+1])
	}
	third := &thirdSite{roots: x509.NewCertPool(), address: porttest.Free(t).String()}
	third.www = pair(t, dir, "www", nil, "www.example.com")
	third.roots.AddCert(third.www.Leaf)
	third.roots.AddCert(pair(t, dir, "shop", nil, "shop.example.com").Leaf)
	third.alice = pair(t, dir, "alice", pair(t, dir, "clients", nil))
	build(t, dir)
	third.site = begin(t, dir, third.command(dir))
	third.url = thirdURL
	return third
}

// command serves the site.
func (s *thirdSite) command(dir string) *exec.Cmd {
	cmd := exec.Command("./site", "serve")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ADDRESS="+s.address)
	return cmd
}

// client is a client of HTTP/3 with connections of its own. It may show a certificate.
func (s *thirdSite) client(own *tls.Certificate) *http.Client {
	config := &tls.Config{RootCAs: s.roots}
	if own != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
	}
	c := browser(s.t)
	transport := &http3.Transport{
		TLSClientConfig: config, DisableCompression: true,
		Dial: func(ctx context.Context, _ string, config *tls.Config, q *quic.Config) (*quic.Conn, error) {
			return quic.DialAddrEarly(ctx, s.address, config, q)
		},
	}
	s.t.Cleanup(func() { transport.Close() })
	c.Transport = transport
	return c
}

// events asks for events, and returns them after the first one.
func (s *thirdSite) events(c *http.Client, until string) (rest func() (string, error)) {
	s.t.Helper()
	res, err := c.Get(thirdURL + "/events?until=" + until)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { res.Body.Close() })
	in := bufio.NewReader(res.Body)
	first := make([]byte, len("data: first\n\n"))
	if _, err := io.ReadFull(in, first); err != nil || res.ProtoMajor != 3 {
		s.t.Fatalf("%s, %q, %v", res.Proto, first, err)
	}
	return func() (string, error) {
		b, err := io.ReadAll(in)
		return string(b), err
	}
}

// chats has a view send back what comes on a WebSocket, over a stream of HTTP/3 and over HTTP/1.1.
func (s *thirdSite) chats(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := quic.DialAddr(ctx, s.address, &tls.Config{RootCAs: s.roots, ServerName: "www.example.com", NextProtos: []string{"h3"}}, &quic.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseWithError(0, "")
	third := (&http3.Transport{}).NewClientConn(conn)
	open := func(path, origin string, status int) *http3.RequestStream {
		t.Helper()
		stream, err := third.OpenRequestStream(ctx)
		if err != nil {
			t.Fatal(err)
		}
		req, _ := http.NewRequestWithContext(ctx, http.MethodConnect, thirdURL+path, nil)
		req.Proto = "websocket"
		req.Header.Set("Sec-WebSocket-Version", "13")
		req.Header.Set("Origin", origin)
		if err := stream.SendRequestHeader(req); err != nil {
			t.Fatal(err)
		}
		stream.SetDeadline(time.Now().Add(patience))
		if res, err := stream.ReadResponse(); err != nil || res.StatusCode != status {
			t.Fatalf("by HTTP/3 %s from %s: %v, %v", path, origin, res, err)
		}
		return stream
	}
	// A view of the framework's: messages instead of bytes.
	open("/talk", "https://evil.example", 403)
	talk := open("/talk", thirdURL, 200)
	io.WriteString(talk, "\x81\x85\x00\x00\x00\x00Hello")
	said := bufio.NewReader(talk)
	if opcode, payload, err := readFrame(said); err != nil || opcode != 1 || string(payload) != "Hello" {
		t.Errorf("by HTTP/3 %d %q came back, %v", opcode, payload, err)
	}
	io.WriteString(talk, "\x88\x82\x00\x00\x00\x00\x03\xe8")
	if rest, err := io.ReadAll(said); err != nil || string(rest) != "\x88\x02\x03\xe8" {
		t.Errorf("by HTTP/3 it ends with %q, %v", rest, err)
	}
	stream := open("/chat", thirdURL, 200)
	echo := func(over string, rw io.ReadWriter) {
		t.Helper()
		for _, text := range []string{"\x81\x85\x00\x00\x00\x00Hello", strings.Repeat("much", 50_000)} {
			go io.WriteString(rw, text)
			back := make([]byte, len(text))
			if _, err := io.ReadFull(rw, back); err != nil || string(back) != text {
				t.Fatalf("by %s %.20q came back, %v", over, back, err)
			}
		}
	}
	echo("HTTP/3", stream)
	stream.Close()
	if rest, err := io.ReadAll(stream); err != nil || len(rest) > 0 {
		t.Errorf("by HTTP/3 it ends with %q, %v", rest, err)
	}

	nc, err := tls.Dial("tcp", s.address, &tls.Config{RootCAs: s.roots, ServerName: "www.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(patience))
	io.WriteString(nc, "GET /chat HTTP/1.1\r\nHost: www.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if res, err := http.ReadResponse(bufio.NewReader(nc), nil); err != nil || res.StatusCode != 101 || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("by HTTP/1.1: %v, %v", res, err)
	}
	echo("HTTP/1.1", nc)
}

// Ensure that in each topology a site does by HTTP/3 what it does by HTTP/2, says that it speaks it, and ends
// gracefully.
func TestHTTP3(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startThird(t, mode)
			c := s.client(nil)

			// How clients come to know.
			advertised := fmt.Sprintf(`h3=":%s"; ma=86400`, s.address[strings.LastIndex(s.address, ":")+1:])
			for _, second := range []bool{false, true} {
				over := remoteVisitor(t, s.address, s.www)
				over.Transport.(*http.Transport).ForceAttemptHTTP2 = second
				if got := s.get(over, "/whoami").expect(t, "by TCP", 200); got.header.Get("Alt-Svc") != advertised {
					t.Errorf("HTTP/2 %t: Alt-Svc is %q, not %q", second, got.header.Get("Alt-Svc"), advertised)
				}
			}
			got := s.get(c, "/whoami").expect(t, "by HTTP/3", 200).contains(t, "by HTTP/3", "https www.example.com nobody")
			if got.header.Get("Alt-Svc") != "" {
				t.Error("HTTP/3 is advertised by HTTP/3")
			}

			// Certificates: the site's by name, and the client's.
			shop, err := c.Get("https://shop.example.com/whoami")
			if err != nil || shop.TLS.PeerCertificates[0].Subject.CommonName != "shop" {
				t.Errorf("the shop: %v", err)
			}
			s.get(s.client(s.alice), "/whoami").contains(t, "alice", "https www.example.com alice")
			if _, err := c.Get("https://else.example.com/whoami"); err == nil {
				t.Error("a name that is none of the site's has a certificate")
			}

			// Bodies, both ways, and what is refused.
			large := bytes.Repeat([]byte("0123456789abcdef"), 1<<19) // 8 MB
			s.ask(c, "POST", "/upload", string(large)).expect(t, "an upload", 200).contains(t, "an upload", fmt.Sprintf("%d %x", len(large), sha256.Sum256(large)))
			s.ask(c, "POST", "/small/upload", string(large[:2000])).expect(t, "a large upload", 413)
			s.get(c, "/whoami", "X-Large: "+strings.Repeat("a", 20<<10)).expect(t, "a large head", 431)
			s.get(c, "/nothing").expect(t, "nothing", 404)
			s.get(c, "/limited/").expect(t, "the first", 200)
			s.get(c, "/limited/").expect(t, "the second", 429)

			// Early hints go to browsers that go to a page.
			hinted := ""
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
				hinted = fmt.Sprint(code, " ", h.Get("Link"))
				return nil
			}})
			req, _ := http.NewRequestWithContext(ctx, "GET", thirdURL+"/hinted/", nil)
			req.Header.Set("Sec-Fetch-Mode", "navigate")
			if res, err := c.Do(req); err != nil || hinted != "103 </site.css>; rel=preload; as=style" {
				t.Errorf("hints: %q, %v", hinted, err)
			} else {
				res.Body.Close()
			}

			// A client that leaves; its request ends, with 499 in the log.
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			req, _ = http.NewRequestWithContext(ctx, "GET", thirdURL+"/events?until=never", nil)
			res, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			cancel()
			res.Body.Close()
			s.waitLog(`"GET /events?until=never HTTP/3.0"`)
			gone, leave := context.WithCancel(t.Context())
			req, _ = http.NewRequestWithContext(gone, "GET", thirdURL+"/slow?until=never", nil)
			go func() {
				s.get(s.client(nil), "/whoami")
				leave()
			}()
			if _, err := c.Do(req); !errors.Is(err, context.Canceled) {
				t.Errorf("a client that leaves: %v", err)
			}
			s.waitLog(`"GET /slow?until=never HTTP/3.0" 499`)

			// The end.
			s.chats(t)

			rest := s.events(c, "go")
			ended := make(chan int, 1)
			go func() { ended <- s.stop(syscall.SIGTERM) }()
			s.wait("new clients to be refused", func() bool {
				_, err := s.client(nil).Get(thirdURL + "/whoami")
				return err != nil
			})
			create(t, s.dir, "go", "")
			if text, err := rest(); text != "data: last\n\n" || err != nil {
				t.Errorf("events end with %q, %v", text, err)
			}
			if status := <-ended; status != 0 {
				t.Errorf("exit status %d", status)
			}
		})
	}
}

// Ensure that clients of HTTP/3 lose nothing to reloads: in each topology events go on on their connections over
// all of them and end whole, as do answers that take their time, and requests that come meanwhile, on old connections
// and new ones, are answered.
func TestHTTP3OutlivesReload(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startThird(t, mode)
			var events []func() (string, error)
			var slow sync.WaitGroup
			attach := func() {
				c := s.client(nil)
				for range 5 {
					events = append(events, s.events(c, "go"))
				}
				slow.Go(func() {
					res, err := c.Post(thirdURL+"/slow?until=go", "text/plain", nil)
					if err != nil {
						t.Errorf("a slow request: %v", err)
						return
					}
					if b, err := io.ReadAll(res.Body); string(b) != "finished" || err != nil {
						t.Errorf("a slow request: %q, %v", b, err)
					}
				})
			}
			var stop atomic.Bool
			var asked atomic.Int64
			var load sync.WaitGroup
			body := strings.Repeat("0123456789abcdef", 4<<10)
			want := fmt.Sprintf("%d %x", len(body), sha256.Sum256([]byte(body)))
			for i := range 4 {
				load.Go(func() {
					c := s.client(nil)
					for n := 0; !stop.Load() && !t.Failed(); n++ {
						if i == 0 && n%5 == 0 { // always new connections, too
							c.CloseIdleConnections()
							c = s.client(nil)
						}
						res, err := c.Post(thirdURL+"/upload", "text/plain", strings.NewReader(body))
						if err != nil {
							t.Errorf("request %d: %v", asked.Load(), err)
							return
						}
						text, err := io.ReadAll(res.Body)
						res.Body.Close()
						if err != nil || res.StatusCode != 200 || string(text) != want {
							t.Errorf("request %d: %s, %q, %v", asked.Load(), res.Status, text, err)
						}
						asked.Add(1)
					}
				})
			}
			more := func() {
				than := asked.Load()
				s.wait("more answers", func() bool { return asked.Load() > than+50 || t.Failed() })
			}
			more()
			for range cycles(t) {
				attach()
				reloads := strings.Count(s.Log(), "msg=reloaded")
				s.signal(syscall.SIGHUP)
				s.wait("the reload", func() bool { return strings.Count(s.Log(), "msg=reloaded") > reloads })
				more()
			}
			stop.Store(true)
			load.Wait()
			t.Logf("%d requests were answered around %d reloads, with %d streams open", asked.Load(), cycles(t), len(events))
			create(t, s.dir, "go", "")
			for i, rest := range events {
				if text, err := rest(); text != "data: last\n\n" || err != nil {
					t.Errorf("stream %d ends with %q, %v", i, text, err)
				}
			}
			slow.Wait()
			s.wait("the old processes to go", func() bool {
				sockets, _ := filepath.Glob(filepath.Join(s.dir, "data/http3/public/*.sock"))
				return len(sockets) == 1
			})
		})
	}
}

// successor is how a supervisor says who serves beside it.
var successor = regexp.MustCompile(`serves beside the old.* new=([0-9]+)`)

// Ensure that an upgrade to another supervisor, and one that is taken back, lose no stream of HTTP/3, and that the
// other process serves afterwards.
func TestHTTP3Upgrade(t *testing.T) {
	s := startThird(t, "inline")
	old := s.events(s.client(nil), "go")
	s.signal(syscall.SIGUSR2)
	s.waitLog("the new binary serves beside the old")
	c := s.client(nil)
	newer := s.events(c, "go")
	next, err := strconv.Atoi(successor.FindStringSubmatch(s.Log())[1])
	if err != nil {
		t.Fatal(err)
	}
	kill(t, next, syscall.SIGTERM) // taken back
	s.wait("the old process to serve again", func() bool {
		return s.get(s.client(nil), "/whoami").status == 200 && strings.Contains(s.Log(), "msg=signal signal=terminated")
	})
	rest := s.events(s.client(nil), "go")
	create(t, s.dir, "go", "")
	for name, stream := range map[string]func() (string, error){"old": old, "newer": newer, "after": rest} {
		if text, err := stream(); text != "data: last\n\n" || err != nil {
			t.Errorf("%s stream ends with %q, %v", name, text, err)
		}
	}
	s.waitLog("the upgrade is taken back")
	s.get(c, "/whoami").expect(t, "the client of the upgrade", 200)

	os.Remove(filepath.Join(s.dir, "go"))
	old = s.events(s.client(nil), "go")
	upgraded := make(chan string, 1)
	go func() {
		out, err := try(s.dir, "./site", "upgrade")
		upgraded <- fmt.Sprint(out, err)
	}()
	s.wait("another upgrade", func() bool { return strings.Count(s.Log(), "the new binary serves beside the old") == 2 })
	s.get(s.client(nil), "/whoami").expect(t, "after the upgrade", 200)
	create(t, s.dir, "go", "")
	if text, err := old(); text != "data: last\n\n" || err != nil {
		t.Errorf("the stream ends with %q, %v", text, err)
	}
	t.Log(<-upgraded)
	s.get(s.client(nil), "/whoami").expect(t, "when the old one has gone", 200)
	run(t, s.dir, "./site", "stop")
}

// Ensure that a UDP port that is another's is a clear error.
func TestHTTP3PortInUse(t *testing.T) {
	s := startThird(t, "inline")
	s.stop(syscall.SIGTERM)
	taken, err := net.ListenPacket("udp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	out, err := s.command(s.dir).CombinedOutput()
	if want := "address already in use: " + s.address + " (UDP)"; err == nil || !strings.Contains(string(out), want) {
		t.Errorf("got %s (%v), want %s", out, err, want)
	}
}

// Ensure that Chromium speaks HTTP/3 with a site.
func TestHTTP3Browser(t *testing.T) {
	s := startThird(t, "inline", `client_auth = "optional"`, "", `client_ca   = "clients.pem"`, "") // for want of a person who chooses a certificate
	key := sha256.Sum256(s.www.Leaf.RawSubjectPublicKeyInfo)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience), chromedp.UserDataDir(profile(t)),
		chromedp.Flag("origin-to-force-quic-on", "www.example.com:443"),
		chromedp.Flag("host-resolver-rules", "MAP www.example.com:443 "+s.address),
		chromedp.Flag("ignore-certificate-errors-spki-list", base64.StdEncoding.EncodeToString(key[:])))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	b := &tab{t, ctx}
	b.open(thirdURL + "/whoami")
	if got := b.text("body"); got != "https www.example.com nobody" {
		t.Errorf("the page: %q", got)
	}
	if got := script[string](b, `performance.getEntriesByType("navigation")[0].nextHopProtocol`); got != "h3" {
		t.Errorf("it came by %q", got)
	}
	// Its WebSockets go by HTTP/1.1 all the same.
	script[bool](b, `new WebSocket("wss://www.example.com/socket"), true`)
	s.waitLog(`"GET /socket HTTP/1.1" 404`)
}
