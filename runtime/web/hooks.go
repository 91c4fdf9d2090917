package web

// The hooks that a layer of middleware can set for the request at hand.
type (
	// ViewHook runs after URL resolution and before the view. A response takes
	// the view's place.
	ViewHook func(*Request) (*Response, error)
	// TemplateHook sees a page before it is rendered. It returns the response to
	// go on with, and never nil.
	TemplateHook func(*Request, *Response) (*Response, error)
	// ExceptionHook sees the error of a view or of rendering. A response takes the error's place; nil
	// leaves it to the next.
	ExceptionHook func(*Request, error) (*Response, error)
)

type hooks struct {
	view      []ViewHook
	template  []TemplateHook
	exception []ExceptionHook
}

// ProcessView sets a hook before the view: process_view. Outer layers' hooks
// run first.
func (r *Request) ProcessView(hook ViewHook) { r.hooks.view = append(r.hooks.view, hook) }

// ProcessTemplateResponse sets a hook before rendering:
// process_template_response. Inner layers' hooks run first.
func (r *Request) ProcessTemplateResponse(hook TemplateHook) {
	r.hooks.template = append(r.hooks.template, hook)
}

// ProcessException sets a hook for the view's errors: process_exception. Inner
// layers' hooks run first; errors of middleware do not come here.
func (r *Request) ProcessException(hook ExceptionHook) {
	r.hooks.exception = append(r.hooks.exception, hook)
}

// mark remembers how many hooks there are, cut goes back to that: a layer that
// calls next twice leaves no hooks of inner layers behind.
func (h *hooks) mark() [3]int { return [3]int{len(h.view), len(h.template), len(h.exception)} }

func (h *hooks) cut(m [3]int) {
	h.view, h.template, h.exception = h.view[:m[0]], h.template[:m[1]], h.exception[:m[2]]
}

func (h *hooks) reset() {
	clear(h.view)
	clear(h.template)
	clear(h.exception)
	h.cut([3]int{})
}
