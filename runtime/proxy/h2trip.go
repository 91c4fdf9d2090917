package proxy

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// stream2 is a request on its way over HTTP/2, and its answer.
type stream2 struct {
	cancel context.CancelCauseFunc
	quiet  *time.Timer // goes off when nothing has come or gone for too long
	read   time.Duration
	sent   *sentBody // the client's body while it streams, nil otherwise
	resp   *http.Response
}

// moved notes that something came or went, while somebody waits for the server.
func (s *stream2) moved() {
	if s.quiet.Stop() {
		s.quiet.Reset(s.read)
	}
}

// grpc reports whether a message is gRPC's: both sides speak at once, for as long as they like.
func grpc(h *gateway.Header) bool {
	const kind = "application/grpc"
	v := h.Get("Content-Type")
	return len(v) >= len(kind) && gateway.EqualFold(v[:len(kind)], kind) && (len(v) == len(kind) || v[len(kind)] == '+' || v[len(kind)] == ';' || v[len(kind)] == '-')
}

// attemptHTTP2 is attempt for a server that speaks HTTP/2. The head is that which any server gets,
// read again as net/http has it.
func (t *trip) attemptHTTP2(b *backend) error {
	head := t.out[:t.headLen]
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
	if err != nil {
		panic("stackgen: unreachable: the head of a request that the proxy wrote: " + err.Error())
	}
	req.RequestURI, req.URL.Scheme, req.URL.Host = "", b.scheme(), b.at.address
	if b.at.network == "unix" {
		req.URL.Host = "localhost"
	}
	req.Header.Del("Connection")
	if req.Header.Get("User-Agent") == "" {
		req.Header["User-Agent"] = []string{""} // none of net/http's own
	}
	req.TransferEncoding, req.Body, req.ContentLength, req.Trailer = nil, nil, 0, nil
	s := &stream2{read: t.f.read}
	ctx, cancel := context.WithCancelCause(t.x.Context())
	s.cancel = cancel
	s.quiet = time.AfterFunc(s.read, func() { cancel(errTimeout) })
	t.h2 = s
	t.giveBody(req, s)
	ctx = context.WithValue(ctx, connectLimit{}, t.until(time.Now(), t.f.connect))
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: t.informHTTP2}))
	s.resp, err = b.client.RoundTrip(req)
	if err != nil {
		err = t.judgeHTTP2(ctx, err)
		t.leaveHTTP2()
		return err
	}
	s.quiet.Stop()
	t.resp.Header.Reset()
	t.resp.Status, t.resp.Close = s.resp.StatusCode, false
	names := make([]string, 0, len(s.resp.Header))
	for name := range s.resp.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := 0
	for _, name := range names {
		for _, value := range s.resp.Header[name] {
			t.resp.Header.Add(name, value)
			fields++
		}
	}
	if fields > maxAnswerFields {
		t.leaveHTTP2()
		return fmt.Errorf("%w: too many fields", errBadAnswer)
	}
	return nil
}

// giveBody gives the request what was spooled, or what the client sends while it comes.
func (t *trip) giveBody(req *http.Request, s *stream2) {
	r := &t.x.Request
	if r.Body == nil {
		return
	}
	s.sent = &sentBody{trip: t, stream: s, request: req}
	req.Body = s.sent
	if t.streams() {
		s.sent.src, req.ContentLength = r.Body, r.ContentLength
		for name := range bytes.SplitSeq(r.Header.Get("Trailer"), []byte(",")) {
			if name := string(bytes.TrimSpace(name)); name != "" && len(req.Trailer) < maxTrailers && validToken(name) {
				if req.Trailer == nil {
					req.Trailer = http.Header{}
				}
				req.Trailer[textproto.CanonicalMIMEHeaderKey(name)] = nil // its value comes with the end
			}
		}
		return
	}
	s.sent.src, req.ContentLength = io.MultiReader(bytes.NewReader(t.body.memory), t.body.rest()), t.body.size
	for _, f := range r.Trailer.Fields() {
		if req.Trailer == nil {
			req.Trailer = http.Header{}
		}
		req.Trailer.Add(string(f.Name), string(f.Value))
	}
	if req.Trailer != nil {
		req.ContentLength = -1
	}
}

// maxTrailers bounds the trailer fields that a client may announce.
const maxTrailers = 32

// sentBody passes a body on until it is detached: whoever reads it then fails, and nobody is
// reading any more.
type sentBody struct {
	mu      sync.Mutex
	trip    *trip // nil when detached
	src     io.Reader
	stream  *stream2
	request *http.Request
	err     error // of the client's
}

func (b *sentBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.trip
	if t == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	if t.streams() {
		t.streamed = true
	}
	n, err := b.src.Read(p)
	b.stream.moved()
	switch {
	case err == io.EOF && t.streams():
		b.announced(&t.x.Request.Trailer)
	case err != nil && err != io.EOF:
		b.err = err
	}
	return n, err
}

// announced gives the request the trailer fields that the client has announced.
func (b *sentBody) announced(trailer *gateway.Header) {
	cleanTrailer(trailer)
	for _, f := range trailer.Fields() {
		name := textproto.CanonicalMIMEHeaderKey(string(f.Name))
		if _, ok := b.request.Trailer[name]; ok {
			b.request.Trailer.Add(name, string(f.Value))
		}
	}
}

