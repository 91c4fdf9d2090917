package middleware

import (
	"html"

	"stackgen.dev/runtime/web"
)

// refused is the page for a request that the csrf layer refused. Visitors
// learn what they can do, developers the reason.
func refused(r *web.Request, reason string) *web.Response {
	detail := ""
	if r.Debug() {
		detail = "  <h2>For the developer</h2>\n  <p>" + html.EscapeString(reason) + "</p>\n" +
			"  <p>A form needs {% csrf_token %} inside of it, a script the header X-CSRFToken; other sites that may send forms here stand in trusted_origins.</p>\n"
	}
	return web.HTML(`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="robots" content="noindex">
  <title>403 Forbidden</title>
</head>
<body>
  <h1>Forbidden</h1>
  <p>CSRF verification failed. Request aborted.</p>
  <p>Load the page with the form again and send it once more. Cookies have to be allowed for this site.</p>
` + detail + `</body>
</html>
`).WithStatus(403)
}
