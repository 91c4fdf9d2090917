package template

import (
	"bytes"
	"errors"
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"html"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// site is a whole compilation: what all pages share.
type site struct {
	opts  *Options
	cache map[string]*parsed // nil for a template that does not parse
	spans map[node]span      // where the nodes of all templates stand
	diags schema.Diagnostics
	// reserved are the names of packages, which no variable may hide.
	reserved map[string]bool
	// dynamicNames are the Go functions of the dynamic templates.
	dynamicNames map[string]string
	// included are the dynamic templates that are called by a name known at run time.
	included bool
	// caches says that some page keeps fragments.
	caches bool
	// reversed says that a url tag's name is known only at run time.
	reversed bool
	// partials are the functions of included templates that call themselves.
	partials map[string]*partial
	pending  []*partial
}

// compiler compiles one Go function.
type compiler struct {
	*site
	page    *Page // nil in dynamic templates
	dynamic bool
	// streams says that the page is sent while it is rendered; held counts the
	// tags around that want what is inside of them whole.
	streams bool
	held    int
	fn      *function
	out     *block
	// note is the comment above the next statement.
	note string
	// here is the node being compiled; fails says that the next statement may
	// note an error, which then has that place.
	here  span
	fails bool
	// text is literal output that has not been written yet.
	text []byte
	html htmlState
	// urlMark is the variable that says where the URL being written begins.
	urlMark string
	// raw says that autoescape is off.
	raw   bool
	scope *scope
	loop  *loop
	// holds are the conditions that the branches around ask for.
	holds []string
	// blocks are the definitions of each block, the outermost template's last.
	blocks map[string][]*blockNode
	// frame is the block in which the template's own variables stand.
	frame *block
	// cycles are the state of its cycle tags.
	cycles map[*cycleNode]*cycleState
	// stack are the templates being compiled, for includes that go in circles.
	stack []*source
	// partialsOpen are the partials being compiled.
	partialsOpen []*partialDef
	// via is the chain of includes that led here, for diagnostics.
	via []span
}

// function is the Go function being written.
type function struct {
	used      map[string]bool
	declared  []*declaration
	usesState bool
	partial   *partial
}

// declaration is a local variable, and the place behind it that uses it when nothing else does.
type declaration struct {
	name string
	use  *jen.Statement
}

// block is a list of Go statements.
type block struct {
	stmts []jen.Code
	// parent is the block around.
	parent *block
	// results are the variables that hold what calls have returned, by the call.
	results map[string]string
	// at is the place that errors have here: what the last At said.
	at string
}

// stmt adds a statement behind the text so far.
func (c *compiler) stmt(s ...jen.Code) {
	c.flush()
	c.atHere()
	if c.note != "" {
		c.out.stmts = append(c.out.stmts, jen.Comment("// "+c.note))
		c.note = ""
	}
	c.out.stmts = append(c.out.stmts, s...)
	if n := len(c.fn.declared); n > 0 && c.fn.declared[n-1].use == nil {
		for i := n - 1; i >= 0 && c.fn.declared[i].use == nil; i-- {
			use := jen.Null()
			c.fn.declared[i].use = use
			c.out.stmts = append(c.out.stmts, use)
		}
	}
}

// flush writes the literal text.
func (c *compiler) flush() {
	if len(c.text) > 0 {
		c.out.stmts = append(c.out.stmts, jen.Id("b").Op("=").Append(jen.Id("b"), jen.Add(goString(string(c.text))).Op("...")))
		c.text = c.text[:0]
	}
}

// goString is a string literal, in backquotes where that reads better.
func goString(s string) jen.Code {
	if strings.Count(s, "\n")+strings.Count(s, `"`) > 1 && strconv.CanBackquote(strings.ReplaceAll(s, "\n", "")) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// literal adds text of the template.
func (c *compiler) literal(s string) {
	s = c.endScheme(s)
	if c.urlMark != "" && strings.ContainsRune(s, rune(c.html.quote)) || c.html.attr == srcsetAttr {
		c.urlMark = ""
	}
	c.html = c.html.feed(s)
	c.text = append(c.text, s...)
}

// endScheme writes text up to a colon that ends a scheme which a value has
// begun, and has the whole scheme judged. What is left of the text is returned.
func (c *compiler) endScheme(s string) string {
	h := c.html
	if c.urlMark == "" || h.mode != inValue || h.attr != urlAttr || h.url != urlStart {
		return s
	}
	end := len(s)
	if i := strings.IndexAny(s, "/?"+string(rune(h.quote))); i >= 0 {
		end = i
	}
	before, _, found := strings.Cut(html.UnescapeString(s[:end]), ":")
	if !found || strings.Contains(before, "#") {
		return s
	}
	// The colon may be written as an entity: what is judged is the colon itself.
	rest := s[end:]
	_, after, _ := strings.Cut(html.UnescapeString(s[:end]), ":")
	c.html = h.feed(htmlEscaper.Replace(before) + ":")
	c.text = append(c.text, htmlEscaper.Replace(before)+":"...)
	c.set(rt("CheckURL").Call(jen.Id("b"), jen.Id(c.urlMark)))
	return htmlEscaper.Replace(after) + rest
}

// nested compiles into a block of its own and returns its statements.
func (c *compiler) nested(body func()) []jen.Code {
	c.flush()
	before, mark, fails := c.out, c.urlMark, c.fails
	c.out, c.fails = &block{parent: before}, false
	body()
	c.flush()
	stmts := c.out.stmts
	c.out, c.urlMark, c.fails = before, mark, fails
	return stmts
}

// holding reports whether a condition holds here, because a branch around asks for it.
func (c *compiler) holding(b boolean) bool {
	for _, term := range b.all() {
		if !slices.Contains(c.holds, term) {
			return false
		}
	}
	return !b.known
}

// branch is if cond { yes } else { no }.
func (c *compiler) branch(cond *jen.Statement, yes, no func()) {
	if c.holding(guard(cond)) {
		yes()
		return
	}
	y, n := c.nested(yes), c.nested(no)
	switch {
	case len(n) == 0 && len(y) == 0:
	case len(n) == 0:
		c.stmt(jen.If(cond.Clone()).Block(y...))
	case len(y) == 0:
		c.stmt(jen.If(jen.Op("!").Parens(cond.Clone())).Block(n...))
	default:
		c.stmt(jen.If(cond.Clone()).Block(y...).Else().Block(n...))
	}
}

// local is a new variable's name. It stands for itself in the function until
// the end, where one that is never read gets a use.
func (c *compiler) local(name string) string {
	n := c.unique(name)
	c.fn.declared = append(c.fn.declared, &declaration{name: n})
	return n
}

// unique is a name that nothing in the function has.
func (c *compiler) unique(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, lowerCamel(name))
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "v" + name
	}
	n := name
	for i := 2; c.fn.used[n] || c.reserved[n] || gotoken.IsKeyword(n); i++ {
		n = name + strconv.Itoa(i)
	}
	c.fn.used[n] = true
	return n
}

