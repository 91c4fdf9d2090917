// Package middleware holds the built-in layers of the onion, one file each.
// The site file names them:
//
//	middleware = [security, session, common, csrf, auth, message, clickjacking]
//
// and generated code writes each as a literal with its settings; the zero value has
// Django's defaults:
//
//	Middleware: []web.Middleware{
//		middleware.Security{}.Wrap,
//		middleware.Session{}.Wrap,
//		middleware.CSRF{TrustedOrigins: []string{"https://admin.example.com"}}.Wrap,
//	},
//
// What a layer refuses is a response with a status, never a panic.
package middleware
