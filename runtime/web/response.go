package web

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"mime"
	"os"
	"path"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Response is an answer. Views make one with the functions below; middleware
// may change it on its way out. A Response is used once.
type Response struct {
	// Status is the status code; 0 means 200.
	Status int

	header  []field
	cookies []Cookie

	kind   bodyKind
	text   string
	bytes  []byte
	file   *os.File
	reader io.Reader
	length int64
	offset int64 // in file
	stream func(gateway.BodyWriter) error

	// What a page is rendered from; see Request.Page.
	template string
	context  any
	render   Renderer
	buffered bool // bytes are in the exchange's reused buffer

	inline [4]field
}

type field struct{ name, value string }

type bodyKind uint8

const (
	noBody bodyKind = iota
	textBody
	bytesBody
	fileBody
	readerBody
	streamBody
	describedBody // the view described gateway.Response itself
)

// BodyWriter is where a stream writes.
type BodyWriter = gateway.BodyWriter

// The content types of the constructors.
const (
	contentText = "text/plain; charset=utf-8"
	contentHTML = "text/html; charset=utf-8"
	contentJSON = "application/json"
)

func newResponse(kind bodyKind, contentType string) *Response {
	p := &Response{Status: 200, kind: kind}
	p.header = append(p.inline[:0], field{"Content-Type", contentType})
	return p
}

// Empty answers with a status and no body.
func Empty(status int) *Response { return &Response{Status: status} }

// Text answers with plain text.
func Text(s string) *Response {
	p := newResponse(textBody, contentText)
	p.text = s
	return p
}

// HTML answers with a page that is already HTML. Nothing of it is escaped here.
func HTML(s string) *Response {
	p := newResponse(textBody, contentHTML)
	p.text = s
	return p
}

// Bytes answers with b, which must not change any more.
func Bytes(contentType string, b []byte) *Response {
	p := newResponse(bytesBody, contentType)
	p.bytes = b
	return p
}

// JSON answers with v as encoding/json writes it. It fails where v cannot be written.
func JSON(v any) (*Response, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("web: JSON response: %w", err)
	}
	return Bytes(contentJSON, b), nil
}

// Redirect sends the client to another URL for now: 302. Characters that
// cannot stand in a URL are encoded. To follow a parameter of the client's, ask
// [Request.SafeRedirect] first.
func Redirect(url string) *Response { return redirect(302, url) }

// RedirectPermanent is Redirect for good: 301.
func RedirectPermanent(url string) *Response { return redirect(301, url) }

// RedirectPreserving is Redirect that keeps method and body: 307.
func RedirectPreserving(url string) *Response { return redirect(307, url) }

func redirect(status int, url string) *Response {
	p := newResponse(noBody, contentHTML)
	p.Status = status
	p.AddHeader("Location", iriToURI(url))
	return p
}

// File answers with a file from beginning to end and closes it. The content type
// follows from the name.
func File(f *os.File) (*Response, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("web: file response: %w", err)
	}
	contentType := mime.TypeByExtension(path.Ext(info.Name()))
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	p := newResponse(fileBody, contentType)
	p.file, p.length = f, info.Size()
	return p, nil
}

// Reader answers with what src yields: length bytes, or up to its end when
// length is -1. If src is an io.Closer it is closed.
func Reader(contentType string, src io.Reader, length int64) *Response {
	p := newResponse(readerBody, contentType)
	p.reader, p.length = src, length
	return p
}

// Stream answers with what write sends. It is called after every middleware
// has had its turn; an error it returns aborts the connection.
func Stream(contentType string, write func(BodyWriter) error) *Response {
	p := newResponse(streamBody, contentType)
	p.stream = write
	return p
}

// Described says that the view described the answer in Exchange().Response
// itself: a take-over of the connection, for example. What middleware adds to
// the header is added there.
func Described() *Response { return &Response{kind: describedBody} }

// WithStatus sets the status and returns the response.
func (p *Response) WithStatus(status int) *Response {
	p.Status = status
	return p
}

// code is the status to send.
func (p *Response) code() int {
	if p.Status == 0 {
		return 200
	}
	return p.Status
}