// reservedNames are those that generated functions use themselves.
var reservedNames = []string{"b", "p", "r", "s", "ctx", "err", "env", "tmpl", "strconv", "math", "strings", "slices", "time", "any", "string",
	"int", "int64", "float64", "bool", "len", "append", "nil", "true", "false", "min", "max", "byte", "error", "copy", "cap", "new", "make", "init", "main"}

// state is the variable of the running page, for what may fail.
func (c *compiler) state() *jen.Statement {
	c.fails = true
	return c.sure()
}

// sure is the variable of the running page, for what cannot fail.
func (c *compiler) sure() *jen.Statement {
	c.fn.usesState = true
	return jen.Id("s")
}

// stateRef is a pointer to it.
func (c *compiler) stateRef() *jen.Statement {
	c.fn.usesState, c.fails = true, true
	if c.fn.partial != nil {
		return jen.Id("s")
	}
	return jen.Op("&").Id("s")
}

func (c *compiler) errorAt(s span, summary, detail string) {
	c.report(schema.Error, s, summary, detail)
}

func (c *compiler) report(severity schema.Severity, s span, summary, detail string) {
	d := s.diag(severity, summary, detail)
	for i := len(c.via) - 1; i >= 0; i-- {
		d.Related = append(d.Related, schema.Related{Range: c.via[i].rng(), Message: "included here"})
	}
	c.diags = append(c.diags, d)
}

