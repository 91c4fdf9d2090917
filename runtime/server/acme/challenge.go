package acme

import (
	"bytes"
	"net/http"
	"net/url"

	"stackgen.dev/runtime/gateway"
)

// maxAnswer bounds the answer to a challenge in bytes; what is signed takes a hundred.
const maxAnswer = 4 << 10

// Challenge implements [server.Issuer], for HTTP-01 (RFC 8555, section 8.3).
func (i *issuer) Challenge(x *gateway.Exchange) bool {
	r := &x.Request
	if r.Method != "GET" {
		return false
	}
	path := string(r.Path)
	request := (&http.Request{
		Method: r.Method, URL: &url.URL{Path: path}, RequestURI: path, Host: string(r.Host),
		RemoteAddr: r.Client.String(), Header: http.Header{"User-Agent": {string(r.Header.Get("User-Agent"))}},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(x.Context())
	w := &answer{header: http.Header{}, status: 200}
	if !i.acme.HandleHTTPChallenge(w, request) {
		return false
	}
	x.Response.Status = w.status
	x.Response.Header.Add("Content-Type", "text/plain")
	x.Response.Text(w.body.String())
	return true
}

// answer collects what is answered.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	if a.body.Len()+len(b) > maxAnswer {
		return 0, http.ErrBodyNotAllowed
	}
	return a.body.Write(b)
}

var _ http.ResponseWriter = (*answer)(nil)
