//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// socketViews are the functions of the site in TestWebSocketViews.
const socketViews = `package views

import (
	"errors"
	"fmt"
	"os"

	"blog/gen/accounts"
	"blog/gen/models"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/websocket"
)

// Echo sends back what comes; "panic" is more than it can take.
func Echo(r *web.Request, c *websocket.Conn) error {
	for {
		m, err := c.Read()
		if err != nil {
			return err
		}
		if string(m.Data) == "panic" {
			panic("the kettle is empty")
		}
		if err := c.Write(m); err != nil {
			return err
		}
	}
}

// Watch says who is there, asks the database, and leaves a file when the client has gone.
func Watch(r *web.Request, c *websocket.Conn) error {
	user, err := accounts.Of(r)
	if err != nil {
		return err
	}
	if err := c.WriteText("hello " + user.Username); err != nil {
		return err
	}
	if _, bound := r.Context().Deadline(); bound {
		return errors.New("the connection is bound by what a request may take")
	}
	n, err := models.Posts(r).Count()
	if err != nil {
		return err
	}
	if err := c.WriteText(fmt.Sprint(n, " posts")); err != nil {
		return err
	}
	<-r.Context().Done()
	return os.WriteFile(r.Query().Get("gone"), nil, 0o666)
}
`

// dial opens a WebSocket of the site; fields are "Name: value". The answer is that to the handshake.
func (s *site) dial(c *http.Client, path string, subprotocols []string, fields ...string) (*websocket.Conn, *http.Response) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	header := http.Header{"Origin": {s.url}}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		header.Set(name, value)
	}
	client := *c
	client.Timeout = 0 // it would be the connection's
	ws, res, err := websocket.Dial(ctx, s.url+path, &websocket.DialOptions{HTTPClient: &client, HTTPHeader: header, Subprotocols: subprotocols})
	if res == nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	if err == nil {
		s.t.Cleanup(func() { ws.CloseNow() })
	}
	return ws, res
}

// hears waits for a message of text.
func hears(t *testing.T, ws *websocket.Conn, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if kind, b, err := ws.Read(ctx); err != nil || kind != websocket.MessageText || string(b) != want {
		t.Fatalf("heard is %v %q, %v; want %q", kind, b, err, want)
	}
}

func says(t *testing.T, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// ends waits until the site ends the connection, before which it may send the messages.
func ends(t *testing.T, ws *websocket.Conn, want websocket.StatusCode, before ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, b, err := ws.Read(ctx)
	for err == nil && slices.Contains(before, string(b)) {
		_, b, err = ws.Read(ctx)
	}
	if websocket.CloseStatus(err) != want {
		t.Fatalf("it ends with %v, %q; want %d", err, b, want)
	}
}

// rawSocket opens a WebSocket whose frames are the test's.
func (s *site) rawSocket(path string) (net.Conn, *bufio.Reader) {
	s.t.Helper()
	nc, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(nc, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path)
	in := bufio.NewReader(nc)
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != 101 || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		s.t.Fatalf("the upgrade: %v, %v", res, err)
	}
	return nc, in
}

