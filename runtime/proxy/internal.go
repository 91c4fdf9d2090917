package proxy

import (
	"bytes"
	"fmt"

	"stackgen.dev/runtime/gateway"
)

// accelField is the field by which whoever answers leaves the body to a location
// that nobody outside can ask (nginx X-Accel-Redirect).
const accelField = "X-Accel-Redirect"

// kept are the fields of the first answer that the file's answer has as well.
var kept = [...]string{"Content-Type", "Content-Disposition", "Set-Cookie", "Cache-Control", "Expires", "Content-Language"}

// serveInternal answers with the file that an answer names, out of a location
// that is internal. The field is looked at only where the site has such locations, and
// never goes to the client there.
func (p *Proxy) serveInternal(x *gateway.Exchange, v *visit) {
	r := &x.Response
	named := r.Header.Get(accelField)
	if named == nil {
		return
	}
	path, _, _ := bytes.Cut(named, []byte("?"))
	normal, err := gateway.NormalizePath(nil, path)
	var l *location
	if err == nil && len(normal) > 0 && normal[0] == '/' {
		l, _ = p.internal.find(normal)
	}
	var keep gateway.Header
	for _, name := range kept {
		for _, f := range r.Header.Fields() {
			if gateway.EqualFold(f.Name, name) {
				keep.AddCopy(f.Name, f.Value)
			}
		}
	}
	if l == nil {
		p.fail(x, *v, 500, fmt.Errorf("proxy: an answer names %q, which is in no internal location", named))
		return
	}
	r.Reset()
	method, asked := x.Request.Method, x.Request.Path
	if method != "HEAD" {
		x.Request.Method = "GET"
	}
	x.Request.Path = normal
	inner := *v
	inner.location = l
	l.handler.serve(p, x, inner)
	x.Request.Method, x.Request.Path = method, asked
	if r.Status >= 400 {
		return
	}
	for _, f := range keep.Fields() {
		if gateway.EqualFold(f.Name, "Set-Cookie") {
			r.Header.AddCopy(f.Name, f.Value)
			continue
		}
		r.Header.SetBytes(string(f.Name), f.Value)
	}
}
