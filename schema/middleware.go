package schema

import "github.com/hashicorp/hcl/v2"

// Middleware is one layer of the onion, outermost first: a built-in one by
// name, or a Go function.
type Middleware struct {
	// Name is the built-in's name; empty for a Go function.
	Name  string
	Go    GoRef
	Range hcl.Range
}

// builtin is one layer that the runtime brings along.
type builtin struct {
	name, doc, ancestor string
}

// builtins is the table of middleware by name, in the order in which the
// layers have to stand.
func builtins() []builtin {
	return []builtin{
		{"security", "Sets the headers that keep browsers careful, and redirects to HTTPS where the proxy does not.", "django.middleware.security.SecurityMiddleware"},
		{"session", "Gives each visitor a session.", "django.contrib.sessions.middleware.SessionMiddleware"},
		{"common", "Appends the slash that a URL lacks, and sets Content-Length.", "django.middleware.common.CommonMiddleware"},
		{"csrf", "Refuses forms that another site sends in the visitor's name.", "django.middleware.csrf.CsrfViewMiddleware"},
		{"clickjacking", "Keeps other sites from showing pages in a frame.", "django.middleware.clickjacking.XFrameOptionsMiddleware"},
	}
}

func builtinNames() []string {
	var names []string
	for _, b := range builtins() {
		names = append(names, b.name)
	}
	return names
}

func middlewareAttr() *attr {
	return &attr{Name: "middleware", Type: middlewareType{}, Ancestor: "Django MIDDLEWARE",
		Doc: "The layers around every view, outermost first: built-in ones by name, and Go functions of the project."}
}
