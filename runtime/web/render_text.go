package web

import "fmt"

// RenderText renders a template of the site by name and returns what it comes
// to: the text of an e-mail, for example (render_to_string). In a template
// whose name ends in .txt nothing is escaped.
func RenderText(r *Request, name string, context map[string]any) (string, error) {
	t := r.app.config.Templates[name]
	if t == nil {
		return "", fmt.Errorf("web: there is no template %q", name)
	}
	b, err := t(nil, r, context)
	if err != nil {
		return "", fmt.Errorf("web: render %s: %w", name, err)
	}
	return string(b), nil
}
