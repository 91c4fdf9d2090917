package schema

import (
	"go/ast"
	"go/token"
	"reflect"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Converter is a path converter of the site's own: <yyyy:year> in patterns.
type Converter struct {
	Name string
	// Regex is what a captured text looks like as a whole.
	Regex String
	// ToValue makes a value of a text, ToURL a text of a value; neither is set
	// where the text is the value.
	ToValue, ToURL GoRef
	// Value is the name of the Go type of the values, without its package; "" where the
	// function that says so is not there.
	Value     string
	DeclRange hcl.Range
}

// converterBlock adds a converter to those that patterns know.
func converterBlock() *block {
	return &block{
		Type: "converter", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Converter](),
		Doc:      "A path converter of the project's own: patterns capture by it as in <yyyy:year>, views get its values from web.Arg, and gen/urls takes them.",
		Ancestor: "Django register_converter()",
		Example: `converter "yyyy" {
  regex    = "[0-9]{4}"
  to_value = go.converters.Year
  to_url   = go.converters.YearURL
}`,
		Attrs: []*attr{
			{Name: "regex", Type: stringType(), Required: true, Check: checkConverterRegex, Ancestor: "Django regex",
				Doc: "A regular expression for the whole text of a capture, in Go's syntax; only one that can match a slash takes slashes."},
			{Name: "to_value", Type: converterRefType{toValueFunction}, Ancestor: "Django to_python",
				Doc: "A Go function func(string) (T, error) that reads the text, whose error says that the path does not match; without it the value is the text."},
			{Name: "to_url", Type: converterRefType{toURLFunction}, Ancestor: "Django to_url",
				Doc: "A Go function func(T) string that writes a value into a URL; needed beside to_value unless T is string."},
		},
		Check: checkConverter,
	}
}

// converterRefType names a function of a converter.
type converterRefType struct{ shape goShape }

func (converterRefType) word() string         { return goRefType{}.word() }
func (converterRefType) json() any            { return goRefType{}.json() }
func (converterRefType) goType() reflect.Type { return goRefType{}.goType() }
func (converterRefType) symbolic() bool       { return true }

func (t converterRefType) decode(d *decoder, u *use) {
	ref, ok := d.goRef(u, u.expr)
	if !ok {
		return
	}
	*u.target.Addr().Interface().(*GoRef) = ref
	use := &goUse{ref: ref, shape: t.shape}
	if c := u.owner.(*Converter); t.shape == toURLFunction {
		use.takes = c.Value // to_value stands before it in the table
	} else if f := d.goPackage(ref.Package).functions[ref.Name]; f != nil && hasShape(f.decl.Type, toValueFunction) {
		c.Value = typeName(flat(f.decl.Type.Results)[0])
	}
	d.goes = append(d.goes, use)
}

// checkConverterRegex checks an expression for whole captures.
func checkConverterRegex(v any) *problem {
	text := v.(string)
	if p := checkExpression(text); p != nil {
		return p
	}
	if !readsText(text) {
		return &problem{"Expression of nothing", "A capture is one character or more, and this expression matches none. Write one such as \"[0-9]{4}\"."}
	}
	return nil
}

// readsText reports whether an expression matches more than the empty text.
func readsText(expression string) bool {
	prog, _ := programOf(expression)
	for _, in := range prog {
		if isRune(in) {
			return true
		}
	}
	return false
}

// checkConverter reports a name that is taken, and a converter with one half.
func checkConverter(d *decoder, s *scope) {
	c := s.owner.(*Converter)
	for _, b := range converters() {
		if b.name == c.Name {
			d.report(errorAt(s.labelRange, "Name of a converter that there is", "Every site has a converter %s. Give this one another name.", c.Name))
		}
	}
	for _, first := range d.site.Converters {
		if first.Name == c.Name {
			d.report(declaredTwice("converter", c.Name, c.DeclRange, first.DeclRange))
			d.broken(c)
		}
	}
	switch written := d.isWritten(c, "to_value"); {
	case !written && d.isWritten(c, "to_url"):
		d.report(errorAt(d.attrRange(c, "to_url", c.DeclRange), "Converter that reads no values", "The function to_url writes values, and without to_value there is only text. Write to_value = go.PACKAGE.NAME, a func(string) (T, error)."))
	case !written:
		c.Value = "string"
	case c.ToValue.Set() && !d.isWritten(c, "to_url") && c.Value != "string" && c.Value != "":
		d.report(errorAt(d.attrRange(c, "to_value", c.DeclRange), "Converter that writes no URLs", "The values of the converter %s are of type %s, and nothing says how one is written into a URL. Write to_url = go.PACKAGE.NAME, a func(%s) string.", c.Name, c.Value, c.Value))
	}
}

