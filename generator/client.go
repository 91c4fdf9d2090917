package generator

import (
	"bytes"
	_ "embed" // the clients' templates
	"go/format"
	"strconv"
	"strings"
	"text/template"

	"stackgen.dev/schema"
)

//go:embed clients/client.ts.tmpl
var typeScriptClient string

//go:embed clients/client.go.tmpl
var goClient string

// clientData is what the templates of the clients see.
type clientData struct {
	Site      string
	Resources []clientResource
}

type clientResource struct {
	*apiResource
}

// addClients writes gen/client: typed clients of the site's resources, in files that
// need nothing beside them, so that they can be copied to where they are used.
func (p *project) addClients(set *FileSet) {
	data := clientData{Site: p.site.Name}
	for _, r := range p.api() {
		data.Resources = append(data.Resources, clientResource{r})
	}
	if len(data.Resources) == 0 {
		return
	}
	set.Add("gen/client/client.ts", execute("client.ts", typeScriptClient, data))
	source, err := format.Source(execute("client.go", goClient, data))
	if err != nil {
		bug("the Go client does not parse: %v", err)
	}
	set.Add("gen/client/client.gen.go", source)
}

func execute(name, text string, data any) []byte {
	t := template.Must(template.New(name).Funcs(template.FuncMap{"camel": camel, "goName": schema.GoName, "quote": strconv.Quote}).Parse(text))
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		bug("%s: %v", name, err)
	}
	return b.Bytes()
}

// camel is a name in JavaScript's spelling: partial_update is partialUpdate.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words {
		if i > 0 && w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// Name is the view's name, Type that of its rows.
func (r clientResource) Name() string { return r.name }
func (r clientResource) Type() string { return r.typ }

// Does reports whether there is an action.
func (r clientResource) Does(action string) bool { return r.does(action) }

// Takes reports whether clients send rows.
func (r clientResource) Takes() bool { return r.takes() }

// PageSize and Search report whether the list has these parameters; Ordering is what it may be sorted by.
func (r clientResource) PageSize() bool     { return r.pageSize }
func (r clientResource) Search() bool       { return r.search }
func (r clientResource) Ordering() []string { return r.ordering }

// clientField is a field in the clients.
type clientField struct{ apiField }

// Fields are those shown, Writable those sent.
func (r clientResource) Fields() []clientField { return clientFields(r.fields) }

// Writable are the fields that are sent.
func (r clientResource) Writable() []clientField { return clientFields(r.writable()) }

func clientFields(list []apiField) []clientField {
	out := make([]clientField, len(list))
	for i, f := range list {
		out[i] = clientField{f}
	}
	return out
}

// ReadOnly and Required are as the description has them, Nullable says that the value may be null.
func (f clientField) ReadOnly() bool { return f.readOnly }
func (f clientField) Required() bool { return f.required }
func (f clientField) Nullable() bool { return f.Field.Null.V }

// Help is what explains the field, in one line.
func (f clientField) Help() string { return strings.Join(strings.Fields(f.HelpText.V), " ") }

// TypeScript is the field's type.
func (f clientField) TypeScript() string {
	t := tsKind(f.kind)
	if f.many() {
		return "readonly " + t + "[]"
	}
	if len(f.Choices) > 0 {
		var values []string
		for _, c := range f.Choices {
			if isNumber(f.kind) {
				values = append(values, c.Key)
			} else {
				values = append(values, strconv.Quote(c.Key))
			}
		}
		if f.Blank.V && !isNumber(f.kind) {
			values = append(values, `""`)
		}
		t = strings.Join(values, " | ")
	}
	if f.Field.Null.V {
		t += " | null"
	}
	return t
}

func tsKind(kind schema.FieldKind) string {
	switch {
	case isNumber(kind), kind == schema.FloatField:
		return "number"
	case kind == schema.Boolean:
		return "boolean"
	case kind == schema.JSON:
		return "unknown"
	}
	return "string"
}

// Go is the type of the field's values.
func (f clientField) Go() string {
	if f.many() {
		return "[]" + goKind(f.kind)
	}
	return goKind(f.kind)
}

func goKind(kind schema.FieldKind) string {
	switch {
	case isNumber(kind):
		return "int64"
	case kind == schema.FloatField:
		return "float64"
	case kind == schema.Boolean:
		return "bool"
	case kind == schema.DateTime:
		return "time.Time"
	case kind == schema.JSON:
		return "json.RawMessage"
	case kind == schema.Binary:
		return "[]byte"
	}
	return "string"
}

