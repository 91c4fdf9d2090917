package views

import "stackgen.dev/runtime/web"

// OpenAPI serves the description of a site's resources, which the build has written.
type OpenAPI struct {
	// Document is the description as JSON.
	Document []byte
}

// Handler is the view: GET.
func (v OpenAPI) Handler() web.Handler {
	tag := etagOf(v.Document)
	return only(func(r *web.Request) (*web.Response, error) {
		p := web.Bytes("application/vnd.oai.openapi+json;version=3.1", v.Document)
		if r.PreferredType(contentJSON, "application/vnd.oai.openapi+json") == contentJSON {
			p.SetHeader("Content-Type", contentJSON)
		}
		p.SetHeader("ETag", tag)
		p.Vary("Accept")
		return p.Settle(r), nil
	}, "GET")
}

// View is the view of that name.
func (v OpenAPI) View(name string) *web.View { return view(name, v.Handler()) }
