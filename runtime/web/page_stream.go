package web

import (
	"errors"
	"fmt"

	"stackgen.dev/runtime/gateway"
)

// streamed makes a page one that is rendered while it is sent: after every
// layer has had its turn, and in pieces, as the template's loops go on.
func (p *Response) streamed(r *Request) {
	render, name := p.render, p.template
	r.CSRFToken() // its cookie goes out before the page asks for it
	p.kind, p.render = streamBody, nil
	p.stream = func(w gateway.BodyWriter) error {
		r.page = w
		b, err := render(nil, r)
		r.page = nil
		if err == nil {
			_, err = w.Write(b)
			return err
		}
		var gone *clientGone
		if !errors.As(err, &gone) {
			r.app.record(r, 500, fmt.Errorf("web: render %s: %w", name, err))
		}
		return err
	}
}

// FlushPage sends what has been rendered of a page that streams, and returns
// the slice empty. Compiled templates call it between the items of a list; any
// other page stays as it is.
func (r *Request) FlushPage(b []byte) ([]byte, error) {
	if r == nil || r.page == nil {
		return b, nil
	}
	_, err := r.page.Write(b)
	if err == nil {
		err = r.page.Flush()
	}
	if err != nil {
		return b, &clientGone{err}
	}
	return b[:0], nil
}

// clientGone is that nobody reads a page any more.
type clientGone struct{ err error }

func (c *clientGone) Error() string { return "web: the page is not read any more: " + c.err.Error() }

func (c *clientGone) Unwrap() error { return c.err }
