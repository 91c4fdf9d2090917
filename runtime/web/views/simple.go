package views

import (
	"stackgen.dev/runtime/web"
)

// Template shows a page (TemplateView).
type Template struct {
	// Template is the page's name.
	Template string
	Render   web.Renderer
	// ContentType is the answer's, HTML where it is empty.
	ContentType string
}

// Handler is the view: GET.
func (v Template) Handler() web.Handler {
	return only(func(r *web.Request) (*web.Response, error) {
		p, err := r.Page(v.Template, nil, found(v.Render))
		if err == nil && v.ContentType != "" {
			p.SetHeader("Content-Type", v.ContentType)
		}
		return p, err
	}, "GET")
}

// Text answers with a fixed text.
type Text struct {
	Body string
	// ContentType is the answer's, plain text where it is empty.
	ContentType string
}

// Handler is the view: GET.
func (v Text) Handler() web.Handler {
	return only(func(r *web.Request) (*web.Response, error) {
		p := r.Text(v.Body)
		if v.ContentType != "" {
			p.SetHeader("Content-Type", v.ContentType)
		}
		return p, nil
	}, "GET")
}

// Redirect sends the client elsewhere (RedirectView).
type Redirect struct {
	// URL is where to; a function where it depends on the request.
	URL func(r *web.Request) (string, error)
	// To is where to, where it is always the same.
	To string
	// Permanent is 301 in place of 302.
	Permanent bool
	// QueryString passes the query on (query_string).
	QueryString bool
}

// Handler is the view, for every method that has a meaning here.
func (v Redirect) Handler() web.Handler {
	return only(v.serve, "GET", "POST", "PUT", "PATCH", "DELETE")
}

func (v Redirect) serve(r *web.Request) (*web.Response, error) {
	to := v.To
	if v.URL != nil {
		var err error
		if to, err = v.URL(r); err != nil {
			return nil, err
		}
	}
	if to == "" {
		return nil, &web.Error{Status: 410}
	}
	if query := r.Query().Encode(); v.QueryString && query != "" {
		to += "?" + query
	}
	if v.Permanent {
		return web.RedirectPermanent(to), nil
	}
	return web.Redirect(to), nil
}

// Data answers with JSON that render appends: a view of queries without a page.
type Data struct {
	Render web.Renderer
}

// Handler is the view: GET.
func (v Data) Handler() web.Handler {
	return asJSON(func(r *web.Request) (*web.Response, error) {
		return r.Append(contentJSON, found(v.Render))
	}, "GET")
}

// found makes rows that a page needs and that are not there a 404.
func found(render web.Renderer) web.Renderer {
	return func(b []byte, r *web.Request) ([]byte, error) {
		b, err := render(b, r)
		return b, missing(err)
	}
}
