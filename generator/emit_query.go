package generator

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// call returns a function of gen/models with its arguments taken from the
// request. What a client sent in a form that the field cannot have matches no
// row: model.ErrNotFound for a capture, and none for a parameter of the query
// string.
func (e *viewEmitter) call(fn models.Func, none jen.Code) []jen.Code {
	prelude, args := e.arguments(fn, none, map[string]bool{})
	return append(prelude, jen.Return(jen.Qual(e.module+"/gen/models", fn.Name).Call(args...)))
}

// arguments are those of a function of gen/models, with the statements that
// parse them. none is what the enclosing function returns beside its error,
// and parsed the variables that it has parsed already.
func (e *viewEmitter) arguments(fn models.Func, none jen.Code, parsed map[string]bool) (prelude, args []jen.Code) {
	args = []jen.Code{jen.Id("r")}
	for _, param := range fn.Params {
		switch param.Kind {
		case models.NowParam:
			args = append(args, e.now())
		case models.LimitParam:
			args = append(args, jen.Id("limit"))
		case models.OffsetParam:
			args = append(args, jen.Id("offset"))
		case models.UserParam:
			prelude, args = append(prelude, e.user(parsed, none)...), append(args, jen.Id("user").Dot("ID"))
		default:
			statements, value := e.value(param, parsed, none)
			prelude, args = append(prelude, statements...), append(args, value)
		}
	}
	return prelude, args
}

// value is a parameter's value, with the statements that parse it, where it
// has to be parsed and parsed does not hold it yet. results are what the
// enclosing function returns before its error.
func (e *viewEmitter) value(param models.Param, parsed map[string]bool, results ...jen.Code) ([]jen.Code, jen.Code) {
	text, missing := e.source(param)
	parse := param.Parse()
	if param.Kind == models.CaptureParam {
		if own := e.ownCapture(param.Source, parse); own != nil {
			return nil, own
		}
	}
	switch {
	case parse == "":
		return nil, text
	case parse == "ParseInt" && param.Kind == models.CaptureParam && e.isCapturedBy("int", param.Source):
		return nil, jen.Id("r").Dot("ArgInt").Call(jen.Lit(param.Source))
	case parse == "ParseUUID" && param.Kind == models.CaptureParam && e.isCapturedBy("uuid", param.Source):
		return nil, jen.Id("r").Dot("ArgUUID").Call(jen.Lit(param.Source))
	}
	name := e.names.of(fmt.Sprint(param.Kind, " ", param.Source, " ", parse), param.Source, "Value")
	if parsed[name] {
		return nil, jen.Id(name)
	}
	parsed[name] = true
	return parsing(name, parse, text, append(results, missing)), jen.Id(name)
}

// parsing is the statement that parses a text into a variable, and the return
// with results where it does not parse.
func parsing(name, parse string, text jen.Code, results []jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id(name), jen.Err()).Op(":=").Qual(pkgModel, parse).Call(text),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(results...)),
	}
}

// source is the text that a parameter is made from, and the error for a text
// that does not parse.
func (e *viewEmitter) source(param models.Param) (text, missing jen.Code) {
	switch param.Kind {
	case models.CaptureParam:
		return jen.Id("r").Dot("Arg").Call(jen.Lit(param.Source)), jen.Qual(pkgModel, "ErrNotFound")
	case models.QueryParam:
		return jen.Id("r").Dot("Query").Call().Dot("Get").Call(jen.Lit(param.Source)), jen.Nil()
	case models.VariableParam:
		e.readsVariables[e.v] = true
		return jen.Id("env").Dot("Variables").Dot("String").Call(jen.Lit("$" + param.Source)), jen.Err()
	}
	bug("parameter %s of kind %d", param.Name, param.Kind)
	return nil, nil
}

// user is the statement that reads who sends the request into user, where parsed does not hold it yet.
func (e *viewEmitter) user(parsed map[string]bool, results ...jen.Code) []jen.Code {
	if parsed["user"] {
		return nil
	}
	parsed["user"] = true
	return []jen.Code{
		jen.List(jen.Id("user"), jen.Err()).Op(":=").Qual(e.accountsPath(), "Of").Call(jen.Id("r")),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(append(slices.Clone(results), jen.Err())...)),
	}
}

// isCapturedBy reports whether all of the view's routes capture the name by a converter.
func (e *viewEmitter) isCapturedBy(converter, name string) bool {
	for _, r := range e.site.AllRoutes() {
		if r.View.Target != e.v {
			continue
		}
		for _, s := range r.Captures() {
			if s.Name == name && s.Converter != converter {
				return false
			}
		}
	}
	return true
}

// queries reads the rows of the view's queries, each into a variable.
func (e *viewEmitter) queries() []jen.Code {
	var body []jen.Code
	parsed := map[string]bool{}
	for _, q := range e.plan.Queries {
		prelude, args := e.arguments(q.Rows, jen.Nil(), parsed)
		body = append(body, prelude...)
		body = append(body,
			jen.List(jen.Id(e.queryVar(q)), jen.Err()).Op(":=").Qual(e.module+"/gen/models", q.Rows.Name).Call(args...),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		)
	}
	return body
}

