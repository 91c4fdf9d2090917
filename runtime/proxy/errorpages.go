package proxy

import (
	"fmt"
	"slices"

	"stackgen.dev/runtime/gateway"
)

// ErrorPage is what an error is answered with in place of the proxy's own page
// (error_page). The status stays.
type ErrorPage struct {
	// Statuses are those that it is for, 400 to 599.
	Statuses []int
	// Type is the Content-Type, Body the page.
	Type string
	Body []byte
}

// errorPages finds the page of a status.
type errorPages map[int]*ErrorPage

// with returns the pages with those of an inner level in their place.
func (e errorPages) with(pages []ErrorPage) (errorPages, error) {
	if len(pages) == 0 {
		return e, nil
	}
	all := errorPages{}
	for status, page := range e {
		all[status] = page
	}
	for i := range pages {
		page := &pages[i]
		for _, status := range page.Statuses {
			if status < 400 || status > 599 {
				return nil, fmt.Errorf("error_page: %d is not the status of an error", status)
			}
			all[status] = page
		}
	}
	return all, nil
}

// page is the site's own page for a status, nil without one.
func (p *Proxy) page(v *visit, status int) *ErrorPage {
	if v.location != nil {
		return v.location.pages[status]
	}
	return p.pages[status]
}

// contentFields describe a body, which has gone when an error page comes in its place.
var contentFields = []string{"Content-Type", "Content-Encoding", "Content-Language", "Content-Location", "Content-Range",
	"Content-Disposition", "Content-Length", "ETag", "Last-Modified", "Cache-Control", "Expires", "Accept-Ranges", "Vary", "Digest", "Repr-Digest"}

// intercept puts the site's page in the place of an error of the application or
// an upstream (proxy_intercept_errors). Other fields stay: a 401 has to say how to log in.
func (p *Proxy) intercept(x *gateway.Exchange, v *visit) {
	page := p.page(v, x.Response.Status)
	if page == nil || x.Response.Kind() == gateway.TakeoverBody {
		return
	}
	h := &x.Response.Header
	for i := 0; i < h.Len(); {
		if name := string(h.Fields()[i].Name); slices.ContainsFunc(contentFields, func(f string) bool { return gateway.EqualFold([]byte(name), f) }) {
			h.Del(name)
			continue
		}
		i++
	}
	h.Add("Cache-Control", "no-store")
	h.Add("Content-Type", page.Type)
	x.Response.Bytes(page.Body)
}
