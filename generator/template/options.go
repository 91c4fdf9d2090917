package template

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// Options is everything that a compilation depends on.
type Options struct {
	// Load returns a template's text by its name; an error satisfying
	// errors.Is(err, fs.ErrNotExist) is a template that does not exist.
	Load func(name string) ([]byte, error)
	// Sources, unless nil, gets the text of every template that was read, for showing diagnostics.
	Sources *schema.Sources
	// Names are all templates, for suggestions.
	Names []string
	// Dir is put before names in diagnostics; "templates/" when empty.
	Dir string

	// Module is the import path beneath which gen/templates is written.
	Module string
	// Pages are the templates with typed contexts, in order.
	Pages []Page
	// Dynamic are the templates that Go code renders with a map.
	Dynamic []string
	// Streamed are those of them that are sent while they are rendered, where
	// the request is a tmpl.Flusher.
	Streamed map[string]bool

	// Request is the type of the request in dynamic templates, and the name
	// "request" there; a Struct.
	Request *Type
	// CSRF is the member of the request that returns the CSRF token as text;
	// nil makes csrf_token a diagnostic.
	CSRF *Member

	// URLs are the reverse functions, by name. A name with several patterns has
	// several entries; the first whose parameters fit is taken.
	URLs []URL
	// Static returns the URL of a static file, already quoted; nil makes the static tag a diagnostic.
	Static func(name string) (url string, ok bool)
	// StaticNames are all static files, for suggestions.
	StaticNames []string
	// StaticPrefix and MediaPrefix are what get_static_prefix and get_media_prefix say.
	StaticPrefix, MediaPrefix string

	// Query is the member of the request with the parameters of the query string
	// (a tmpl.MultiMapping); nil makes querystring without a map a diagnostic in pages.
	Query *Member
	// Language is the code of the language that pages begin with; "en" when empty (LANGUAGE_CODE).
	Language string
	// Languages are those of the site with their translations, empty for Language alone (LANGUAGES).
	Languages []Language
	// General are translations of more general languages than those of the site, which
	// stand behind them: "de" where the site is in "de-at".
	General []Language
	// Fragments is the Go function that says of a request where the tag cache keeps what
	// it makes; nil keeps it in the process.
	Fragments *GoType
	// Filters and Tags are the project's own, Values names that every template
	// knows, beneath those of its context.
	Filters []Filter
	Tags    []Tag
	Values  []Value

	// TimeZone is the IANA name of the zone in which times are shown; UTC when empty (TIME_ZONE).
	TimeZone string
}

// Page is a template compiled for one view.
type Page struct {
	// Template is the template's name: "post_detail.html".
	Template string
	// Func is the Go function's name: "PostDetail". Its context is the struct FuncPage.
	Func string
	// Context are the fields of the context struct, in order.
	Context []Name
	// Streams says that the page is sent while it is rendered.
	Streams bool
}

// Name is a name in a page's context.
type Name struct {
	// Name is what templates say: "object". Several names may share a Field.
	Name string
	// Field is the Go field: "Object".
	Field string
	Type  *Type
}

// URL is one pattern of the site and the Go function that builds it.
type URL struct {
	// Name is what the url tag says, with its namespaces: "shop:cart".
	Name string
	// Path is the import path of the package, Func the function: func(params…) string.
	Path, Func string
	Params     []Param
}

// Param is one parameter of a reverse function, in its order.
type Param struct {
	Name string
	// Converter is str, int, slug, uuid or path, or the name of one of the site's own. The
	// Go parameter is an int64 for int, what Own says, and else a string.
	Converter string
	Own       *Converter
}

// Converter is a path converter of the site's own.
type Converter struct {
	// Path is the import path of the package, Var the *route.Typed there.
	Path, Var string
	// Regex is what text of a value matches.
	Regex string
	// Type is the type of the values, an Any where templates know it not; Code is that in Go.
	Type *Type
	Code func() *jen.Statement
}

func (o *Options) dir() string {
	if o.Dir == "" {
		return "templates/"
	}
	return o.Dir
}