// queryVar is the Go variable with a query's rows.
func (e *viewEmitter) queryVar(q models.QueryPlan) string {
	return e.names.of("query "+q.Query.Name, q.Query.Name, "Rows")
}

// localNames gives the variables of a view's functions Go names: each its own,
// and none that hides what the functions use.
type localNames struct {
	byKey map[string]string
	taken map[string]bool
}

func newLocalNames() localNames {
	return localNames{byKey: map[string]string{}, taken: map[string]bool{}}
}

// of is the variable of what key stands for: the name of the site file, with
// suffix behind it as often as it takes to be free.
func (n localNames) of(key, name, suffix string) string {
	if known := n.byKey[key]; known != "" {
		return known
	}
	local := localName(name)
	for n.taken[local] || takenNames[local] || usedNames[local] || token.IsKeyword(local) || types.Universe.Lookup(local) != nil {
		local += suffix
	}
	n.byKey[key], n.taken[local] = local, true
	return local
}

// usedNames are what the functions of views call their parameters and variables.
var usedNames = map[string]bool{
	"b": true, "r": true, "err": true, "env": true, "page": true, "row": true, "form": true, "limit": true, "offset": true, "user": true,
}

// set gives fields the values that the form does not ask for. results are
// what the enclosing function returns before its error.
func (e *viewEmitter) set(list []schema.SetField, results ...jen.Code) []jen.Code {
	var body []jen.Code
	parsed := map[string]bool{}
	for _, s := range list {
		statements, value := e.setValue(s, parsed, results)
		switch {
		case s.Value.Kind == schema.UserOperand && s.Field.Null.V:
			value = jen.Qual(pkgModel, "Null").Index(jen.Int64()).Values(emit.Field("V", value), emit.Field("Valid", jen.Id("user").Dot("IsAuthenticated").Call()))
		case s.Field.Null.V:
			value = jen.Qual(pkgModel, "Some").Call(value)
		}
		body = append(append(body, statements...), jen.Id("row").Dot(models.FieldName(s.Field)).Op("=").Add(value))
	}
	return body
}

// setValue is the value of one field of set, with the statements that parse it.
func (e *viewEmitter) setValue(s schema.SetField, parsed map[string]bool, results []jen.Code) ([]jen.Code, jen.Code) {
	param := models.Param{Source: s.Value.Name, Field: s.Field}
	switch s.Value.Kind {
	case schema.LiteralOperand:
		text, isText := s.Value.Literal.(string)
		if parse := models.ParseFunc(s.Field); isText && parse != "" {
			name := e.names.of("set "+s.Field.Name, s.Field.Name, "Value")
			return parsing(name, parse, jen.Lit(text), append(slices.Clone(results), jen.Err())), jen.Id(name)
		}
		if n, ok := s.Value.Literal.(int64); ok && !s.Field.Null.V {
			return nil, jen.Lit(int(n))
		}
		return nil, literal(s.Value.Literal)
	case schema.NowOperand:
		return nil, e.nowAs(s.Field, time.Duration(s.Value.Offset))
	case schema.URLOperand:
		param.Kind = models.CaptureParam
	case schema.QueryOperand:
		param.Kind = models.QueryParam
	case schema.UserOperand:
		return e.user(parsed, results...), jen.Id("user").Dot("ID")
	default:
		param.Kind, param.Source = models.VariableParam, s.Value.Variable.Name
	}
	return e.value(param, parsed, slices.Clone(results)...)
}

// now is the time of the request. Where its day or its time of day may matter
// it is told in the site's zone.
func (p *project) now() *jen.Statement {
	now := jen.Qual(pkgModel, "Now").Call(jen.Id("r"))
	if p.site.TimeZone.V != "UTC" {
		now.Dot("In").Call(jen.Id("r").Dot("TimeZone").Call())
	}
	return now
}

// nowAs is the time of the request, and offset more, as a value of the field.
func (p *project) nowAs(f *schema.Field, offset time.Duration) jen.Code {
	now := jen.Qual(pkgModel, "Now").Call(jen.Id("r"))
	if f.Kind != schema.DateTime {
		now = p.now()
	}
	if offset != 0 {
		now.Dot("Add").Call(durationLit(offset))
	}
	switch f.Kind {
	case schema.Date:
		return jen.Qual(pkgModel, "DateOf").Call(now)
	case schema.TimeOfDay:
		return jen.Qual(pkgModel, "TimeOfDayOf").Call(now)
	}
	return now
}

// literal is a constant of the site file, of the type that rows have it in.
func literal(v any) jen.Code {
	if n, ok := v.(int64); ok {
		return jen.Int64().Call(jen.Lit(int(n)))
	}
	return jen.Lit(v)
}