// nameable reports whether generated code can name a type of the user's packages.
func nameable(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return token.IsExported(e.Name) || basicTypes[e.Name]
	case *ast.SelectorExpr:
		return true
	case *ast.StarExpr:
		return nameable(e.X)
	case *ast.ArrayType:
		return e.Len == nil && nameable(e.Elt)
	}
	return false
}

// basicTypes are those that Go declares.
var basicTypes = map[string]bool{
	"bool": true, "byte": true, "float32": true, "float64": true, "int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"rune": true, "string": true, "uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true,
}

// converterNamed is the site's own converter of that name, or nil.
func converterNamed(own []*Converter, name string) *Converter {
	for _, c := range own {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Value is the name of the Go type of what is captured: "int64" for int, what a converter of the site's own
// says, and "string" for any other; "" where that is not known.
func (s Segment) Value() string {
	switch {
	case s.Own != nil:
		return s.Own.Value
	case s.Converter == "int":
		return "int64"
	}
	return "string"
}

// isNumber reports whether a whole number is captured.
func (s Segment) isNumber() bool { return s.Value() == "int64" || s.Value() == "int" }

// sameValues reports whether two captures have values of one type.
func (s Segment) sameValues(t Segment) bool {
	if s.Value() != t.Value() {
		return false
	}
	plain := s.Value() == "string" || s.Value() == "int64" || s.Value() == "int"
	return plain || s.Own == t.Own
}

// checkConverters reports converters of no use, and captures of one name whose values are of two types.
func (d *decoder) checkConverters() {
	for i, c := range d.site.Converters {
		if d.brokenOnes[c] {
			continue
		}
		for _, first := range d.site.Converters[:i] {
			if name := GoName(c.Name); name == GoName(first.Name) && c.Name != first.Name {
				d.report(goNameTwice("converter", c.Name, first.Name, name, c.DeclRange, first.DeclRange))
			}
		}
	}
	for _, v := range d.site.Views {
		if v.Handler.Set() || v.HTTP.Set() {
			continue // Go code can ask which route it was
		}
		first := map[string]*Route{}
		for _, r := range d.site.RoutesOf(v) {
			for _, s := range r.captures() {
				of := first[s.Name]
				if of == nil {
					first[s.Name] = r
					continue
				}
				if other, _ := of.capture(s.Name); (s.Own != nil || other.Own != nil) && !s.sameValues(other) {
					d.report(errorAt(r.DeclRange, "Captures of two types", "The routes %q and %q both lead to view.%s, and <%s:%s> is %s where <%s:%s> is %s. Capture %s by one converter.",
						r.Full, of.Full, v.Name, s.Converter, s.Name, valueWord(s), other.Converter, other.Name, valueWord(other), s.Name).and(of.DeclRange, "the first is here"))
				}
			}
		}
	}
}

func valueWord(s Segment) string {
	if v := s.Value(); v != "" {
		return withArticle(v)
	}
	return "of a type that is not known"
}

// minimal is a short text that an expression matches, as messages show one.
func minimal(expression string) string {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return "x"
	}
	var write func(re *syntax.Regexp) string
	write = func(re *syntax.Regexp) string {
		switch re.Op {
		case syntax.OpLiteral:
			return string(re.Rune)
		case syntax.OpCharClass:
			return string(shownRune(re.Rune))
		case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			return "x"
		case syntax.OpStar, syntax.OpQuest:
			return ""
		case syntax.OpRepeat:
			return strings.Repeat(write(re.Sub[0]), re.Min)
		case syntax.OpAlternate:
			return write(re.Sub[0])
		}
		text := ""
		for _, sub := range re.Sub {
			text += write(sub)
		}
		return text
	}
	text := write(re)
	if text != "" {
		return text
	}
	// It may match nothing, which no capture is: show it with one of its characters.
	whole := regexp.MustCompile(`\A(?:` + expression + `)\z`)
	for _, c := range []string{"x", "1", "a", "A", "-"} {
		if whole.MatchString(c) {
			return c
		}
	}
	return ""
}

// shownRune is a character of a class, one that people write where there is one.
func shownRune(ranges []rune) rune {
	for _, c := range "1xaA0-_" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return c
			}
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}