// clientParam is a parameter: of the list, or of a path.
type clientParam struct {
	Name, TypeScript, Go string
	// Many says that several values are separated by commas.
	Many bool
}

// Filters are the parameters that narrow the list.
func (r clientResource) Filters() []clientParam {
	var out []clientParam
	for _, f := range r.filters {
		kind := f.Field.Kind
		if kind == schema.ForeignKey {
			kind = keyField(f.Field.Target.Target).Kind
		}
		if f.Lookup == "isnull" {
			kind = schema.Boolean
		}
		out = append(out, clientParam{Name: f.Name, TypeScript: tsKind(kind), Go: goKind(kind), Many: f.Lookup == "in"})
	}
	return out
}

// Captures are the parameters of the path of one row, AllCaptures those of the path of all rows.
func (r clientResource) Captures() []clientParam    { return clientParams(r.one) }
func (r clientResource) AllCaptures() []clientParam { return clientParams(r.all) }

func clientParams(route *schema.Route) []clientParam {
	var out []clientParam
	for _, s := range apiCaptures(route) {
		p := clientParam{Name: s.Name, TypeScript: "string", Go: "string"}
		if s.Converter == "int" {
			p.TypeScript, p.Go = "number", "int64"
		}
		out = append(out, p)
	}
	return out
}

// TSPath is the path of one row as an expression of TypeScript, TSAllPath that of all rows.
func (r clientResource) TSPath() string    { return tsPath(r.one) }
func (r clientResource) TSAllPath() string { return tsPath(r.all) }

func tsPath(route *schema.Route) string {
	if len(apiCaptures(route)) == 0 {
		return strconv.Quote(apiPath(route))
	}
	var b strings.Builder
	for _, s := range route.Segments {
		if s.Name == "" {
			b.WriteString(strings.NewReplacer("`", "\\`", "$", "\\$", `\`, `\\`).Replace(s.Literal))
		} else {
			b.WriteString("${segment(" + tsParam(s.Name) + ")}")
		}
	}
	return "`" + b.String() + "`"
}

// GoPath is the path of one row as a Go expression, GoAllPath that of all rows.
func (r clientResource) GoPath() string    { return goPath(r.one) }
func (r clientResource) GoAllPath() string { return goPath(r.all) }

func goPath(route *schema.Route) string {
	var parts []string
	for _, s := range route.Segments {
		switch {
		case s.Name == "":
			parts = append(parts, strconv.Quote(s.Literal))
		case s.Converter == "int":
			parts = append(parts, "strconv.FormatInt("+goParam(s.Name)+", 10)")
		default:
			parts = append(parts, "url.PathEscape("+goParam(s.Name)+")")
		}
	}
	return strings.Join(parts, " + ")
}

// tsParam is a capture's name as a parameter of the TypeScript client.
func tsParam(name string) string {
	switch name = camel(name); name {
	case "params", "options", "body", "segment", "query", "class", "default", "delete", "export", "function", "import", "in", "new", "package",
		"private", "public", "return", "this", "typeof", "var", "void", "with", "for", "if", "else", "do", "while", "case", "switch", "enum", "null",
		"true", "false", "try", "catch", "throw", "super", "static", "let", "const", "interface", "protected", "implements", "yield", "await", "eval",
		"arguments", "extends", "finally", "break", "continue", "debugger", "instanceof":
		return name + "_"
	}
	return name
}

// goParam is a capture's name as a parameter of the Go client.
func goParam(name string) string {
	switch name = paramName(name); name {
	case "c", "ctx", "body", "match", "url", "strconv", "json", "http", "p", "q", "page", "row", "reply", "err", "params", "filter", "filters", "text":
		return name + "_"
	}
	return name
}

// GoParam is the name as a parameter of the Go client, TSParam as one of the TypeScript client.
func (p clientParam) GoParam() string { return goParam(p.Name) }
func (p clientParam) TSParam() string { return tsParam(p.Name) }

// UsesTime reports whether a type of the Go client is time.Time.
func (d clientData) UsesTime() bool {
	for _, r := range d.Resources {
		for _, f := range r.fields {
			if f.kind == schema.DateTime {
				return true
			}
		}
		for _, f := range r.Filters() {
			if f.Go == "time.Time" {
				return true
			}
		}
	}
	return false
}

// Row reports whether a resource has a path of one row.
func (r clientResource) Row() bool { return r.one != nil }
