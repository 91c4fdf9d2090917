package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Templates is what the project adds to the template language: Go functions as
// filters, tags and names of every page.
type Templates struct {
	// Render are the templates that Go code renders by name, beside those of
	// views: the texts of e-mails. They may be patterns, "mail/*.txt".
	Render    []String
	Filters   []*TemplateFilter
	Tags      []*TemplateTag
	Context   []*ContextValue
	DeclRange hcl.Range
}

// TemplateFilter is a filter in Go: func(value, argument) result.
type TemplateFilter struct {
	Name      string
	Handler   GoRef
	DeclRange hcl.Range
}

// TemplateTag is a tag in Go: func(arguments…) result.
type TemplateTag struct {
	Name    string
	Handler GoRef
	// Block says that the tag has an end, and that the function gets what stands
	// inside as its first argument (simple_block_tag).
	Block Bool
	// Template is the page that shows what the function returns (inclusion_tag);
	// empty for a tag that writes the result itself.
	Template  String
	DeclRange hcl.Range
}

// ContextValue is a name that every template knows: func(*web.Request) result.
type ContextValue struct {
	Name      string
	Handler   GoRef
	DeclRange hcl.Range
}

// templatesBlock describes what the project adds to templates.
func templatesBlock() *block {
	return &block{
		Type: "templates", Once: true, Field: "Templates", Into: reflect.TypeFor[Templates](),
		Doc:      "What the project adds to the template language, in Go; functions may return an error beside the result.",
		Ancestor: "Django template.Library",
		Example: `templates {
  render = ["mail/*.txt", "mail/*.html"]
  filter "initials" { handler = go.tags.Initials }
  tag "latest_posts" {
    handler  = go.tags.LatestPosts
    template = "_latest.html"
  }
}`,
		Attrs: []*attr{
			{Name: "render", Type: stringList{}, Check: checkNotEmpty,
				Doc: "Templates, or patterns of them, that Go code renders by name beside those of its views; in a .txt template nothing is escaped."},
		},
		Blocks: []*block{templateFilterBlock(), templateTagBlock(), contextValueBlock()},
	}
}

func templateFilterBlock() *block {
	return &block{
		Type: "filter", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[TemplateFilter](),
		Doc:      "A filter: a Go function of the value, and of the argument where the filter takes one.",
		Ancestor: "Django register.filter",
		Example:  `filter "initials" { handler = go.tags.Initials }`,
		Attrs: []*attr{
			{Name: "handler", Type: goFuncType{}, Required: true, Doc: "The Go function: func(value T) R, or func(value T, argument U) R."},
		},
	}
}

func templateTagBlock() *block {
	return &block{
		Type: "tag", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[TemplateTag](),
		Doc:      "A tag: a Go function of the arguments that the template gives it, by position or by the parameter's name in snake_case.",
		Ancestor: "Django register.simple_tag",
		Example: `tag "latest_posts" {
  handler  = go.tags.LatestPosts
  template = "_latest.html"
}`,
		Attrs: []*attr{
			{Name: "handler", Type: goFuncType{}, Required: true,
				Doc: "The Go function; a first parameter of type *web.Request is the request of the page."},
			{Name: "block", Type: boolType(), Default: "false", Ancestor: "Django register.simple_block_tag",
				Doc: "Whether the tag has an end, and the function gets what stands inside, as tmpl.Safe, before the other arguments."},
			{Name: "template", Type: stringType(), Ancestor: "Django register.inclusion_tag",
				Doc: "The template, beneath templates/, that shows the map[string]any that the function returns."},
		},
	}
}

func contextValueBlock() *block {
	return &block{
		Type: "context", Label: "name", LabelInto: "Name", Field: "Context", Into: reflect.TypeFor[ContextValue](),
		Doc:      "A name that every template knows: a Go function of the request, called where a template uses the name.",
		Ancestor: "Django context_processors",
		Example:  `context "cart_size" { handler = go.shop.CartSize }`,
		Attrs: []*attr{
			{Name: "handler", Type: goFuncType{}, Required: true, Doc: "The Go function: func(*web.Request) R."},
		},
	}
}