// Streaming reports whether the body is made only when it is sent.
func (p *Response) Streaming() bool {
	return p.kind == streamBody || p.kind == readerBody || p.kind == fileBody || p.kind == describedBody
}

// Body returns the body of a response that is not streaming and is rendered, nil otherwise.
// It is read only.
func (p *Response) Body() []byte {
	if p.kind == textBody {
		return []byte(p.text)
	}
	return p.bytes
}

// SetBody puts other bytes in the place of the body; they must not change any more.
func (p *Response) SetBody(b []byte) {
	p.discard()
	p.kind, p.bytes, p.buffered, p.text, p.render = bytesBody, b, false, "", nil
	p.file, p.reader, p.stream = nil, nil, nil
}

// Fields are the header fields in order, without cookies.
func (p *Response) Fields() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, f := range p.header {
			if !yield(f.name, f.value) {
				return
			}
		}
	}
}

// Header returns the first value of a header field, "" when there is none.
func (p *Response) Header(name string) string {
	for _, f := range p.header {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// HasHeader reports whether a field is set.
func (p *Response) HasHeader(name string) bool {
	for _, f := range p.header {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// SetHeader sets a field in place of all of that name. It panics where name or
// value could end the field: response splitting is a bug, and answers 500.
func (p *Response) SetHeader(name, value string) {
	p.DelHeader(name)
	p.AddHeader(name, value)
}

// SetDefaultHeader sets a field unless it is set.
func (p *Response) SetDefaultHeader(name, value string) {
	if !p.HasHeader(name) {
		p.AddHeader(name, value)
	}
}

// AddHeader adds a field beside others of that name.
func (p *Response) AddHeader(name, value string) {
	if name == "" || strings.ContainsAny(name, " \t\r\n:\x00") || strings.ContainsAny(value, "\r\n\x00") {
		panic(fmt.Sprintf("web: the header field %q: %q holds a line break", name, value))
	}
	if p.header == nil {
		p.header = p.inline[:0]
	}
	p.header = append(p.header, field{name, value})
}

// DelHeader removes every field of that name.
func (p *Response) DelHeader(name string) {
	kept := p.header[:0]
	for _, f := range p.header {
		if !strings.EqualFold(f.name, name) {
			kept = append(kept, f)
		}
	}
	p.header = kept
}

// Vary says that the answer depends on these request fields; each is named once.
func (p *Response) Vary(fields ...string) {
	have := p.Header("Vary")
	if have == "*" {
		return
	}
	for _, f := range fields {
		if f == "*" {
			p.SetHeader("Vary", "*")
			return
		}
		known := false
		for one := range strings.SplitSeq(have, ",") {
			known = known || strings.EqualFold(strings.TrimSpace(one), f)
		}
		switch {
		case known:
		case have == "":
			have = f
		default:
			have += ", " + f
		}
	}
	if have != p.Header("Vary") {
		p.SetHeader("Vary", have)
	}
}

// SetCookie sets a cookie, in place of one of the same name. It panics where
// the name is no token.
func (p *Response) SetCookie(c Cookie) {
	if !c.valid() {
		panic(fmt.Sprintf("web: %q cannot be the name of a cookie with these attributes", c.Name))
	}
	for i := range p.cookies {
		if p.cookies[i].Name == c.Name {
			p.cookies[i] = c
			return
		}
	}
	p.cookies = append(p.cookies, c)
}

// DeleteCookie has the client forget a cookie; path and domain have to be those it was set
// with, empty for the usual ones.
func (p *Response) DeleteCookie(name, path, domain string) {
	p.SetCookie(Cookie{Name: name, Path: path, Domain: domain, MaxAge: -time.Second,
		Secure: strings.HasPrefix(name, "__Secure-") || strings.HasPrefix(name, "__Host-")})
}

// discard closes what the body would have been read from, as nobody will.
func (p *Response) discard() {
	if p.file != nil {
		p.file.Close()
	}
	if c, ok := p.reader.(io.Closer); ok {
		c.Close()
	}
}

// Cookies are those that the response sets.
func (p *Response) Cookies() []Cookie { return p.cookies }
