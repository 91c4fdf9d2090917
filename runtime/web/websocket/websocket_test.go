package websocket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/websocket"
	"stackgen.dev/runtime/web/websockettest"
	"stackgen.dev/runtime/web/webtest"
)

// logged is what a site logs.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// visit is a visitor of a site with one view, at /.
func visit(t *testing.T, v websocket.View) (*webtest.Client, *logged) {
	t.Helper()
	log := new(logged)
	app, err := web.New(web.Config{
		Keys: []string{"a key of some length for the test"}, Log: slog.New(slog.NewTextHandler(log, nil)),
		Routes: []web.Route{{Pattern: "/", View: &web.View{Name: "chat", Handler: v.Handler()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app), log
}

// echo sends back what comes.
func echo(_ *web.Request, c *websocket.Conn) error {
	for {
		m, err := c.Read()
		if err != nil {
			return err
		}
		if err := c.Write(m); err != nil {
			return err
		}
	}
}

// shake is a handshake as it should be, with fields in the place of its own; those without a value are left out.
func shake(fields ...string) webtest.Request {
	header := [][2]string{
		{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"},
		{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
	}
	for i := 0; i < len(fields); i += 2 {
		var kept [][2]string
		for _, f := range header {
			if f[0] != fields[i] {
				kept = append(kept, f)
			}
		}
		header = kept
		if fields[i+1] != "" {
			header = append(header, [2]string{fields[i], fields[i+1]})
		}
	}
	return webtest.Request{Target: "/", Header: header}
}

// Ensure that what is no handshake (RFC 6455, section 4.2.1), and one of another site's page, is refused
// with its reason, and that the answer to a good one is the standard's example.
func TestHandshake(t *testing.T) {
	c, _ := visit(t, websocket.View{
		Serve: echo, Origins: []string{"https://app.example.com", "https://*.example.org"}, Subprotocols: []string{"chat.v2", "chat.v1"},
	})
	for _, tt := range []struct {
		name   string
		fields []string
		status int
		says   string
	}{
		{"as it should be", nil, 101, ""},
		{"in other letters", []string{"Upgrade", "WebSocket", "Connection", "upgrade"}, 101, ""},
		{"among other protocols", []string{"Upgrade", "h2c, websocket"}, 101, ""},
		{"no upgrade", []string{"Connection", "", "Upgrade", ""}, 426, "for WebSockets"},
		{"a connection that is not upgraded", []string{"Connection", "keep-alive"}, 426, "for WebSockets"},
		{"another protocol", []string{"Upgrade", "h2c"}, 426, "for WebSockets"},
		{"another version", []string{"Sec-WebSocket-Version", "8"}, 426, "version 13"},
		{"no version", []string{"Sec-WebSocket-Version", ""}, 426, "version 13"},
		{"no key", []string{"Sec-WebSocket-Key", ""}, 400, "Sec-WebSocket-Key"},
		{"a short key", []string{"Sec-WebSocket-Key", "c2hvcnQ="}, 400, "Sec-WebSocket-Key"},
		{"a key that is no base64", []string{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ!!"}, 400, "Sec-WebSocket-Key"},
		{"a key with a line break", []string{"Sec-WebSocket-Key", "dGhlIHNhbXBs\nZSBub25jZQ=="}, 400, "Sec-WebSocket-Key"},
		{"the site's own origin", []string{"Origin", "http://testserver"}, 101, ""},
		{"its origin by another scheme", []string{"Origin", "https://testserver"}, 403, "Origin checking failed"},
		{"its origin at another port", []string{"Origin", "http://testserver:8080"}, 403, "Origin checking failed"},
		{"another origin", []string{"Origin", "https://evil.example"}, 403, "https://evil.example does not match"},
		{"an origin that ends like it", []string{"Origin", "http://eviltestserver"}, 403, "Origin checking failed"},
		{"no page's origin", []string{"Origin", "null"}, 403, "Origin checking failed"},
		{"an empty origin", []string{"Origin", " "}, 403, "Origin checking failed"},
		{"a trusted origin", []string{"Origin", "https://app.example.com"}, 101, ""},
		{"that by another scheme", []string{"Origin", "http://app.example.com"}, 403, "Origin checking failed"},
		{"one beneath a trusted name", []string{"Origin", "https://a.b.example.org"}, 101, ""},
		{"one that only ends like it", []string{"Origin", "https://badexample.org"}, 403, "Origin checking failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, conn, end := c.Upgrade(t.Context(), shake(tt.fields...))
			defer end()
			if p.Status != tt.status || (conn != nil) != (tt.status == 101) || !strings.Contains(p.Body, tt.says) {
				t.Fatalf("%d %v, want %d\n%s", p.Status, p.Fields, tt.status, p.Body)
			}
			switch tt.status {
			case 101:
				if p.Header("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || p.Header("Upgrade") != "websocket" || p.Header("Connection") != "Upgrade" {
					t.Errorf("%v", p.Fields)
				}
			case 426:
				if p.Header("Upgrade") != "websocket" || p.Header("Sec-WebSocket-Version") != "13" {
					t.Errorf("%v", p.Fields)
				}
			}
		})
	}
	for method, status := range map[string]int{"POST": 405, "HEAD": 426, "OPTIONS": 200} {
		r := shake("Upgrade", "")
		r.Method = method
		if p := c.Do(r); p.Status != status {
			t.Errorf("%s: %d, want %d", method, p.Status, status)
		}
	}
	for offered, want := range map[string]string{
		"": "", "chat.v1": "chat.v1", "chat.v1, chat.v2": "chat.v2", "chat.v3": "", "CHAT.V2": "", ",,chat.v1 ,": "chat.v1", strings.Repeat("x,", 5000): "",
	} {
		p, _, end := c.Upgrade(t.Context(), shake("Sec-WebSocket-Protocol", offered))
		end()
		if got := p.Header("Sec-WebSocket-Protocol"); p.Status != 101 || got != want {
			t.Errorf("%.20q is offered: %d %q, want %q", offered, p.Status, got, want)
		}
	}
}

// Ensure that "*" lets everybody's pages connect.
func TestAnyOrigin(t *testing.T) {
	c, _ := visit(t, websocket.View{Serve: echo, Origins: []string{"*"}})
	p, _, end := c.Upgrade(t.Context(), shake("Origin", "https://anybody.example"))
	end()
	if p.Status != 101 {
		t.Errorf("%d", p.Status)
	}
}

// Ensure that messages of both kinds pass, up to the longest and in fragments, and that the client's end is answered.
func TestEcho(t *testing.T) {
	c, _ := visit(t, websocket.View{Serve: echo, MaxMessageSize: 100_000, Subprotocols: []string{"echo"}})
	conn := websockettest.Dial(t, c, webtest.Request{Target: "/"}, "other", "echo")
	if conn.Subprotocol() != "echo" {
		t.Errorf("they agree on %q", conn.Subprotocol())
	}
	for _, size := range []int{0, 1, 125, 126, 65_535, 65_536, 100_000} {
		text := strings.Repeat("é", size/2) + strings.Repeat("x", size%2)
		conn.Send(text)
		if got := conn.Receive(); got != text {
			t.Errorf("%d bytes come back as %d", size, len(got))
		}
		conn.SendBinary([]byte(text))
		if got := conn.ReceiveBinary(); string(got) != text {
			t.Errorf("%d bytes come back as %d", size, len(got))
		}
	}
	conn.Close(websocket.NormalClosure, "enough")
}

// Ensure that what the route has captured, of the host and of the path, is there as long as the connection is.
func TestCaptures(t *testing.T) {
	view := websocket.View{Serve: func(r *web.Request, c *websocket.Conn) error {
		return c.WriteText(r.Arg("team") + " in " + r.Arg("room"))
	}}
	app, err := web.New(web.Config{
		Keys:   []string{"a key of some length for the test"},
		Routes: []web.Route{{Pattern: "/talk/<slug:room>/", Host: "<slug:team>.example.com", View: &web.View{Name: "talk", Handler: view.Handler()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := webtest.New(app)
	c.Host = "reds.example.com"
	if got := websockettest.Dial(t, c, webtest.Request{Target: "/talk/tea/"}).Receive(); got != "reds in tea" {
		t.Errorf("%q", got)
	}
}

// Ensure that how a connection ends says why, to the client and to the log.
func TestEnds(t *testing.T) {
	readText := func(_ *web.Request, c *websocket.Conn) error { _, err := c.ReadText(); return err }
	readJSON := func(_ *web.Request, c *websocket.Conn) error {
		var v struct{ N int }
		return c.ReadJSON(&v)
	}
	returns := func(err error) func(*web.Request, *websocket.Conn) error {
		return func(*web.Request, *websocket.Conn) error { return err }
	}
	for _, tt := range []struct {
		name   string
		serve  func(*web.Request, *websocket.Conn) error
		does   func(*websockettest.Conn)
		code   websocket.Code
		reason string
		log    string
	}{
		{"all is said", returns(nil), nil, 1000, "", ""},
		{"a code of the site's", returns(fmt.Errorf("the game: %w", &websocket.CloseError{Code: 4001, Reason: "the game is over"})), nil, 4001, "the game is over", ""},
		{"a code that cannot be sent", returns(&websocket.CloseError{Code: websocket.Abnormal}), nil, 1000, "", ""},
		{"a long reason", returns(&websocket.CloseError{Code: 4000, Reason: strings.Repeat("ü", 100)}), nil, 4000, strings.Repeat("ü", 61), ""},
		{"closed by the function", func(_ *web.Request, c *websocket.Conn) error { c.Close(4002, "bye"); return errors.New("not seen") }, nil, 4002, "bye", "not seen"},
		{"forbidden", returns(web.Forbidden.With("This room is full.")), nil, 1008, "This room is full.", "client refused"},
		{"a failure", returns(errors.New("the disk is full")), nil, 1011, "", "the disk is full"},
		{"a panic", func(*web.Request, *websocket.Conn) error { panic("no such room") }, nil, 1011, "", "no such room"},
		{"too long a message", readText, func(c *websockettest.Conn) { c.Send(strings.Repeat("x", 1001)) }, 1009, "", ""},
		{"binary where text is read", readText, func(c *websockettest.Conn) { c.SendBinary([]byte("x")) }, 1003, "messages here are text", ""},
		{"text where binary is read", func(_ *web.Request, c *websocket.Conn) error { _, err := c.ReadBinary(); return err },
			func(c *websockettest.Conn) { c.Send("x") }, 1003, "messages here are binary", ""},
		{"text that is not UTF-8", readText, func(c *websockettest.Conn) { c.Send("\xff") }, 1007, "text that is not UTF-8", ""},
		{"no JSON", readJSON, func(c *websockettest.Conn) { c.Send("{") }, 1007, "the message is not the JSON that is read here", ""},
		{"JSON of another form", readJSON, func(c *websockettest.Conn) { c.Send(`{"N":"x"}`) }, 1007, "the message is not the JSON that is read here", ""},
		{"JSON without an end", readJSON, func(c *websockettest.Conn) { c.Send(strings.Repeat("[", 1000)) }, 1007, "the message is not the JSON that is read here", ""},
		{"text to send that is not UTF-8", func(_ *web.Request, c *websocket.Conn) error { return c.WriteText("\xff") }, nil, 1011, "", "not UTF-8"},
		{"a value that is no JSON", func(_ *web.Request, c *websocket.Conn) error { return c.WriteJSON(func() {}) }, nil, 1011, "", "JSON message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, log := visit(t, websocket.View{Serve: tt.serve, MaxMessageSize: 1000})
			t.Run("visit", func(t *testing.T) { // until whose end the function has returned
				conn := websockettest.Dial(t, c, webtest.Request{Target: "/"})
				if tt.does != nil {
					tt.does(conn)
				}
				code, reason := conn.Closed()
				if code != tt.code || reason != tt.reason && code != websocket.MessageTooBig {
					t.Errorf("closed with %d %q, want %d %q", code, reason, tt.code, tt.reason)
				}
			})
			switch said := log.String(); {
			case tt.log == "" && said != "":
				t.Errorf("logged is %s", said)
			case !strings.Contains(said, tt.log) || tt.log != "" && (!strings.Contains(said, "request_id=") || !strings.Contains(said, "view=chat")):
				t.Errorf("logged is %q, and should hold %q", said, tt.log)
			}
		})
	}
}

// Ensure that the request's context lasts beyond the deadline of the handshake, and ends when the client
// leaves, with a word or without, although the function reads nothing.
func TestClientLeaves(t *testing.T) {
	for _, silent := range []bool{false, true} {
		began, ended := make(chan struct{}), make(chan error, 1)
		c, _ := visit(t, websocket.View{Serve: func(r *web.Request, c *websocket.Conn) error {
			if at, has := r.Context().Deadline(); has {
				t.Errorf("the context ends at %v", at)
			}
			if r.Context() != c.Context() {
				t.Error("the request has another context")
			}
			close(began)
			<-r.Context().Done()
			_, err := c.Read()
			ended <- err
			return err
		}})
		deadlined := c.Handler
		c.Handler = deadlines{deadlined}
		p, conn, end := c.Upgrade(t.Context(), shake())
		if p.Status != 101 {
			t.Fatal(p.Status)
		}
		<-began
		want := websocket.Abnormal
		if !silent {
			conn.Write([]byte("\x88\x82\x00\x00\x00\x00\x03\xe9")) // going away
			want = websocket.GoingAway
		}
		conn.Close()
		var told *websocket.CloseError
		if err := <-ended; !errors.As(err, &told) || told.Code != want {
			t.Errorf("silent %t: the function is told %v", silent, err)
		}
		end()
	}
}

// Ensure that a client is told when the server's time is over, and the function as well.
func TestServerEnds(t *testing.T) {
	began, ended := make(chan struct{}), make(chan error, 1)
	c, log := visit(t, websocket.View{Serve: func(_ *web.Request, c *websocket.Conn) error {
		close(began)
		_, err := c.ReadText()
		ended <- err
		return err
	}})
	base, over := context.WithCancel(t.Context())
	_, conn, end := c.Upgrade(base, shake())
	<-began
	over()
	frame := make([]byte, 4)
	if _, err := io.ReadFull(conn, frame); err != nil || string(frame) != "\x88\x02\x03\xe9" {
		t.Errorf("the client is told %q, %v", frame, err)
	}
	conn.Write([]byte("\x88\x82\x00\x00\x00\x00\x03\xe9"))
	var told *websocket.CloseError
	if err := <-ended; !errors.As(err, &told) || told.Code != websocket.GoingAway {
		t.Errorf("the function is told %v", err)
	}
	end()
	if log.String() != "" {
		t.Errorf("logged is %s", log)
	}
}

// Ensure that a client that does not answer is found out, one that does is kept, and one whose messages
// nobody reads is not taken for dead.
func TestPing(t *testing.T) {
	ended := make(chan error, 1)
	c, _ := visit(t, websocket.View{PingInterval: 10 * time.Millisecond, Serve: func(_ *web.Request, c *websocket.Conn) error {
		_, err := c.Read()
		ended <- err
		return err
	}})
	_, _, end := c.Upgrade(t.Context(), shake())
	defer end()
	var told *websocket.CloseError
	if err := <-ended; !errors.As(err, &told) || told.Code != websocket.Abnormal {
		t.Errorf("a client that does not answer: %v", err)
	}

	// On a busy machine a client may be too slow for the first interval.
	var err error
	for interval := 50 * time.Millisecond; interval < time.Minute; interval *= 4 {
		if err = messagesWait(t, interval); err == nil {
			return
		}
	}
	t.Errorf("a client whose messages wait: %v", err)
}

// messagesWait has a function read what a client has sent after six intervals, and returns how that went.
func messagesWait(t *testing.T, interval time.Duration) error {
	read, done := make(chan struct{}), make(chan error, 1)
	c, _ := visit(t, websocket.View{PingInterval: interval, Serve: func(_ *web.Request, c *websocket.Conn) (err error) {
		<-read
		for i := 0; i < 3 && err == nil; i++ {
			_, err = c.Read()
		}
		done <- err
		return err
	}})
	_, conn, end := c.Upgrade(t.Context(), shake())
	defer end()
	for range 3 { // of which the last waits in the way of what the client says of pings
		conn.Write([]byte("\x81\x81\x00\x00\x00\x00x"))
	}
	time.AfterFunc(6*interval, func() { close(read) })
	if err := <-done; err != nil {
		return err
	}
	_, err := conn.Read(make([]byte, 2))
	return err
}

// Ensure that a group is told what it is told, in order, that who leaves is told no more, and that who takes
// too slowly is dropped and holds up nobody.
func TestGroups(t *testing.T) {
	var rooms websocket.Groups
	c, _ := visit(t, websocket.View{Serve: func(r *web.Request, c *websocket.Conn) error {
		room := r.Query().Get("room")
		rooms.Join(room, c)
		rooms.Join(room, c) // once is enough
		c.WriteText("joined")
		for {
			text, err := c.ReadText()
			if err != nil {
				return err
			}
			if text == "leave" {
				rooms.Leave(room, c)
				c.WriteText("left")
				continue
			}
			if err := rooms.SendText(room, text); err != nil {
				return err
			}
		}
	}})
	join := func(room string) *websockettest.Conn {
		conn := websockettest.Dial(t, c, webtest.Request{Target: "/?room=" + room})
		if got := conn.Receive(); got != "joined" {
			t.Fatalf("got %q", got)
		}
		return conn
	}
	ada, bob, eve := join("tea"), join("tea"), join("coffee")
	if rooms.Len("tea") != 2 || rooms.Len("coffee") != 1 {
		t.Errorf("%d and %d are in", rooms.Len("tea"), rooms.Len("coffee"))
	}
	for i := range 20 {
		ada.Send(fmt.Sprint(i))
		for _, conn := range []*websockettest.Conn{ada, bob} {
			if got := conn.Receive(); got != fmt.Sprint(i) {
				t.Fatalf("got %q, not %d", got, i)
			}
		}
	}
	bob.Send("leave")
	bob.Receive()
	ada.Send("alone")
	eve.Send("elsewhere")
	if a, e := ada.Receive(), eve.Receive(); a != "alone" || e != "elsewhere" {
		t.Errorf("got %q and %q", a, e)
	}
	ada.Close(websocket.NormalClosure, "")
	eve.Close(websocket.NormalClosure, "")
	for deadline := time.Now().Add(websockettest.Patience); rooms.Len("tea")+rooms.Len("coffee") > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("who has gone stays in the group")
		}
	}
	if err := rooms.SendJSON("tea", 1); err != nil {
		t.Error(err)
	}
	if err := rooms.SendText("tea", "\xff"); err == nil {
		t.Error("text that is not UTF-8 is sent")
	}
}

// Ensure that a client who takes nothing is dropped, and that who tells it is not held up.
func TestSlowClient(t *testing.T) {
	told := make(chan error, 1)
	c, _ := visit(t, websocket.View{Serve: func(_ *web.Request, c *websocket.Conn) error {
		m := websocket.Message{Kind: websocket.Binary, Data: make([]byte, 1<<20)}
		for c.Context().Err() == nil {
			c.Post(m)
		}
		_, err := c.Read()
		told <- err
		return err
	}})
	_, _, end := c.Upgrade(t.Context(), shake())
	var why *websocket.CloseError
	if err := <-told; !errors.As(err, &why) || why.Code != websocket.TryAgainLater {
		t.Errorf("it ends with %v", err)
	}
	end()
}
