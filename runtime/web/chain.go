package web

import (
	"errors"
	"runtime/debug"
	"time"
)

// errNoResponse is a handler's mistake.
var errNoResponse = errors.New("web: a view or middleware returned neither a response nor an error")

// chain builds the onion, the first middleware outermost.
func (a *App) chain(layers []Middleware) Handler {
	h := a.layer(a.respond, -1)
	for i := len(layers) - 1; i >= 0; i-- {
		if outer := layers[i](h); outer != nil {
			if a.config.Debug {
				outer = entering(outer, i)
			}
			h = a.layer(outer, i)
		}
	}
	return h
}

// entering notes that a request has come to the layer of that number.
func entering(layer Handler, number int) Handler {
	return func(r *Request) (*Response, error) {
		r.entered = number + 1
		return layer(r)
	}
}

// layer turns a handler's errors and panics into responses
// (convert_exception_to_response), so that what is outside of it sees responses only. number is the layer's, -1
// for the view with what is around it.
func (a *App) layer(next Handler, number int) Handler {
	return func(r *Request) (p *Response, _ error) {
		mark := r.hooks.mark()
		defer func() {
			if v := recover(); v != nil {
				r.raisedIn = number
				p = a.failure(r, &panicError{v, debug.Stack()})
			}
			r.hooks.cut(mark)
		}()
		p, err := next(r)
		switch {
		case err != nil:
			r.raisedIn = number
			p = a.failure(r, err)
		case p == nil:
			r.raisedIn = number
			p = a.failure(r, errNoResponse)
		case p.render != nil:
			// A page that an outer layer answered with has no hooks before it.
			if err := p.Render(r); err != nil {
				p = a.failure(r, err)
			}
		}
		return p, nil
	}
}

// respond is the innermost handler: it resolves the URL, runs the hooks and the view, and renders
// (BaseHandler._get_response).
func (a *App) respond(r *Request) (*Response, error) {
	if !a.table.MatchHost(r.x.Request.Host, r.x.Request.Path, &r.match) {
		return nil, &unresolved{}
	}
	r.view = a.views[r.match.Route]
	r.x.Route = r.match.Entry().Address
	var p *Response
	for _, hook := range r.hooks.view {
		var err error
		if p, err = hook(r); err != nil {
			return nil, err
		}
		if p != nil {
			break
		}
	}
	if p == nil {
		var err error
		if p, err = a.call(r); err != nil {
			if p, err = r.exception(err); err != nil {
				return nil, err
			}
		}
		if p == nil {
			return nil, errNoResponse
		}
	}
	if p.render == nil {
		return p, nil
	}
	for i := len(r.hooks.template) - 1; i >= 0; i-- {
		var err error
		if p, err = r.hooks.template[i](r, p); err != nil {
			return nil, err
		}
		if p == nil {
			return nil, errNoResponse
		}
	}
	if err := a.render(r, p); err != nil {
		return r.exception(err)
	}
	return p, nil
}

// call runs the view; a panic in it is its error.
func (a *App) call(r *Request) (p *Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			p, err = nil, &panicError{v, debug.Stack()}
		}
	}()
	if m := r.view.methods; m != nil && !m.Allow(r.Method()) {
		return m.Refuse(r.Method()), nil
	}
	pace := &a.paces[r.match.Route]
	known := pace.proven()
	if !known {
		r.x.MayBlock()
	}
	if known && !r.watched {
		return r.view.Handler(r)
	}
	start := time.Now()
	defer func() { // after a panic too
		r.viewTook = time.Since(start)
		pace.ran(r.viewTook)
	}()
	return r.view.Handler(r)
}

func (a *App) render(r *Request, p *Response) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return p.Render(r)
}

// exception asks the hooks for a response in an error's place.
func (r *Request) exception(err error) (*Response, error) {
	for i := len(r.hooks.exception) - 1; i >= 0; i-- {
		p, failed := r.hooks.exception[i](r, err)
		if failed != nil {
			return nil, failed
		}
		if p != nil {
			return p, nil
		}
	}
	return nil, err
}

// unresolved is the 404 of a path that no route matches.
type unresolved struct{}

func (*unresolved) Error() string { return "no route matches the path" }
func (*unresolved) Unwrap() error { return NotFound }
