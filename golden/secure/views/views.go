// Package views holds the site's views.
package views

import "stackgen.dev/runtime/web"

// WhoAmI says who the client has proved to be.
func WhoAmI(r *web.Request) (*web.Response, error) {
	name := "nobody"
	if cert := r.ClientCertificate(); cert != nil {
		name = cert.Subject.CommonName
	}
	return r.Text("you are " + name + " over " + r.Scheme() + "\n"), nil
}
