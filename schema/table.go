package schema

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// block is the table of one block type: everything the language knows about
// it. The decoder, the manual and the JSON Schema read it.
type block struct {
	// Type is the word the block begins with.
	Type string
	// Label says what stands in quotes behind Type: "name", "pattern", "prefix",
	// or "" for a block without one.
	Label string
	// Doc is one sentence, Ancestor what nginx, gunicorn or Django calls it.
	Doc, Ancestor string
	// Example is a few lines for the manual.
	Example string

	Attrs  []*attr
	Blocks []*block

	// Once says that the parent may hold one such block.
	Once bool
	// Required says that the parent needs at least one.
	Required bool

	// Into is the struct that the block fills, LabelInto the field for the label.
	Into      reflect.Type
	LabelInto string
	// Field is the parent's field for the block; by default the CamelCase
	// of Type, with an s where the block may be repeated.
	Field string
	// Inline says that the block fills its parent's struct.
	Inline bool
	// Free says that the block holds attributes of any name (locals).
	Free bool
	// Kind is the first step of references to the block; "" for a block that has none.
	Kind string

	// Check looks at a decoded block by itself.
	Check func(d *decoder, s *scope)
}

// attr is the table of one attribute.
type attr struct {
	Name string
	Type attrType
	// Default is written as in a site file; "" for none.
	Default string
	// Required says that the block is wrong without the attribute.
	Required bool
	// Bindable says that the value may be read when the site starts.
	Bindable bool
	// Enum lists the only values of a string or of a bare word.
	Enum []string
	// Doc is one sentence, Ancestor what nginx, gunicorn or Django calls it.
	Doc, Ancestor string
	// Into is the struct's field; the CamelCase of Name by default.
	Into string
	// Check looks at the value by itself.
	Check func(value any) *problem

	// standard is Default parsed, once it is needed.
	standard hcl.Expression
}

// problem is what a check has against a value.
type problem struct{ summary, detail string }

// field is the name of the parent's struct field that the block goes to.
func (b *block) field() string {
	switch {
	case b.Field != "":
		return b.Field
	case b.Once:
		return camelCase(b.Type)
	}
	return camelCase(b.Type) + "s"
}

// field is the name of the struct field that the attribute goes to.
func (a *attr) field() string {
	if a.Into != "" {
		return a.Into
	}
	return camelCase(a.Name)
}

// schema is the table in HCL's terms. Nothing is required there: what is
// missing is reported in our own words.
func (b *block) schema() *hcl.BodySchema {
	s := &hcl.BodySchema{}
	for _, a := range b.Attrs {
		s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: a.Name})
	}
	for _, c := range b.Blocks {
		header := hcl.BlockHeaderSchema{Type: c.Type}
		if c.Label != "" {
			header.LabelNames = []string{c.Label}
		}
		s.Blocks = append(s.Blocks, header)
	}
	return s
}

// attr returns the attribute of that name, or nil.
func (b *block) attr(name string) *attr {
	for _, a := range b.Attrs {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// block returns the nested block of that type, or nil.
func (b *block) block(name string) *block {
	for _, c := range b.Blocks {
		if c.Type == name {
			return c
		}
	}
	return nil
}

// walk visits the block and all beneath it, parents first, each once.
func (b *block) walk(visit func(path []string, b *block)) {
	seen := map[*block]bool{}
	var step func(path []string, b *block)
	step = func(path []string, b *block) {
		if seen[b] {
			return
		}
		seen[b] = true
		visit(path, b)
		for _, c := range b.Blocks {
			step(append(path[:len(path):len(path)], c.Type), c)
		}
	}
	step(nil, b)
}

// initialisms are the words that Go writes in capitals.
var initialisms = map[string]string{
	"api": "API", "css": "CSS", "csrf": "CSRF", "db": "DB", "dns": "DNS", "html": "HTML", "http": "HTTP",
	"https": "HTTPS", "id": "ID", "ip": "IP", "js": "JS", "json": "JSON", "sql": "SQL", "tcp": "TCP",
	"tls": "TLS", "ttl": "TTL", "udp": "UDP", "ui": "UI", "uri": "URI", "url": "URL", "utf8": "UTF8",
	"uuid": "UUID", "websocket": "WebSocket", "xml": "XML",
}

// camelCase turns a lower_snake name into an exported Go identifier.
func camelCase(name string) string {
	var out strings.Builder
	for _, word := range strings.Split(name, "_") {
		if word == "" {
			continue
		}
		if upper, ok := initialisms[word]; ok {
			out.WriteString(upper)
			continue
		}
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// GoName is the exported Go identifier that stands for a lower_snake name of
// the site: "post_detail" becomes PostDetail and "author_id" AuthorID. Two
// names of one kind that come out equal are an error of the site.
func GoName(name string) string { return camelCase(name) }
