package schema

import "github.com/hashicorp/hcl/v2"

// Middleware is one layer of the onion, outermost first: a built-in one by
// name, or a Go function.
type Middleware struct {
	// Name is the built-in's name; empty for a Go function.
	Name string
	Go   GoRef
	// HTTP says that the Go function is one of net/http's: func(http.Handler) http.Handler.
	HTTP  bool
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
		{"cors", "Lets pages of other origins ask with scripts, and answers their preflights.", "corsheaders.middleware.CorsMiddleware"},
		{"update_cache", "Keeps pages for fetch_from_cache.", "django.middleware.cache.UpdateCacheMiddleware"},
		{"gzip", "Compresses answers where no proxy does.", "django.middleware.gzip.GZipMiddleware"},
		{"session", "Gives each visitor a session.", "django.contrib.sessions.middleware.SessionMiddleware"},
		{"conditional_get", "Gives pages an ETag, and answers 304 to who has them.", "django.middleware.http.ConditionalGetMiddleware"},
		{"locale", "Chooses the language of each answer, of the site's languages.", "django.middleware.locale.LocaleMiddleware"},
		{"common", "Appends the slash that a URL lacks, and sets Content-Length.", "django.middleware.common.CommonMiddleware"},
		{"csrf", "Refuses forms that another site sends in the visitor's name.", "django.middleware.csrf.CsrfViewMiddleware"},
		{"auth", "Knows who sends a request.", "django.contrib.auth.middleware.AuthenticationMiddleware"},
		{"login_required", "Sends who is not logged in to the login view, but for views that need no login.", "django.contrib.auth.middleware.LoginRequiredMiddleware"},
		{"message", "Keeps what the site tells a visitor until a page shows it.", "django.contrib.messages.middleware.MessageMiddleware"},
		{"fetch_from_cache", "Answers with pages that update_cache kept.", "django.middleware.cache.FetchFromCacheMiddleware"},
		{"clickjacking", "Keeps other sites from showing pages in a frame.", "django.middleware.clickjacking.XFrameOptionsMiddleware"},
		{"csp", "Tells browsers where scripts, styles and the rest of a page may come from.", "django.middleware.csp.ContentSecurityPolicyMiddleware"},
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
