package template

import (
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// Compile compiles all pages and dynamic templates. The files are those of
// package templates, in the order of the options; they are of use only where
// the diagnostics hold no error.
func Compile(opts Options) ([]*emit.File, schema.Diagnostics) {
	s := &site{opts: &opts, cache: map[string]*parsed{}, spans: map[node]span{}, reserved: map[string]bool{}, partials: map[string]*partial{}}
	s.reserve()
	var files []*emit.File
	for i := range opts.Pages {
		files = append(files, s.page(&opts.Pages[i]))
	}
	names := append([]string(nil), opts.Dynamic...)
	sort.Strings(names)
	s.nameDynamic(names)
	for _, name := range names {
		files = append(files, s.dynamicPage(name))
	}
	if len(names) > 0 {
		files = append(files, s.index(names))
	}
	files = append(append([]*emit.File{s.environment()}, files...), s.catalogs()...)
	return files, s.diags.Sorted()
}

// reserve keeps the names of packages from being hidden.
func (s *site) reserve() {
	for _, n := range reservedNames {
		s.reserved[n] = true
	}
	seen := map[*Type]bool{}
	packages(s.opts.Request, s.reserved, seen)
	for _, p := range s.opts.Pages {
		for _, n := range p.Context {
			packages(n.Type, s.reserved, seen)
		}
	}
	for _, f := range s.opts.funcs() {
		s.reserved[path.Base(f.Path)] = true
		packages(f.Result, s.reserved, seen)
	}
	if f := s.opts.Fragments; f != nil {
		s.reserved[path.Base(f.Path)] = true
	}
	for _, u := range s.opts.URLs {
		s.reserved[path.Base(u.Path)] = true
	}
}

func (s *site) file(name string) *emit.File {
	pkg := strings.TrimSuffix(s.opts.Module, "/") + "/gen/templates"
	return emit.New("gen/templates/"+name+".gen.go", pkg, "templates")
}

// compile runs one template in a new function and returns its statements.
func (s *site) compile(c *compiler, t *parsed) []jen.Code {
	c.site = s
	if c.fn == nil {
		c.fn = newFunction()
	}
	c.out = &block{}
	c.push()
	c.template(t)
	c.flush()
	if end := c.html.rested(); !isText(t.src.name) && end.mode != inText && c.fn.partial == nil {
		c.errorAt(span{t.src, len(t.src.text), len(t.src.text)}, "The template ends in "+c.html.describe(), "What is opened has to be closed before the end of the page.")
	}
	c.fn.finish(c.out.stmts)
	return c.out.stmts
}

// root is the template of a page.
func (s *site) root(name string) *parsed {
	t, status := s.parsed(name)
	if status == isMissing {
		src := newSource(name, s.opts.dir()+name, "")
		d := span{src, 0, 0}.diag(schema.Error, "Template \""+name+"\" does not exist", suggest(name, s.opts.Names))
		s.diags = append(s.diags, d)
	}
	return t
}

// page is the file of a page with a typed context.
func (s *site) page(p *Page) *emit.File {
	f := s.file(snake(p.Func))
	s.contextStruct(f, p)
	params := []jen.Code{jen.Id("b").Index().Byte(), jen.Id("p").Op("*").Id(p.Func + "Page")}
	var body []jen.Code
	if t := s.root(p.Template); t != nil {
		c := &compiler{page: p, streams: p.Streams}
		stmts := s.compile(c, t)
		body = s.function(c, stmts)
	} else {
		body = []jen.Code{jen.Return(jen.Id("b"), jen.Nil())}
	}
	f.Doc(p.Func + " appends the page " + p.Template + ".")
	f.Func().Id(p.Func).Params(params...).Params(jen.Index().Byte(), jen.Error()).Block(body...)
	return f
}

// function is a function's body around compiled statements.
func (s *site) function(c *compiler, stmts []jen.Code) []jen.Code {
	var body []jen.Code
	if c.fn.usesState {
		body = append(body, jen.Id("s").Op(":=").Add(c.begin()))
	}
	body = append(body, stmts...)
	result := jen.Nil()
	if c.fn.usesState {
		result = jen.Id("s").Dot("Err").Call()
	}
	return append(body, jen.Return(jen.Id("b"), result))
}

// contextStruct is the struct that the view fills in.
func (s *site) contextStruct(f *emit.File, p *Page) {
	f.Doc(p.Func + "Page is what the page " + p.Template + " knows.")
	var fields []jen.Code
	seen := map[string]bool{}
	for _, n := range p.Context {
		if !seen[n.Field] {
			seen[n.Field] = true
			fields = append(fields, jen.Id(n.Field).Add(goType(n.Type)))
		}
	}
	f.Type().Id(p.Func + "Page").Struct(fields...)
	f.Line()
}

// nameDynamic gives every dynamic template a Go function of its own: a-b.html
// and a_b.html are not one.
func (s *site) nameDynamic(names []string) {
	s.dynamicNames = map[string]string{}
	taken := map[string]bool{}
	for _, name := range names {
		base := "dynamic" + camel(name)
		fn := base
		for i := 2; taken[snake(fn)]; i++ {
			fn = base + "_" + strconv.Itoa(i)
		}
		taken[snake(fn)] = true
		s.dynamicNames[name] = fn
	}
}

// dynamicPage is the file of a template that Go code renders with a map.
func (s *site) dynamicPage(name string) *emit.File {
	f := s.file(snake("D" + s.dynamicNames[name][1:]))
	var body []jen.Code
	if t := s.root(name); t != nil {
		c := &compiler{dynamic: true, streams: s.opts.Streamed[name]}
		stmts := s.compile(c, t)
		body = s.function(c, stmts)
	} else {
		body = []jen.Code{jen.Return(jen.Id("b"), jen.Nil())}
	}
	f.Func().Id(s.dynamicNames[name]).Params(s.dynamicParams()...).Params(jen.Index().Byte(), jen.Error()).Block(body...)
	for len(s.pending) > 0 {
		p := s.pending[0]
		s.pending = s.pending[1:]
		fn := newFunction()
		fn.partial = p
		c := &compiler{dynamic: true, html: p.html, raw: p.raw, fn: fn}
		stmts := s.compile(c, p.template)
		params := []jen.Code{jen.Id("b").Index().Byte(), jen.Id("r").Add(s.requestType()), jen.Id("s").Op("*").Qual(runtimePath, "State"), jen.Id("ctx").Map(jen.String()).Any()}
		f.Line()
		f.Doc(p.name + " appends the template " + p.template.src.name + ", which includes itself.")
		f.Func().Id(p.name).Params(params...).Index().Byte().Block(append(stmts, jen.Return(jen.Id("b")))...)
	}
	return f
}

func (s *site) requestType() *jen.Statement {
	if s.opts.Request == nil {
		return jen.Any()
	}
	return goType(s.opts.Request)
}

func (s *site) dynamicParams() []jen.Code {
	return []jen.Code{jen.Id("b").Index().Byte(), jen.Id("r").Add(s.requestType()), jen.Id("ctx").Map(jen.String()).Any()}
}

// IndexName is the Go name of the map of dynamic templates: Dynamic, unless a page is called so.
func IndexName(pages []Page) string { return freeName("Dynamic", "Templates", pages) }

// TextName is the Go name of the function that says messages: Text, unless a page is called so.
func TextName(pages []Page) string { return freeName("Text", "InLanguage", pages) }

// PluralName is likewise the one that says messages with plurals.
func PluralName(pages []Page) string { return freeName("Plural", "InLanguage", pages) }

// freeName is a name that no page has, with suffix behind it as often as it takes.
func freeName(name, suffix string, pages []Page) string {
	for taken := true; taken; {
		taken = false
		for _, p := range pages {
			if p.Func == name || p.Func+"Page" == name {
				name, taken = name+suffix, true
			}
		}
	}
	return name
}

// index is the file with the map of dynamic templates.
func (s *site) index(names []string) *emit.File {
	index := IndexName(s.opts.Pages)
	f := s.file(snake(index))
	signature := jen.Func().Params(s.dynamicParams()...).Params(jen.Index().Byte(), jen.Error())
	var rows []jen.Code
	for _, n := range names {
		rows = append(rows, jen.Lit(n).Op(":").Id(s.dynamicNames[n]))
	}
	f.Doc(index + " are the templates that Go views render, by name.")
	f.Var().Id(index).Op("=").Map(jen.String()).Add(signature).Add(emit.Rows(rows...))
	if s.included {
		f.Line()
		f.Doc("includeNamed appends a template whose name is known only now.")
		params := []jen.Code{jen.Id("b").Index().Byte(), jen.Id("r").Add(s.requestType()), jen.Id("s").Op("*").Qual(runtimePath, "State"), jen.Id("name").Any(), jen.Id("ctx").Map(jen.String()).Any()}
		var cases []jen.Code
		for _, n := range names {
			cases = append(cases, jen.Case(jen.Lit(n)).Block(
				jen.List(jen.Id("b"), jen.Id("err")).Op("=").Id(s.dynamicNames[n]).Call(jen.Id("b"), jen.Id("r"), jen.Id("ctx"))))
		}
		cases = append(cases, jen.Default().Block(jen.Continue()))
		f.Func().Id("includeNamed").Params(params...).Index().Byte().Block(
			jen.For(jen.List(jen.Id("_"), jen.Id("n")).Op(":=").Range().Id("s").Dot("TemplateNames").Call(jen.Id("name"))).Block(
				jen.Var().Id("err").Error(),
				jen.Switch(jen.Id("n")).Block(cases...),
				jen.Id("s").Dot("Fail").Call(jen.Id("err")),
				jen.Return(jen.Id("b")),
			),
			jen.Id("s").Dot("NoTemplate").Call(jen.Id("name")),
			jen.Return(jen.Id("b")),
		)
	}
	if s.reversed {
		s.patterns(f)
	}
	return f
}

// patterns is the table for url tags whose name is known only at run time.
func (s *site) patterns(f *emit.File) {
	var rows []jen.Code
	for _, u := range s.opts.URLs {
		var names, converters, args []jen.Code
		for i, p := range u.Params {
			names = append(names, jen.Lit(p.Name))
			converters = append(converters, jen.Lit(p.Converter))
			arg := jen.Id("a").Index(jen.Lit(i)).Dot("Text")
			if p.Converter == "int" {
				arg = jen.Id("a").Index(jen.Lit(i)).Dot("Int")
			}
			if p.Own != nil {
				arg = jen.Id("a").Index(jen.Lit(i)).Dot("Own").Assert(p.Own.Code())
			}
			args = append(args, arg)
		}
		fields := []jen.Code{
			emit.Field("Name", jen.Lit(u.Name)),
			emit.Field("Params", jen.Index().String().Values(names...)),
			emit.Field("Converters", jen.Index().String().Values(converters...)),
		}
		if own := ownValues(u); own != nil {
			fields = append(fields, emit.Field("Own", own))
		}
		rows = append(rows, emit.Fields(append(fields, emit.Field("Build", jen.Func().Params(jen.Id("a").Index().Qual(runtimePath, "PathValue")).String().Block(
			jen.Return(jen.Qual(u.Path, u.Func).Call(args...)))))...))
	}
	f.Line()
	f.Doc("patterns are the URLs that a url tag finds by a name known only at run time.")
	f.Var().Id("patterns").Op("=").Index().Qual(runtimePath, "Pattern").Add(emit.Rows(rows...))
}

// fragmentLimit is how many bytes the tag cache keeps.
const fragmentLimit = 32 << 20

// environment is the file with what all pages share.
func (s *site) environment() *emit.File {
	name := "templates"
	for _, p := range s.opts.Pages {
		if snake(p.Func) == name {
			name = "templates_env"
		}
	}
	f := s.file(name)
	f.PackageDoc("Package templates holds the site's compiled templates: one function a page,\nwhich appends it to a byte slice.")
	zone := s.opts.TimeZone
	if zone == "" {
		zone = "UTC"
	}
	f.Doc("env is what all pages share: the time zone in which times are shown, and the clock.")
	env := jen.Qual(runtimePath, "Environment").Call(jen.Lit(zone))
	if s.opts.localized() {
		env.Dot("Speak").Call(s.languages()...)
	}
	if s.caches {
		env.Dot("Keep").Call(jen.Qual(runtimePath, "NewMemoryFragments").Call(jen.Lit(fragmentLimit)))
	}
	f.Var().Id("env").Op("=").Add(env)
	if s.opts.localized() {
		name := TextName(s.opts.Pages)
		f.Line()
		f.Doc(name + " is a message in a language of the site, for forms and for Go code.")
		f.Func().Id(name).Params(jen.List(jen.Id("language"), jen.Id("context"), jen.Id("key")).String()).String().Block(
			jen.Return(jen.Id("env").Dot("Text").Call(jen.Id("language"), jen.Id("context"), jen.Id("key"))))
		name = PluralName(s.opts.Pages)
		f.Line()
		f.Doc(name + " is the form of a message for n of something, likewise.")
		f.Func().Id(name).Params(jen.List(jen.Id("language"), jen.Id("context"), jen.Id("singular"), jen.Id("plural")).String(), jen.Id("n").Int64()).String().Block(
			jen.Return(jen.Id("env").Dot("Plural").Call(jen.Id("language"), jen.Id("context"), jen.Id("singular"), jen.Id("plural"), jen.Id("n"))))
	}
	return f
}
