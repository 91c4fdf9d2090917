package webtest

import (
	"bytes"
	"context"
	"io"
	"net/netip"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Client sends requests to a handler and keeps the cookies it gets back. It
// is for one goroutine.
type Client struct {
	// Handler answers: an App, or whatever stands before it.
	Handler gateway.Handler
	// Host is the Host field; "testserver" by default.
	Host string
	// Secure makes the requests come over TLS.
	Secure bool
	// Follow has Do go where redirects lead, up to MaxRedirects of them.
	Follow bool
	// PassCSRF has requests carry what the layer csrf wants to see, as if each came
	// from a page of the site (enforce_csrf_checks=False).
	PassCSRF bool
	// CSRFCookie and CSRFHeader are what the site calls its own; csrftoken and
	// X-CSRFToken where they are empty.
	CSRFCookie, CSRFHeader string

	cookies [][2]string
}

// New makes a client.
func New(h gateway.Handler) *Client { return &Client{Handler: h, Host: "testserver"} }

// Request is what a client sends.
type Request struct {
	// Method is "GET" where it is empty.
	Method string
	// Target is path and query as they stand in a request line.
	Target string
	// Header holds names and values.
	Header [][2]string
	// ContentType and Body are the content; no content where both are empty.
	ContentType, Body string
}

// Response is what came back.
type Response struct {
	Status int
	Body   string
	// Fields are the header fields in order.
	Fields [][2]string
	// Route is the pattern that matched.
	Route string
	// Redirects are the places that a client which follows went on to.
	Redirects []string
}

// Do sends one request to a handler, without a client.
func Do(h gateway.Handler, method, target string) *Response {
	return New(h).Do(Request{Method: method, Target: target})
}

// Get asks for a page.
func (c *Client) Get(target string) *Response { return c.Do(Request{Target: target}) }

// Post sends a form: names and values in turn. The cookie's CSRF token is sent
// along, unless the form has one.
func (c *Client) Post(target string, form ...string) *Response {
	v := pairs(form)
	if token := c.Cookie(c.csrfCookie()); token != "" && !v.Has("csrfmiddlewaretoken") {
		v = v.Add("csrfmiddlewaretoken", token)
	}
	r := Request{Method: "POST", Target: target, ContentType: "application/x-www-form-urlencoded", Body: v.Encode()}
	if c.Secure {
		r.Header = [][2]string{{"Origin", "https://" + c.Host}}
	}
	return c.Do(r)
}

// Cookie is a cookie that the client keeps, "" when there is none.
func (c *Client) Cookie(name string) string {
	for _, have := range c.cookies {
		if have[0] == name {
			return have[1]
		}
	}
	return ""
}

// SetCookie gives the client a cookie; an empty value takes it away.
func (c *Client) SetCookie(name, value string) {
	for i, have := range c.cookies {
		if have[0] == name {
			c.cookies = append(c.cookies[:i], c.cookies[i+1:]...)
			break
		}
	}
	if value != "" {
		c.cookies = append(c.cookies, [2]string{name, value})
	}
}

// Do sends a request and reads the whole answer.
func (c *Client) Do(r Request) *Response {
	if c.PassCSRF {
		r = c.passing(r)
	}
	out := c.once(r)
	if c.Follow {
		return c.follow(r, out)
	}
	return out
}

// once sends one request.
func (c *Client) once(r Request) *Response {
	x := c.begin(r, context.Background())
	out := read(x)
	x.Finish()
	c.keepAll(out)
	return out
}

// begin has the handler describe its answer to a request.
func (c *Client) begin(r Request, base context.Context) *gateway.Exchange {
	x := new(gateway.Exchange)
	x.Bind(nil, base)
	c.fill(x, r)
	c.Handler.Serve(x)
	return x
}

func (c *Client) keepAll(p *Response) {
	for _, line := range p.All("Set-Cookie") {
		c.keep(line)
	}
}

func (c *Client) fill(x *gateway.Exchange, r Request) {
	in := &x.Request
	x.Start = time.Now()
	in.Method = r.Method
	if in.Method == "" {
		in.Method = "GET"
	}
	in.Target = []byte(r.Target)
	path, query, _ := strings.Cut(r.Target, "?")
	if path == "" {
		path = "/"
	}
	normal, err := gateway.NormalizePath(nil, []byte(path))
	if err != nil {
		panic("webtest: " + r.Target + ": " + err.Error())
	}
	in.Path, in.Query = normal, []byte(query)
	in.Proto, in.Scheme = gateway.HTTP11, "http"
	in.Client = netip.MustParseAddrPort("127.0.0.1:50000")
	if c.Secure {
		in.Scheme = "https"
	}
	host := c.Host
	for _, f := range r.Header {
		if strings.EqualFold(f[0], "Host") {
			host = f[1]
			continue
		}
		in.Header.Add(f[0], f[1])
	}
	in.Host = []byte(host)
	in.Header.Add("Host", host)
	if len(c.cookies) > 0 {
		var all []string
		for _, have := range c.cookies {
			all = append(all, have[0]+"="+have[1])
		}
		in.Header.Add("Cookie", strings.Join(all, "; "))
	}
	if r.ContentType != "" || r.Body != "" {
		in.Header.Add("Content-Type", r.ContentType)
		in.Body = strings.NewReader(r.Body)
		in.ContentLength = int64(len(r.Body))
	}
}

// head is the response without its body.
func head(x *gateway.Exchange) *Response {
	out := &Response{Status: x.Response.Status, Route: x.Route}
	if out.Status == 0 {
		out.Status = 200
	}
	for _, f := range x.Response.Header.Fields() {
		out.Fields = append(out.Fields, [2]string{string(f.Name), string(f.Value)})
	}
	return out
}

// read takes the response as an engine would send it.
func read(x *gateway.Exchange) *Response {
	out := head(x)
	if x.Request.Method == "HEAD" {
		return out
	}
	body := x.Response.Body()
	switch x.Response.Kind() {
	case gateway.BytesBody:
		out.Body = string(body.Bytes)
	case gateway.FileBody:
		b, err := io.ReadAll(io.NewSectionReader(body.File, body.Offset, body.Length))
		if err != nil {
			panic("webtest: " + err.Error())
		}
		out.Body = string(b)
	case gateway.ReaderBody:
		b, err := io.ReadAll(body.Reader)
		if err != nil {
			panic("webtest: " + err.Error())
		}
		out.Body = string(b)
	case gateway.TakeoverBody:
		panic("webtest: the answer takes the connection over, and only a client that asks by Upgrade has one")
	case gateway.StreamBody:
		w := &stream{}
		if err := body.Stream(w); err != nil {
			panic("webtest: the stream failed: " + err.Error())
		}
		out.Body = w.String()
	}
	return out
}

// Header is the value of a header field, "" when it is not there.
func (r *Response) Header(name string) string {
	for _, f := range r.Fields {
		if strings.EqualFold(f[0], name) {
			return f[1]
		}
	}
	return ""
}

// All are the values of every field of that name.
func (r *Response) All(name string) []string {
	var all []string
	for _, f := range r.Fields {
		if strings.EqualFold(f[0], name) {
			all = append(all, f[1])
		}
	}
	return all
}

// stream collects what a stream writes.
type stream struct {
	bytes.Buffer
	trailer gateway.Header
}

func (s *stream) Flush() error             { return nil }
func (s *stream) Trailer() *gateway.Header { return &s.trailer }

var _ gateway.BodyWriter = (*stream)(nil)
