package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/netip"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/csrf"
	"stackgen.dev/runtime/web/messages"
	"stackgen.dev/runtime/web/route"
	"stackgen.dev/runtime/web/sessions"
)

// Request is what the client asked, as views see it. It is good while its view
// runs, and in the stream that a view returned; keep what its methods returned,
// not the Request. It belongs to one goroutine.
type Request struct {
	x   *gateway.Exchange
	app *App

	match route.Match
	view  *View

	query     Values
	queryRead bool
	form      Values
	formErr   error
	formRead  bool
	files     Uploads
	body      []byte
	bodyErr   error
	bodyRead  bool

	session  *sessions.Session
	csrf     csrf.State
	messages messages.List
	language string
	nonce    string
	zone     *time.Location // nil is the site's
	values   []value
	log      *slog.Logger

	hooks hooks
	// entered counts the layers that the request came through, from outside, and raisedIn is the one that
	// failed, -1 where none did: for the debug page.
	entered, raisedIn int
	// queries counts what the request asks the database; nil outside of development.
	queries *queryLog
	// tx is the transaction that the request is in; nil outside of Atomic.
	tx *model.DB

	// page is where the page being streamed goes; nil where none is.
	page gateway.BodyWriter

	reply     Response
	replyUsed bool
	bufUsed   bool

	looks    int // counts the requests that this memory has served
	watched  bool
	viewTook time.Duration // of a request that is watched
}

// value is what middleware keeps with a request.
type value struct{ key, value any }

// begin makes a Request from the pool ready for an exchange.
func (r *Request) begin(app *App, x *gateway.Exchange) {
	r.app, r.x = app, x
	r.entered, r.raisedIn = 0, -1
	if app.config.Debug && app.config.Database != nil {
		r.queries = newQueryLog(app.config.Database, app.config.StrictQueries)
	}
}

// end lets go of everything that belonged to the exchange.
func (r *Request) end() {
	if r.queries != nil {
		r.queries.report(r)
		r.queries = nil
	}
	r.x, r.view, r.session, r.log = nil, nil, nil, nil
	r.match.Route = -1
	r.query, r.queryRead = Values{}, false
	r.form, r.formErr, r.formRead = Values{}, nil, false
	r.body, r.bodyErr, r.bodyRead = nil, nil, false
	for _, f := range r.files.files {
		f.close()
	}
	r.files = Uploads{}
	r.csrf, r.messages = csrf.State{}, messages.List{}
	r.language, r.nonce, r.zone = "", "", nil
	clear(r.values)
	r.values = r.values[:0]
	r.hooks.reset()
	if r.replyUsed {
		r.reply = Response{}
	}
	r.replyUsed, r.bufUsed = false, false
}

// Exchange is the gateway's view of the request. Its bytes are reused: copy
// what is to be kept.
func (r *Request) Exchange() *gateway.Exchange { return r.x }

// Context ends when the request does. It is never reused.
func (r *Request) Context() context.Context { return r.x.Context() }

// Method is the request method, "GET" and so on.
func (r *Request) Method() string { return r.x.Request.Method }

// Path is the path, decoded; only an encoded slash stays "%2F" and then a percent sign
// "%25" (see gateway.Request). For a link use FullPath.
func (r *Request) Path() string { return string(r.x.Request.Path) }

// FullPath is path and query as a URL has them (get_full_path).
func (r *Request) FullPath() string { return r.fullPath("") }

// FullPathWithSlash is FullPath with a slash behind the path, and never a
// URL of another host: of two leading slashes the second is encoded.
func (r *Request) FullPathWithSlash() string { return route.Guard(r.fullPath("/")) }

func (r *Request) fullPath(slash string) string {
	path, query := r.x.Request.Path, r.x.Request.Query
	b := make([]byte, 0, len(path)+len(query)+8)
	b = appendPath(b, path)
	if len(path) == 0 {
		b = append(b, '/')
	} else if path[len(path)-1] != '/' {
		b = append(b, slash...)
	}
	if len(query) > 0 {
		b = append(b, '?')
		b = append(b, iriToURI(string(query))...)
	}
	return string(b)
}