// nodes compiles a list of nodes in order.
func (c *compiler) nodes(ns []node) {
	around := c.here
	for _, n := range ns {
		if at, ok := c.spans[n]; ok {
			c.here = at
		}
		n.compile(c)
		c.here = around
	}
}

// atHere tells the running page which node an error would be about, where the
// next statement may note one and the last place is another.
func (c *compiler) atHere() {
	if !c.fails {
		return
	}
	c.fails = false
	place := c.here.place()
	if place == "" || c.out.at == place {
		return
	}
	for b := c.out.parent; b != nil; b = b.parent {
		b.at = "" // behind this block it is not known
	}
	c.out.at = place
	c.out.stmts = append(c.out.stmts, c.sure().Dot("At").Call(jen.Lit(place)))
}

// comment notes where in the templates the next statement comes from.
func (c *compiler) comment(s span) {
	c.note = s.where() + " " + strings.ReplaceAll(s.text(), "\n", " ")
}

// finish gives variables that are never read a use: Go refuses them otherwise.
func (f *function) finish(body []jen.Code) {
	reads := readNames(body)
	for _, d := range f.declared {
		if !reads[d.name] && d.use != nil {
			d.use.Id("_").Op("=").Id(d.name)
		}
	}
}

// readNames are the variables whose values a function's statements read.
func readNames(body []jen.Code) map[string]bool {
	f := jen.NewFile("p")
	f.NoFormat = true // only the parser reads it
	f.Func().Id("f").Params().Block(body...)
	var src bytes.Buffer
	err := f.Render(&src)
	file, bad := goparser.ParseFile(gotoken.NewFileSet(), "", src.Bytes(), goparser.SkipObjectResolution)
	if err = errors.Join(err, bad); err != nil {
		panic("stackgen: unreachable: compiled template does not parse: " + err.Error() + "\n" + src.String())
	}
	reads := map[string]bool{}
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if _, plain := l.(*ast.Ident); !plain {
					ast.Inspect(l, walk)
				}
			}
			for _, r := range n.Rhs {
				ast.Inspect(r, walk)
			}
			return false
		case *ast.ValueSpec:
			for _, v := range n.Values {
				ast.Inspect(v, walk)
			}
			return false
		case *ast.RangeStmt:
			ast.Inspect(n.X, walk)
			ast.Inspect(n.Body, walk)
			return false
		case *ast.Ident:
			reads[n.Name] = true
		}
		return true
	}
	ast.Inspect(file, walk)
	return reads
}

func newFunction() *function { return &function{used: map[string]bool{}} }

// camel is a template's name as a Go name: "blog/post_list.html" is BlogPostList.
func camel(name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	var b strings.Builder
	upper := true
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			if upper && r >= 'a' && r <= 'z' {
				r -= 'a' - 'A'
			}
			upper = false
			b.WriteRune(r)
		default:
			upper = true
		}
	}
	return b.String()
}

// lowerCamel is a template's variable as a Go name: post_list is postList.
func lowerCamel(name string) string {
	n := camel(name + ".x")
	if n == "" {
		return n
	}
	return strings.ToLower(n[:1]) + n[1:]
}

// snake is a Go name as a file name: PostList is post_list.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && !(name[i-1] >= 'A' && name[i-1] <= 'Z') {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
