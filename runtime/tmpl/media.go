package tmpl

import "net/url"

// MediaURL is where a file of a row is shown, beneath base; "" for no file
// ({{ photo.image.url }}). Compiled templates call it.
func MediaURL(name, base string) string {
	if name == "" {
		return ""
	}
	return base + (&url.URL{Path: name}).EscapedPath()
}

// MediaName is the path of a file of a row in the site's storage ({{ photo.image.name }}).
func MediaName(name, _ string) string { return name }
