package middleware

import "stackgen.dev/runtime/web"

// Clickjacking is the layer "clickjacking" (XFrameOptionsMiddleware): no other
// site may show this one's pages in a frame, unless the view set the header itself.
//
//	middleware = [security, session, csrf, clickjacking]
//
//	X-Frame-Options: DENY
type Clickjacking struct {
	// Value is "DENY" where it is empty, or "SAMEORIGIN" (X_FRAME_OPTIONS).
	Value string
}

// Wrap is the layer.
func (c Clickjacking) Wrap(next web.Handler) web.Handler {
	if c.Value == "" {
		c.Value = "DENY"
	}
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		p.SetDefaultHeader("X-Frame-Options", c.Value)
		return p, nil
	}
}