// Ensure that in each topology a WebSocket view is behind layers and guards, is for the site's own pages,
// sends and gets messages however they come, is not bound by what a request may take, sees its client leave, and goes on
// at a reload until the limit.
func TestWebSocketViews(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "blog")
			edit(t, dir, "site.hcl", `mode             = "inline"`, `mode             = "`+mode+`"`)
			edit(t, dir, "site.hcl", `graceful_timeout = "30s"`, `graceful_timeout = "4s"`)
			// What keeps and changes answers lets them pass.
			edit(t, dir, "site.hcl", `location "/" { forward = app }`, "location \"/\" {\n forward = app\n cache { ttl = \"1m\" }\n compression {}\n }")
			edit(t, dir, "site.hcl", `view "home" {`, `csrf { trusted_origins = ["https://app.example.com"] }
view "echo" {
  websocket {
    handler          = go.views.Echo
    max_message_size = "1KB"
    subprotocols     = ["echo.v2", "echo.v1"]
  }
}
view "pinged" {
  websocket {
    handler       = go.views.Echo
    ping_interval = "1s"
  }
}
view "watch" {
  websocket { handler = go.views.Watch }
  login_required = true
}
route "/ws/echo/"  { view = view.echo }
route "/ws/pinged/" { view = view.pinged }
route "/ws/watch/" { view = view.watch }
view "home" {`)
			create(t, dir, "views/sockets.go", socketViews)
			build(t, dir)
			superuser(t, dir, "ada", "analytical engine no. 1")
			s := start(t, dir)
			c, stranger := browser(t), browser(t)

			ws, res := s.dial(stranger, "/ws/echo/", []string{"echo.v1", "echo.v2"})
			if res.StatusCode != 101 || ws.Subprotocol() != "echo.v2" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Fatalf("the handshake: %d %v", res.StatusCode, res.Header)
			}
			for _, text := range []string{"", "Grüße", strings.Repeat("x", 1024)} {
				says(t, ws, text)
				hears(t, ws, text)
			}
			says(t, ws, strings.Repeat("x", 1025))
			ends(t, ws, websocket.StatusMessageTooBig)

			for origin, status := range map[string]int{"https://evil.example": 403, "null": 403, "https://app.example.com": 101} {
				if _, res := s.dial(c, "/ws/echo/", nil, "Origin: "+origin); res.StatusCode != status {
					t.Errorf("a page of %s: %d, want %d", origin, res.StatusCode, status)
				}
			}
			plain := s.get(c, "/ws/echo/", "Origin: https://evil.example").expect(t, "no WebSocket", 426).contains(t, "the page", "This address is for WebSockets.")
			if plain.header.Get("Upgrade") != "websocket" || plain.header.Get("Sec-WebSocket-Version") != "13" {
				t.Errorf("no WebSocket: %v", plain.header)
			}
			s.ask(c, "POST", "/ws/watch/", "").expect(t, "a form", 403) // of the layer csrf

			_, res = s.dial(stranger, "/ws/watch/", nil)
			if to := res.Header.Get("Location"); res.StatusCode != 302 || to != "/login/?next=/ws/watch/" {
				t.Errorf("who is not logged in: %d %s", res.StatusCode, to)
			}
			s.post(c, "/login/", url.Values{"username": {"ada"}, "password": {"analytical engine no. 1"}}).expect(t, "the login", 302)
			for i, leaves := range []func(*websocket.Conn){
				func(ws *websocket.Conn) { ws.Close(websocket.StatusNormalClosure, "") },
				func(ws *websocket.Conn) { ws.CloseNow() },
			} {
				gone := filepath.Join(dir, fmt.Sprint("gone", i))
				ws, _ = s.dial(c, "/ws/watch/?gone="+url.QueryEscape(gone), nil)
				hears(t, ws, "hello ada")
				hears(t, ws, "0 posts")
				leaves(ws)
				s.wait("the view to see its client leave", func() bool { _, err := os.Stat(gone); return err == nil })
			}

			ws, _ = s.dial(c, "/ws/echo/", nil)
			says(t, ws, "panic")
			ends(t, ws, websocket.StatusInternalError)
			s.waitLog("the kettle is empty")
			for line := range strings.Lines(s.Log()) {
				if strings.Contains(line, "the kettle is empty") && (!strings.Contains(line, "request_id=") || !strings.Contains(line, "view=echo")) {
					t.Errorf("logged is %s", line)
				}
			}

			// Fragments with a ping between them.
			nc, in := s.rawSocket("/ws/echo/")
			io.WriteString(nc, "\x01\x83\x00\x00\x00\x00Hel"+"\x89\x82\x00\x00\x00\x00hi"+"\x80\x82\x00\x00\x00\x00lo")
			for _, want := range []string{"\x0ahi", "\x01Hello"} {
				if opcode, payload, err := readFrame(in); err != nil || string(opcode)+string(payload) != want {
					t.Errorf("%d %q, %v; want %q", opcode, payload, err, want)
				}
			}
			// A client that does not answer pings.
			_, in = s.rawSocket("/ws/pinged/")
			if opcode, _, err := readFrame(in); err != nil || opcode != 9 {
				t.Errorf("a silent client is sent %d, %v", opcode, err)
			}
			if _, err := io.ReadAll(in); err != nil && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("a client that does not answer: %v", err)
			}
			// A frame without a mask breaks the protocol.
			nc, in = s.rawSocket("/ws/echo/")
			io.WriteString(nc, "\x81\x02Hi")
			if opcode, payload, err := readFrame(in); err != nil || opcode != 8 || string(payload) != "\x03\xea" {
				t.Errorf("a frame without a mask: %d %q, %v", opcode, payload, err)
			}

			ws, _ = s.dial(c, "/ws/echo/", nil)
			says(t, ws, "before")
			hears(t, ws, "before")
			s.cmd.Process.Signal(syscall.SIGHUP)
			s.waitLog("msg=reloaded")
			says(t, ws, "after")
			hears(t, ws, "after")
			ends(t, ws, websocket.StatusGoingAway)
			ws, _ = s.dial(c, "/ws/echo/", nil)
			says(t, ws, "again")
			hears(t, ws, "again")
			s.waitLog(`"GET /ws/echo/ HTTP/1.1" 101 `)
			for line := range strings.Lines(s.Log()) {
				if strings.Contains(line, "level=ERROR") && !strings.Contains(line, "the kettle is empty") {
					t.Errorf("logged is %s", line)
				}
			}
		})
	}
}

// Ensure that the example chat works in a browser, through proxy and worker: what others say appears, what is
// written goes to them as text and runs nothing, and the page connects again after the site has ended the connection.
func TestChat(t *testing.T) {
	dir := project(t, "chat")
	edit(t, dir, "site.hcl", `middleware = [`, "workers {\n  mode             = \"process\"\n  count            = 1\n  graceful_timeout = \"1s\"\n}\nmiddleware = [")
	holds(t, goTest(t, dir), "--- PASS: TestTalk ")
	s := start(t, dir)
	b := chromium(t)
	b.open(s.url + "/")
	alone := func() {
		t.Helper()
		s.wait("the page to be connected", func() bool { return b.text("#here") == "You are alone here." })
	}
	alone()
	ws, _ := s.dial(browser(t), "/lobby/talk/", []string{"chat.v1"})
	hears(t, ws, `{"here":2}`)
	says(t, ws, `{"who":"Bob","text":"<img src=x onerror=\"window.attacked=true\">"}`)
	hears(t, ws, `{"who":"Bob","text":"\u003cimg src=x onerror=\"window.attacked=true\"\u003e"}`)
	b.wait("#log li")
	if line := b.text("#log li"); line != `Bob <img src=x onerror="window.attacked=true">` || script[bool](b, `window.attacked === true`) {
		t.Errorf("the page shows %q", line)
	}
	b.fill("#who", "Ada")
	b.fill("#text", "Hello, Bob")
	b.click("button")
	hears(t, ws, `{"who":"Ada","text":"Hello, Bob"}`)
	b.wait("#log li + li")
	b.fits("the room")
	b.shot("chat")

	s.cmd.Process.Signal(syscall.SIGHUP)
	ends(t, ws, websocket.StatusGoingAway, `{"here":1}`) // where the page has gone first
	s.waitLog("msg=reloaded")
	alone()
}
