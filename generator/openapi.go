package generator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

func (o *object) add(name string, value any) { *o = append(*o, member{name, value}) }

// addIf adds where cond holds.
func (o *object) addIf(cond bool, name string, value any) {
	if cond {
		o.add(name, value)
	}
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(append(append(name, ':'), value...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// openAPIName is the file of a description, beside the program that carries it.
func openAPIName(v *schema.View) string { return v.Name + ".openapi.json" }

// openAPI is views.OpenAPI{…}.Handler().
func (e *viewEmitter) openAPI() jen.Code {
	return e.generic("OpenAPI", nil, emit.Field("Document", jen.Id(openAPIVar(e.v))))
}

func openAPIVar(v *schema.View) string { return lowerFirst(schema.GoName(v.Name)) + "Document" }

// emitOpenAPI embeds the descriptions.
func (p *project) emitOpenAPI(f *emit.File) {
	for _, v := range p.site.Views {
		if v.OpenAPI == nil {
			continue
		}
		f.Anon("embed")
		f.Line()
		f.Doc(openAPIVar(v) + " is what view." + v.Name + " serves.")
		f.Comment("//go:embed " + openAPIName(v))
		f.Var().Id(openAPIVar(v)).Index().Byte()
	}
}

// addOpenAPI writes the descriptions.
func (p *project) addOpenAPI(set *FileSet) {
	for _, v := range p.site.Views {
		if v.OpenAPI != nil {
			set.Add(sitePackage+"/"+openAPIName(v), p.openAPIDocument(v.OpenAPI))
		}
	}
}

// openAPIDocument describes the site's resources.
func (p *project) openAPIDocument(v *schema.OpenAPIView) []byte {
	info := object{}
	title := v.Title.V
	if title == "" {
		title = p.site.Name
	}
	info.add("title", title)
	info.add("version", v.Version.V)
	info.addIf(v.Description.V != "", "description", v.Description.V)
	paths, schemas := object{}, object{}
	var tags []any
	for _, r := range p.api() {
		tags = append(tags, object{{"name", r.name}})
		if r.all != nil && (r.does("list") || r.does("create")) {
			paths.add(apiPath(r.all), onHost(r.all, r.allOperations()))
		}
		if r.one != nil {
			paths.add(apiPath(r.one), onHost(r.one, r.oneOperations()))
		}
		r.schemas(&schemas)
	}
	schemas.add("Problem", problemSchema())
	doc := object{
		{"openapi", "3.1.0"}, {"info", info}, {"servers", []any{object{{"url", "/"}}}}, {"tags", tags}, {"paths", paths},
		{"components", object{{"schemas", schemas}}},
	}
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetIndent("", "  ")
	lines.SetEscapeHTML(false)
	if err := lines.Encode(doc); err != nil {
		bug("openapi: %v", err)
	}
	return b.Bytes()
}

// onHost says where the operations of a route are that is bound to a host.
func onHost(r *schema.Route, operations object) object {
	if r.BoundTo.V == "" {
		return operations
	}
	return append(object{{"servers", []any{object{{"url", "//" + r.BoundTo.V}}}}}, operations...)
}

func schemaRef(name string) object { return object{{"$ref", "#/components/schemas/" + name}} }

func content(mediaType string, schema object) object {
	return object{{mediaType, object{{"schema", schema}}}}
}

// answers are an operation's responses: the good one, and the problems.
func answers(status int, good object, problems ...int) object {
	out := object{{strconv.Itoa(status), good}}
	for _, n := range problems {
		out.add(strconv.Itoa(n), object{{"description", problemTexts[n]}, {"content", content("application/problem+json", schemaRef("Problem"))}})
	}
	return out
}

var problemTexts = map[int]string{
	400: "What was sent cannot be read.", 404: "There is no such row, or page.", 406: "The client takes no JSON.",
	409: "Other rows refer to it.", 412: "It has changed: If-Match is not its tag.", 413: "The body is too large.",
	415: "The body is no JSON.", 422: "The values are not valid; errors has what is wrong with each field.",
}

func header(description string) object {
	return object{{"description", description}, {"schema", object{{"type", "string"}}}}
}

func (r *apiResource) operation(action, summary string, parameters []any, body string, responses object) object {
	o := object{{"operationId", r.name + "_" + action}, {"summary", summary}, {"tags", []any{r.name}}}
	o.addIf(len(parameters) > 0, "parameters", parameters)
	if body != "" {
		o.add("requestBody", object{{"required", true}, {"content", content("application/json", schemaRef(body))}})
	}
	o.add("responses", responses)
	return o
}

func (r *apiResource) allOperations() object {
	noun := words(r.view.Resource.Model.Target.Name)
	out := object{}
	captures := pathParameters(r.all)
	out.addIf(captures != nil, "parameters", captures)
	if r.does("list") {
		good := object{
			{"description", "A page of the rows."}, {"headers", object{{"ETag", header("The tag of the page.")}}},
			{"content", content("application/json", schemaRef(r.typ+"Page"))},
		}
		out.add("get", r.operation("list", "List "+words(r.name), r.listParameters(), "", answers(200, good, 400, 404, 406)))
	}
	if r.does("create") {
		headers := object{{"ETag", header("The tag of the row.")}}
		headers.addIf(r.one != nil, "Location", header("The path of the row."))
		good := object{{"description", "The row that was made."}, {"headers", headers}, {"content", content("application/json", schemaRef(r.typ))}}
		problems := []int{400, 406, 413, 415, 422}
		if captures != nil {
			problems = []int{400, 404, 406, 413, 415, 422}
		}
		out.add("post", r.operation("create", "Create a "+noun, nil, r.typ+"Write", answers(201, good, problems...)))
	}
	return out
}

func (r *apiResource) oneOperations() object {
	noun := words(r.view.Resource.Model.Target.Name)
	match := object{{"name", "If-Match"}, {"in", "header"}, {"description", "The tag that the row has to have still."}, {"schema", object{{"type", "string"}}}}
	row := object{
		{"description", "The row."}, {"headers", object{{"ETag", header("The tag of the row.")}}},
		{"content", content("application/json", schemaRef(r.typ))},
	}
	out := object{{"parameters", pathParameters(r.one)}}
	if r.does("retrieve") {
		out.add("get", r.operation("retrieve", "Retrieve a "+noun, nil, "", answers(200, row, 404, 406)))
	}
	if r.does("update") {
		out.add("put", r.operation("update", "Update a "+noun, []any{match}, r.typ+"Write", answers(200, row, 400, 404, 406, 412, 413, 415, 422)))
	}
	if r.does("partial_update") {
		out.add("patch", r.operation("partial_update", "Update some of a "+noun, []any{match}, r.typ+"Patch", answers(200, row, 400, 404, 406, 412, 413, 415, 422)))
	}
	if r.does("destroy") {
		gone := object{{"description", "It is deleted."}}
		out.add("delete", r.operation("destroy", "Delete a "+noun, []any{match}, "", answers(204, gone, 404, 406, 409, 412)))
	}
	return out
}

// pathParameters are the captures of a route.
func pathParameters(route *schema.Route) (list []any) {
	for _, s := range apiCaptures(route) {
		list = append(list, object{{"name", s.Name}, {"in", "path"}, {"required", true}, {"schema", captureSchema(s)}})
	}
	return list
}

func captureSchema(s schema.Segment) object {
	switch {
	case s.Own != nil:
		return object{{"type", "string"}, {"pattern", "^(?:" + s.Own.Regex.V + ")$"}}
	case s.Converter == "int":
		return object{{"type", "integer"}, {"format", "int64"}, {"minimum", 0}}
	case s.Converter == "uuid":
		return object{{"type", "string"}, {"format", "uuid"}}
	}
	return object{{"type", "string"}}
}

func (r *apiResource) listParameters() []any {
	var out []any
	add := func(name, description string, schema object) {
		o := object{{"name", name}, {"in", "query"}}
		o.addIf(description != "", "description", description)
		o.add("schema", schema)
		out = append(out, o)
	}
	add("page", "The number of the page.", object{{"type", "integer"}, {"minimum", 1}})
	if r.pageSize {
		s := object{{"type", "integer"}, {"minimum", 1}}
		s.addIf(r.maxPageSize > 0, "maximum", r.maxPageSize)
		add("page_size", "How many rows a page has.", s)
	}
	if len(r.ordering) > 0 {
		add("ordering", "Fields to sort by, separated by commas, with a minus before those to sort downwards.", object{{"type", "string"}, {"pattern", orderingPattern(r.ordering)}})
	}
	if r.search {
		add("search", "Words that are looked for.", object{{"type", "string"}})
	}
	for _, f := range r.filters {
		add(f.Name, "", filterSchema(f))
	}
	return out
}

func orderingPattern(names []string) string {
	one := "-?("
	for i, n := range names {
		if i > 0 {
			one += "|"
		}
		one += n
	}
	one += ")"
	return fmt.Sprintf("^%s(,%s)*$", one, one)
}

func filterSchema(f schema.ResourceFilter) object {
	switch f.Lookup {
	case "isnull":
		return object{{"type", "boolean"}}
	case "in":
		return object{{"type", "string"}, {"description", "Values that are separated by commas."}}
	}
	kind := f.Field.Kind
	if kind == schema.ForeignKey {
		kind = keyField(f.Field.Target.Target).Kind
	}
	return kindSchema(textFilter(kind), nil)
}

// schemas are the types of a resource's rows: as they are shown, as they are sent whole
// and in part, and a page of them.
func (r *apiResource) schemas(into *object) {
	shown, write, patch := object{}, object{}, object{}
	var all, required []string
	for _, f := range r.fields {
		s := f.schema()
		all = append(all, f.Name)
		if f.readOnly {
			s.add("readOnly", true)
		} else {
			write.add(f.Name, f.writeSchema())
			patch.add(f.Name, f.schema())
			if f.required {
				required = append(required, f.Name)
			}
		}
		shown.add(f.Name, s)
	}
	into.add(r.typ, object{{"type", "object"}, {"required", all}, {"properties", shown}})
	if r.takes() {
		w := object{{"type", "object"}}
		w.addIf(len(required) > 0, "required", required)
		into.add(r.typ+"Write", append(w, member{"properties", write}))
		into.add(r.typ+"Patch", object{{"type", "object"}, {"properties", patch}})
	}
	if r.does("list") {
		link := object{{"type", []string{"string", "null"}}, {"format", "uri"}}
		into.add(r.typ+"Page", object{{"type", "object"}, {"required", []string{"count", "next", "previous", "results"}}, {"properties", object{
			{"count", object{{"type", "integer"}, {"description", "The number of rows on all pages."}}},
			{"next", link}, {"previous", link},
			{"results", object{{"type", "array"}, {"items", schemaRef(r.typ)}}},
		}}})
	}
}

// schema is the JSON Schema of a field's values.
func (f apiField) schema() object {
	s := kindSchema(f.kind, f.Field)
	if f.many() {
		s = object{{"type", "array"}, {"items", s}, {"uniqueItems", true}}
	}
	if f.HelpText.V != "" {
		s.add("description", f.HelpText.V)
	}
	if len(f.Choices) > 0 {
		var values []any
		for _, c := range f.Choices {
			if n, err := strconv.ParseInt(c.Key, 10, 64); err == nil && isNumber(f.kind) {
				values = append(values, n)
			} else {
				values = append(values, c.Key)
			}
		}
		if f.Blank.V && !isNumber(f.kind) {
			values = append(values, "")
		}
		if f.Null.V {
			values = append(values, nil)
		}
		s.add("enum", values)
	}
	if f.Null.V {
		for i := range s {
			if s[i].name == "type" {
				s[i].value = []any{s[i].value, "null"}
			}
		}
	}
	return s
}

// writeSchema is schema with the default that a field has where it is left out.
func (f apiField) writeSchema() object {
	s := f.schema()
	switch f.Default.V.(type) {
	case bool, string, int64, float64:
		if f.kind != schema.JSON && f.kind != schema.Decimal && f.kind != schema.DurationKind {
			s.add("default", f.Default.V)
		}
	}
	return s
}

func isNumber(k schema.FieldKind) bool {
	switch k {
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		return true
	}
	return false
}

// kindSchema is the JSON Schema of a kind of value; f has its limits, nil for none.
func kindSchema(kind schema.FieldKind, f *schema.Field) object {
	text := func(format string) object {
		s := object{{"type", "string"}}
		s.addIf(format != "", "format", format)
		s.addIf(f != nil && f.MaxLength > 0, "maxLength", maxLength(f))
		return s
	}
	whole := func(format string, low, high any) object {
		s := object{{"type", "integer"}, {"format", format}}
		s.addIf(low != nil, "minimum", low)
		s.addIf(high != nil, "maximum", high)
		return s
	}
	switch kind {
	case schema.Email:
		return text("email")
	case schema.URL:
		return text("uri")
	case schema.Slug:
		return append(text(""), member{"pattern", "^[-a-zA-Z0-9_]+$"})
	case schema.UUID:
		return object{{"type", "string"}, {"format", "uuid"}}
	case schema.Boolean:
		return object{{"type", "boolean"}}
	case schema.Auto, schema.Integer:
		return whole("int32", nil, nil)
	case schema.BigAuto, schema.BigInteger:
		return whole("int64", nil, nil)
	case schema.SmallInteger:
		return whole("int32", -32768, 32767)
	case schema.PositiveInt:
		return whole("int32", 0, nil)
	case schema.PositiveSmall:
		return whole("int32", 0, 32767)
	case schema.PositiveBig:
		return whole("int64", 0, nil)
	case schema.FloatField:
		return object{{"type", "number"}, {"format", "double"}}
	case schema.Decimal:
		return object{{"type", "string"}, {"format", "decimal"}, {"pattern", `^-?\d+(\.\d+)?$`}}
	case schema.Date:
		return object{{"type", "string"}, {"format", "date"}}
	case schema.DateTime:
		return object{{"type", "string"}, {"format", "date-time"}}
	case schema.TimeOfDay:
		return object{{"type", "string"}, {"format", "time"}}
	case schema.DurationKind:
		return object{{"type", "string"}, {"format", "duration"}}
	case schema.JSON:
		return object{}
	case schema.Binary:
		return object{{"type", "string"}, {"contentEncoding", "base64"}}
	}
	return text("")
}

func maxLength(f *schema.Field) int {
	if f == nil {
		return 0
	}
	return f.MaxLength
}

func problemSchema() object {
	text := object{{"type", "string"}}
	mistake := object{{"type", "object"}, {"required", []string{"message", "code"}}, {"properties", object{{"message", text}, {"code", text}}}}
	return object{
		{"type", "object"}, {"description", "What went wrong (RFC 9457)."}, {"required", []string{"type", "title", "status"}},
		{"properties", object{
			{"type", text}, {"title", text}, {"status", object{{"type", "integer"}}}, {"detail", text},
			{"errors", object{{"type", "object"}, {"description", "What is wrong with each field or parameter; __all__ for the whole."},
				{"additionalProperties", object{{"type", "array"}, {"items", mistake}}}}},
		}},
	}
}
