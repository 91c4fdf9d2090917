package server

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

// seen is what a handler saw of a request.
type seen struct {
	facts, body, trailer string
}

// observer serves what reports every request that reaches the handler, and
// answers with the method, so that answers can be told apart.
func observer(t *testing.T) (*running, chan seen) {
	ch := make(chan seen, 10)
	r := start(t, Config{}, func(x *gateway.Exchange) {
		q := &x.Request
		s := seen{facts: fmt.Sprintf("%s %q%q?%q %d", q.Method, q.Host, q.Path, q.Query, q.ContentLength)}
		x.Response.Text("seen " + q.Method)
		if q.Body != nil {
			b, err := io.ReadAll(q.Body)
			if err != nil {
				answerError(x, err)
				s.facts = "failed: " + err.Error()
			}
			s.body = string(b)
		}
		var trailer []string
		for _, f := range q.Trailer.Fields() {
			trailer = append(trailer, string(f.Name)+"="+string(f.Value))
		}
		s.trailer = strings.Join(trailer, ";")
		ch <- s
	})
	return r, ch
}

// pieces are the ways in which bytes arrive.
var pieces = map[string]func(c *client, s string){
	"at once": func(c *client, s string) { io.WriteString(c, s) },
	"in small packets": func(c *client, s string) {
		c.SetNoDelay(true)
		io.Copy(struct{ io.Writer }{c}, iotest.HalfReader(strings.NewReader(s)))
	},
}

// Every refusal of the table gets its answer, and then the end: no handler
// sees it, nor what is sent behind it.
func TestStrictRefusals(t *testing.T) {
	r, ch := observer(t)
	for _, tt := range http1test.Refusals() {
		for how, send := range pieces {
			t.Run(tt.Name+" "+how, func(t *testing.T) {
				c := r.dial()
				c.t = t
				go send(c, tt.Input+http1test.Smuggled)
				res, body := c.response("GET")
				if res.StatusCode != tt.Status || !res.Close {
					t.Errorf("%s: status %d (close %v), want %d and close", tt.Rule, res.StatusCode, res.Close, tt.Status)
				}
				if res.Header.Get("Date") == "" || !strings.HasPrefix(body, http.StatusText(tt.Status)) && tt.Status != 431 && tt.Status != 414 {
					t.Errorf("the answer is %v %q", res.Header, body)
				}
				c.ended()
				c.Close()
			})
		}
	}
	if len(ch) > 0 {
		t.Errorf("a handler saw %+v", <-ch)
	}
}

// Every malformed body of the table is refused while the handler reads it, and
// what follows it is no request.
func TestStrictBodies(t *testing.T) {
	r, ch := observer(t)
	for _, tt := range http1test.BadBodies() {
		for how, send := range pieces {
			t.Run(tt.Name+" "+how, func(t *testing.T) {
				c := r.dial()
				c.t = t
				go send(c, http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")+tt.Coding+http1test.Smuggled)
				if res, _ := c.response("POST"); res.StatusCode != 400 || !res.Close {
					t.Errorf("%s: status %d (close %v), want 400 and close", tt.Rule, res.StatusCode, res.Close)
				}
				c.ended()
				c.Close()
				if s := within(t, ch, "the handler"); s.facts != "failed: "+gateway.ErrBodyInvalid.Error() {
					t.Errorf("%s: the handler saw %+v", tt.Rule, s)
				}
			})
		}
	}
	if len(ch) > 0 {
		t.Errorf("a handler saw %+v", <-ch)
	}
}

// A malformed body that no handler reads ends the connection all the same.
func TestStrictBodiesUnread(t *testing.T) {
	paths := make(chan string, 10)
	r := start(t, Config{}, func(x *gateway.Exchange) {
		paths <- string(x.Request.Path)
		x.Response.Text("unread")
	})
	for _, tt := range http1test.BadBodies() {
		t.Run(tt.Name, func(t *testing.T) {
			c := r.dial()
			c.t = t
			go io.WriteString(c, http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")+tt.Coding+http1test.Smuggled)
			if res, _ := c.response("POST"); res.StatusCode != 200 {
				t.Errorf("status %d", res.StatusCode)
			}
			c.ended()
			c.Close()
			if p := within(t, paths, "the handler"); p != "/" || len(paths) > 0 {
				t.Errorf("%s: what follows was taken for a request", tt.Rule)
			}
		})
	}
}

// Every request of the table is seen as what it is, and the next one behind it.
func TestStrictRequests(t *testing.T) {
	r, ch := observer(t)
	for _, tt := range http1test.Requests() {
		for how, send := range pieces {
			t.Run(tt.Name+" "+how, func(t *testing.T) {
				c := r.dial()
				c.t = t
				go send(c, tt.Input+http1test.Smuggled)
				res := c.final(tt.Method)
				if res.StatusCode != 200 || res.Close == tt.Persistent {
					t.Errorf("%s: status %d, close %v", tt.Rule, res.StatusCode, res.Close)
				}
				got := within(t, ch, "the request")
				want := seen{fmt.Sprintf("%s %q%q?%q %d", tt.Method, tt.Host, tt.Path, tt.Query, tt.Length), tt.Body, tt.Trailer}
				if got != want {
					t.Errorf("%s: seen as %+v, want %+v", tt.Rule, got, want)
				}
				if !tt.Persistent {
					c.ended()
					return
				}
				if res := c.final("GET"); res.StatusCode != 200 {
					t.Errorf("the next request: status %d", res.StatusCode)
				}
				if got := within(t, ch, "the next request"); got.facts != `GET "a""/smuggled"?"" 0` {
					t.Errorf("the next request is seen as %+v", got)
				}
			})
		}
	}
}

// final reads the next final response with its body.
func (c *client) final(method string) *http.Response {
	c.t.Helper()
	for {
		res, _ := c.response(method)
		if res.StatusCode != 100 {
			return res
		}
	}
}

// ended asserts that nothing more is answered. The connection may have been
// reset, as the client sends on.
func (c *client) ended() {
	c.t.Helper()
	c.CloseWrite()
	b, _ := io.ReadAll(c.r)
	if len(b) > 0 {
		c.t.Errorf("more came before the end: %q", b)
	}
}