// appendPath encodes a path for a URL as Django's escape_uri_path does: also
// what has a meaning of its own in some URLs (";", "=", ",").
func appendPath(b, path []byte) []byte {
	for _, c := range path {
		if c == '%' || uriChar(c, "/:@&+$-_.!~*'()") {
			b = append(b, c) // a percent sign begins "%2F" or "%25"
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}

// Query is the parameters of the query string (request.GET).
func (r *Request) Query() Values {
	if !r.queryRead {
		r.query, _ = ParseQuery(r.x.Request.Query, r.app.fields)
		r.queryRead = true
	}
	return r.query
}

// Header is the value of a header field, "" when it is not there; of several
// fields of that name the values in one, separated by commas (RFC 9110, section 5.3).
func (r *Request) Header(name string) string {
	var first []byte
	n := 0
	for _, f := range r.x.Request.Header.Fields() {
		if gateway.EqualFold(f.Name, name) {
			if n++; n == 1 {
				first = f.Value
				continue
			}
			first = append(append(first[:len(first):len(first)], ", "...), f.Value...)
		}
	}
	return string(first)
}

// HasHeader reports whether the client sent a field of that name.
func (r *Request) HasHeader(name string) bool { return r.x.Request.Header.Has(name) }

// Cookie is the value of a cookie, "" when the client sent none.
func (r *Request) Cookie(name string) string {
	value, _ := r.LookupCookie(name)
	return value
}

// LookupCookie is Cookie, and says whether there is one.
func (r *Request) LookupCookie(name string) (string, bool) {
	var raw []byte
	found := false
	for _, f := range r.x.Request.Header.Fields() {
		if gateway.EqualFold(f.Name, "Cookie") {
			if v, ok := cookieValue(f.Value, name); ok {
				raw, found = v, true
			}
		}
	}
	if !found {
		return "", false
	}
	return unquoteCookie(raw), true
}

// Host is the host that the client asked for, with port where one was given
// (get_host). It was checked against the site's hosts before any view ran.
func (r *Request) Host() string { return string(r.x.Request.Host) }

// Scheme is "http" or "https".
func (r *Request) Scheme() string { return r.x.Request.Scheme }

// IsSecure reports whether the client's connection is encrypted.
func (r *Request) IsSecure() bool { return r.x.Request.Scheme == "https" }

// Client is the address of the client; not valid where there is none.
func (r *Request) Client() netip.AddrPort { return r.x.Request.Client }

// ID names the request in every log line.
func (r *Request) ID() string {
	if r.x.Request.ID == "" {
		var b [16]byte
		rand.Read(b[:])
		r.x.Request.ID = hex.EncodeToString(b[:])
	}
	return r.x.Request.ID
}

// Log is the site's log with the request's id.
func (r *Request) Log() *slog.Logger {
	if r.log == nil {
		r.log = r.app.log.With("request_id", r.ID())
		if s := r.x.Span(); s != nil {
			c := s.Trace()
			r.log = r.log.With("trace_id", hex.EncodeToString(c.TraceID[:]), "span_id", hex.EncodeToString(c.SpanID[:]))
		}
	}
	return r.log
}

// App is the application that serves the request.
func (r *Request) App() *App { return r.app }

// View is the view that the dispatcher chose; nil before it did, and where no route matches.
func (r *Request) View() *View { return r.view }

// Arg is what the route captured under a name, or the constant that the route
// gives it; "" when there is neither.
func (r *Request) Arg(name string) string {
	text, _ := r.LookupArg(name)
	return text
}

// LookupArg is Arg, and says whether the route has that name.
func (r *Request) LookupArg(name string) (string, bool) {
	if r.match.Route < 0 {
		return "", false
	}
	if v, ok := r.match.Entry().Extra[name]; ok {
		return sprint(v), true
	}
	return r.match.Capture(name)
}

// ArgInt is an int capture as a number; 0 when there is none of that name.
func (r *Request) ArgInt(name string) int64 {
	n, _ := r.match.Int(name)
	return n
}

// Session is what the site remembers of the visitor. It panics where the site
// has no session middleware.
func (r *Request) Session() *sessions.Session {
	if r.session == nil {
		panic("web: Session needs the session middleware before this place")
	}
	return r.session
}

// HasSession reports whether the session middleware ran.
func (r *Request) HasSession() bool { return r.session != nil }

// SetSession gives the request its session: what the session middleware does.
func (r *Request) SetSession(s *sessions.Session) { r.session = s }

// CSRFToken is a token for a form of this page (csrf_token). Asking for it has
// the csrf middleware send its cookie.
func (r *Request) CSRFToken() string { return r.csrf.Token() }

// CSRF is what the request knows of its secret: for the csrf middleware, and
// for Rotate at log-in.
func (r *Request) CSRF() *csrf.State { return &r.csrf }

// Messages are what the site tells the visitor once. Without the layer
// "message" they last as long as the request.
func (r *Request) Messages() *messages.List { return &r.messages }

// Language is the code of the answer's language, "" where no layer chose one (LANGUAGE_CODE).
func (r *Request) Language() string { return r.language }

// SetLanguage chooses the answer's language: what the layer "locale" does.
func (r *Request) SetLanguage(code string) { r.language = code }

// TimeZone is the zone in which times are shown to the visitor and read from forms: the site's, where
// nobody chose another (get_current_timezone).
func (r *Request) TimeZone() *time.Location {
	if r.zone == nil {
		return r.app.zone
	}
	return r.zone
}

// SetTimeZone chooses the zone of this request, nil the site's again (timezone.activate,
// deactivate). A layer of the project's own does so for all views behind it:
//
//	if zone, err := time.LoadLocation(r.Session().String("zone")); err == nil {
//		r.SetTimeZone(zone)
//	}
func (r *Request) SetTimeZone(zone *time.Location) { r.zone = zone }

// CSPNonce is what scripts and styles of this page carry, so that the policy
// of the layer "csp" lets them pass (csp_nonce). It is made when first asked for.
func (r *Request) CSPNonce() string {
	if r.nonce == "" {
		var b [18]byte
		rand.Read(b[:])
		r.nonce = base64.RawURLEncoding.EncodeToString(b[:])
	}
	return r.nonce
}

// UsedCSPNonce is the nonce where the page asked for one, "" where it did not.
func (r *Request) UsedCSPNonce() string { return r.nonce }

// SetValue keeps a value with the request, for what runs after. Use a key type
// of your own, as with context.WithValue.
func (r *Request) SetValue(key, val any) {
	for i := range r.values {
		if r.values[i].key == key {
			r.values[i].value = val
			return
		}
	}
	r.values = append(r.values, value{key, val})
}

// Value returns what SetValue kept under the key, nil when nothing was.
func (r *Request) Value(key any) any {
	for i := range r.values {
		if r.values[i].key == key {
			return r.values[i].value
		}
	}
	return nil
}