// Close implements io.Closer; the rest of a client's body is the engine's.
func (b *sentBody) Close() error { return nil }

// detach takes the body away, out of the hands of whoever waits for the client.
func (b *sentBody) detach(body io.Reader) {
	if !b.mu.TryLock() {
		if client, ok := body.(gateway.Interrupter); ok {
			client.Interrupt()
		}
		b.mu.Lock()
	}
	b.trip = nil
	b.mu.Unlock()
}

// failed is why the body broke off, nil if it did not.
func (b *sentBody) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// judgeHTTP2 sorts what became of a request that was not answered.
func (t *trip) judgeHTTP2(ctx context.Context, err error) error {
	var dial *dialError
	cause := context.Cause(ctx)
	switch {
	case errors.As(err, &dial):
		if timedOut(err) {
			return fmt.Errorf("%w: %w: %w", errConnect, errTimeout, err)
		}
		return fmt.Errorf("%w: %w", errConnect, err)
	case is(cause, errTimeout), is(cause, context.DeadlineExceeded):
		return fmt.Errorf("%w: no answer", errTimeout)
	case cause != nil:
		return errClientGone
	}
	if s := t.h2.sent; s != nil {
		if berr := s.failed(); berr != nil {
			return fmt.Errorf("%w: %w", errClientBody, berr)
		}
	}
	return fmt.Errorf("%w: %w", errUnanswered, err)
}

// informHTTP2 passes an interim response on.
func (t *trip) informHTTP2(status int, header textproto.MIMEHeader) error {
	if status == 100 || status == 101 || t.x.Request.Proto == gateway.HTTP10 {
		return nil
	}
	var all, passed gateway.Header
	for name, values := range header {
		for _, v := range values {
			all.Add(name, v)
		}
	}
	t.appendResponse(&passed, &all)
	return t.x.Inform(status, &passed)
}

// describeHTTP2 turns the answer into the response.
func (t *trip) describeHTTP2() error {
	r, s := &t.x.Response, t.h2
	r.Status = t.resp.Status
	t.appendResponse(&r.Header, &t.resp.Header)
	length := s.resp.ContentLength
	switch {
	case t.x.Request.Method == "HEAD" || r.Status == 304 || r.Status == 204:
		if value := t.resp.Header.Get("Content-Length"); value != nil && r.Status != 204 {
			r.Header.AddBorrowed(fieldContentLength, value)
		}
		r.NoContent()
		t.endedHTTP2()
	case length >= 0 && len(s.resp.Trailer) == 0:
		r.Reader((*body2)(t), length)
	default:
		r.Stream(t.relayHTTP2)
	}
	return nil
}

// body2 is the body of an answer.
type body2 trip

// Read implements io.Reader.
func (b *body2) Read(p []byte) (int, error) {
	t := (*trip)(b)
	t.h2.quiet.Reset(t.h2.read)
	n, err := t.h2.resp.Body.Read(p)
	t.h2.quiet.Stop() // how long the client takes is not the server's doing
	return n, t.judgeBodyHTTP2(err)
}

// Close gives up what is left.
func (b *body2) Close() error {
	(*trip)(b).endedHTTP2()
	return nil
}

func (t *trip) judgeBodyHTTP2(err error) error {
	switch {
	case err == nil, err == io.EOF:
		return err
	case t.x.Context().Err() != nil:
		return errClientGone
	}
	t.p.log.LogAttrs(context.Background(), slog.LevelError, "proxy: answer broken off",
		slog.String("id", t.x.Request.ID), slog.String("upstream", t.u.config.Name),
		slog.String("server", t.backend.label), slog.String("error", err.Error()))
	return fmt.Errorf("proxy: upstream %s: %w", t.u.config.Name, err)
}

// relayHTTP2 passes an answer on, each part as it comes, and its trailer.
func (t *trip) relayHTTP2(w gateway.BodyWriter) error {
	defer t.endedHTTP2()
	buf := t.u.relayBuffer()
	defer t.u.relays.Put(buf)
	if err := w.Flush(); err != nil { // whoever asked may wait for the head before it sends more
		return err
	}
	for {
		n, err := (*body2)(t).Read(buf[:])
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return werr
			}
			if werr := w.Flush(); werr != nil {
				return werr
			}
		}
		if err == io.EOF {
			for name, values := range t.h2.resp.Trailer {
				if http1.HopByHop([]byte(name)) {
					continue
				}
				for _, v := range values {
					w.Trailer().Add(name, v)
				}
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// endedHTTP2 ends the stream, and says that the server is free again.
func (t *trip) endedHTTP2() {
	t.leaveHTTP2()
	t.leave()
}

// leaveHTTP2 ends the stream; from then on nobody touches the client's body.
func (t *trip) leaveHTTP2() {
	s := t.h2
	if s == nil {
		return
	}
	t.h2 = nil
	s.quiet.Stop()
	s.cancel(nil)
	if s.resp != nil {
		s.resp.Body.Close()
	}
	if s.sent != nil && t.streams() {
		s.sent.detach(t.x.Request.Body)
	} else if s.sent != nil {
		s.sent.detach(nil)
	}
}

var (
	_ io.ReadCloser = (*body2)(nil)
	_ io.ReadCloser = (*sentBody)(nil)
)
