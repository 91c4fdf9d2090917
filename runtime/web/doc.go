// Package web is the application tier: requests, responses, the middleware
// onion, the URL dispatcher and what is done when something fails. It behaves
// as Django does and is written as Go is.
//
// A view is a function from a request to a response or an error, a middleware
// a function around a view:
//
//	func Checkout(r *web.Request) (*web.Response, error) {
//		form, err := r.Form()
//		if err != nil {
//			return nil, err
//		}
//		…
//		return web.Redirect("/thanks/"), nil
//	}
//
//	func Timing(next web.Handler) web.Handler {
//		return func(r *web.Request) (*web.Response, error) {
//			…
//			return next(r)
//		}
//	}
//
// An error maps to a status: [NotFound], [Forbidden] and [BadRequest], or any
// other [*Error], to theirs; everything else is a 500 that is logged with the
// request's id. Every layer of the onion sees the response that an inner error became,
// never the error itself, and a panic is an error like others.
//
// An [App] is a gateway.Handler. A [Request] is good for as long as its view
// runs (and the stream that a view returned); it is then used for another
// request. Strings, values and contexts that it handed out are good for ever.
//
// Beside this package stand web/middleware (the built-in layers), web/views
// (generic views), web/forms with model/validators, web/sessions, web/messages, web/caches, web/storage (uploads
// that are kept), web/language, web/signing, web/hashers, web/passwords and web/tokens (what log-in
// is made of), web/conditional, web/route (the dispatcher's core) and web/webtest (a client in memory).
package web
