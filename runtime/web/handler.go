package web

// Handler answers requests: a view, or a view with middleware around it.
type Handler func(*Request) (*Response, error)

// Middleware makes a layer of the onion: a Handler that calls next, or answers
// itself. What it does before next is Django's request phase, what it does
// after it the response phase. next never returns an error and never a nil
// response: every layer turns its errors into responses. A Middleware that
// returns nil is left out (MiddlewareNotUsed).
//
// Before it calls next, a layer may ask for Django's other hooks with
// [Request.ProcessView], [Request.ProcessTemplateResponse] and
// [Request.ProcessException].
type Middleware func(next Handler) Handler

// View is a handler with what the dispatcher and the middleware know of it.
type View struct {
	// Name is the name in the site file.
	Name string
	// Handler answers.
	Handler Handler
	// Methods are those allowed; others are 405, HEAD goes with GET, and
	// OPTIONS is answered. Empty leaves every method to the handler.
	Methods []string
	// CSRFExempt takes the view out of the csrf middleware's check.
	CSRFExempt bool
	// NoAppendSlash takes the view out of the redirects of the common middleware.
	NoAppendSlash bool
	// Stream has its pages sent while they are rendered (StreamingHttpResponse).
	Stream bool
	// LoginNotRequired lets everybody through the layer login_required (login_not_required).
	LoginNotRequired bool

	methods *Methods // nil for every method
}
