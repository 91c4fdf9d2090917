package web

import (
	"fmt"

	"stackgen.dev/runtime/web/route"
)

// Renderer appends a page to b and returns it. Compiled templates are made of
// these.
type Renderer = func(b []byte, r *Request) ([]byte, error)

// Template is a template that a view in Go can render by name, with a map of
// values.
type Template = func(b []byte, r *Request, context map[string]any) ([]byte, error)

// Page answers with what render appends, as HTML. It is Django's
// TemplateResponse: middleware with a ProcessTemplateResponse hook sees it
// before it is rendered. name and context are for those and for logs.
func (r *Request) Page(name string, context any, render Renderer) (*Response, error) {
	p := r.newReply(contentHTML)
	p.template, p.context, p.render = name, context, render
	if len(r.hooks.template) > 0 {
		return p, nil // rendered after the hooks
	}
	return p, p.Render(r)
}

// Append answers with what render appends, at once, in that content type: for
// JSON and other bodies that are no page.
func (r *Request) Append(contentType string, render Renderer) (*Response, error) {
	p := r.newReply(contentType)
	p.render = render
	return p, p.Render(r)
}

// newReply is the request's own Response, the first time.
func (r *Request) newReply(contentType string) *Response {
	if r.replyUsed {
		return newResponse(bytesBody, contentType)
	}
	r.replyUsed = true
	p := &r.reply
	p.Status, p.kind = 200, bytesBody
	p.header = append(p.inline[:0], field{"Content-Type", contentType})
	return p
}

// Text is [Text] in memory of the request's own: one that is answered so costs none.
// The response is of no use after the request.
func (r *Request) Text(s string) *Response {
	p := r.newReply(contentText)
	p.kind, p.text = textBody, s
	return p
}

// Rendered reports whether the body is there; false only for a page that
// waits for the hooks.
func (p *Response) Rendered() bool { return p.render == nil }

// Template is the name of the page, "" for what is none; Context what it is
// rendered with.
func (p *Response) Template() (name string, context any) { return p.template, p.context }

// SetPage changes what a page will be rendered from.
func (p *Response) SetPage(name string, context any, render Renderer) {
	p.template, p.context, p.render = name, context, render
}

// Render makes the body of a page. It does nothing for what is rendered already.
func (p *Response) Render(r *Request) error {
	if p.render == nil {
		return nil
	}
	if r.view != nil && r.view.Stream && p.template != "" {
		p.streamed(r)
		return nil
	}
	var b []byte
	own := !r.bufUsed
	if own {
		r.bufUsed = true
		b = r.x.Response.Buffer()
	}
	b, err := p.render(b, r)
	if err != nil {
		if p.template == "" {
			return err
		}
		return fmt.Errorf("web: render %s: %w", p.template, err)
	}
	p.kind, p.bytes, p.buffered, p.render = bytesBody, b, own, nil
	return nil
}

// Render answers with the template of that name, from the site's templates,
// and values for it: what a view in Go calls.
//
//	return web.Render(r, "checkout.html", map[string]any{"total": total})
func Render(r *Request, name string, context map[string]any) (*Response, error) {
	t := r.app.config.Templates[name]
	if t == nil {
		err := fmt.Errorf("web: there is no template %q", name)
		if near := route.Nearest(name, r.app.templateNames()); near != "" {
			err = fmt.Errorf("%w; did you mean %q?", err, near)
		}
		return nil, err
	}
	return r.Page(name, context, func(b []byte, r *Request) ([]byte, error) { return t(b, r, context) })
}
