package generator

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// narrowed is the query of a view whose rows a function of the project narrows.
func (e *viewEmitter) narrowed(hook schema.GoRef, m *schema.Model, related []*schema.Field, ordering []schema.Ordering) jen.Code {
	return jen.Add(e.goFunc(hook)).Call(jen.Id("r"), e.rowsOf(m, related, ordering))
}

// rowsOf is the query of a model's rows.
func (e *viewEmitter) rowsOf(m *schema.Model, related []*schema.Field, ordering []schema.Ordering) *jen.Statement {
	query := jen.Qual(e.module+"/gen/models", models.PluralName(m)).Call(jen.Id("r"))
	if len(related) > 0 {
		var relations []jen.Code
		for _, f := range related {
			relations = append(relations, jen.Qual(e.module+"/gen/models", models.TypeName(m)+"Field").Dot(models.RelationName(f)))
		}
		query.Dot("SelectRelated").Call(relations...)
	}
	if len(ordering) > 0 {
		var terms []jen.Code
		for _, o := range ordering {
			direction := "Asc"
			if o.Descending {
				direction = "Desc"
			}
			terms = append(terms, e.modelField(m, o.Field).Dot(direction).Call())
		}
		query.Dot("OrderBy").Call(terms...)
	}
	return query
}

// listQuery is the query of a list that a function of the project narrows.
func (e *viewEmitter) listQuery() jen.Code {
	l := e.v.List
	m := l.Model.Target
	return emit.Field("Query", e.function([]jen.Code{request("r")}, []jen.Code{jen.Qual(pkgModel, "Query").Index(e.row(m)), jen.Error()},
		jen.Return(e.narrowed(l.Queryset, m, l.SelectRelated, l.Ordering))))
}

// getNarrowed reads the row that the captures find, of those that a function of the project leaves.
func (e *viewEmitter) getNarrowed(hook schema.GoRef, m *schema.Model, related []*schema.Field) jen.Code {
	return emit.Field("Get", e.function([]jen.Code{request("r")}, []jen.Code{jen.Op("*").Add(e.row(m)), jen.Error()},
		jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(e.narrowed(hook, m, related, nil)),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(jen.Id("rows").Dot("Filter").Call(e.lookup(e.site.RoutesOf(e.v)[0], m)).Dot("Get").Call())))
}

// lookup is the condition for the row that the captures of a route find.
func (e *viewEmitter) lookup(route *schema.Route, m *schema.Model) jen.Code {
	var cond *jen.Statement
	for _, l := range route.Lookups(m) {
		one := e.modelField(m, l.Field).Dot("Eq").Call(e.captureValue(l.Capture.Name, l.Field))
		if cond == nil {
			cond = one
		} else {
			cond = cond.Dot("And").Call(one)
		}
	}
	return cond
}

// captureValue is what the request captures, as a value of the field.
func (e *viewEmitter) captureValue(name string, f *schema.Field) jen.Code {
	if own := e.ownCapture(name, models.ParseFunc(f)); own != nil {
		return own
	}
	method := "Arg"
	switch models.ParseFunc(f) {
	case "ParseInt":
		method = "ArgInt"
	case "ParseUUID":
		method = "ArgUUID"
	}
	return jen.Id("r").Dot(method).Call(jen.Lit(name))
}

// says is the message of a view about rows of the model, or nil.
func (e *viewEmitter) says(m *schema.Model) jen.Code {
	return e.saying(jen.Id("row").Op("*").Add(e.row(m)), jen.Id("_").Op("*").Add(e.row(m)), func(name string) jen.Code {
		f := m.Field(name)
		value := jen.Id("row").Dot(models.FieldName(f))
		if models.ParseFunc(f) == "ParseInt" {
			return jen.Qual("strconv", "FormatInt").Call(value, jen.Lit(10))
		}
		return value
	})
}

// formSays is the message of a form of its own, or nil.
func (e *viewEmitter) formSays() jen.Code {
	form := func(name string) jen.Code { return jen.Id(name).Op("*").Qual(pkgForms, "Form") }
	return e.saying(form("form"), form("_"), func(name string) jen.Code { return jen.Id("form").Dot("String").Call(jen.Lit(name)) })
}

func (e *viewEmitter) saying(named, unnamed jen.Code, value func(field string) jen.Code) jen.Code {
	message := e.v.Says()
	if !message.Set {
		return nil
	}
	parts, _ := schema.MessageParts(message.V)
	who, text := "_", jen.Code(jen.Lit(message.V))
	if e.speaks() {
		who, text = "r", jen.Id("r").Dot("GettextFormat").Call(jen.Lit(message.V))
	}
	args := []jen.Code{text}
	seen := map[string]bool{}
	param := unnamed
	for _, p := range parts {
		if p.Field != "" && !seen[p.Field] {
			seen[p.Field], param = true, named
			args = append(args, jen.Lit(p.Field), value(p.Field))
		}
	}
	return emit.Field("Says", e.function([]jen.Code{request(who), param}, []jen.Code{jen.String()},
		jen.Return(jen.Qual(pkgMessages, "Format").Call(args...))))
}

// invalid is who is told of a form that is not valid, or nil.
func (e *viewEmitter) invalid(hook schema.GoRef) jen.Code {
	if !hook.Set() {
		return nil
	}
	return emit.Field("Invalid", e.goFunc(hook))
}

// contextFunc is a name of the view's page that a function of the project makes.
type contextFunc struct {
	pair schema.StringPair
	fn   template.Function
	// row says that the function takes the view's row.
	row bool
}

// contextFuncs are the names of the page that functions of the project make.
func (e *viewEmitter) contextFuncs() []contextFunc {
	var list []contextFunc
	for _, pair := range e.v.Context {
		if !pair.Go.Set() {
			continue
		}
		fn, found := e.goFunction(pair.Go)
		if !found {
			continue
		}
		c := contextFunc{pair: pair, fn: fn, row: len(fn.Params) == 1}
		m := e.v.RowOf()
		if c.row && (m == nil || fn.Params[0].Type.Code == nil || fmt.Sprintf("%#v", fn.Params[0].Type.Code()) != fmt.Sprintf("%#v", jen.Op("*").Add(e.row(m)))) {
			what := "This view is about no single row: the function takes the request alone."
			if m != nil {
				what = "The row of this view is a *models." + models.TypeName(m) + "."
			}
			e.badFunc(pair.Go, what)
			continue
		}
		list = append(list, c)
	}
	return list
}

// contextVar is the Go variable of such a name.
func (e *viewEmitter) contextVar(c contextFunc) string {
	return e.names.of("context "+c.pair.Key, c.pair.Key, "Value")
}

// callContext calls the functions of the page's names.
func (e *viewEmitter) callContext() []jen.Code {
	var body []jen.Code
	for _, c := range e.contextFuncs() {
		args := []jen.Code{jen.Id("r")}
		switch {
		case c.row && e.v.Update != nil:
			args = append(args, jen.Id("page").Dot("Object"))
		case c.row:
			args = append(args, jen.Id("row"))
		}
		call := jen.Add(e.goFunc(c.pair.Go)).Call(args...)
		if !c.fn.Error {
			body = append(body, jen.Id(e.contextVar(c)).Op(":=").Add(call))
			continue
		}
		body = append(body,
			jen.List(jen.Id(e.contextVar(c)), jen.Err()).Op(":=").Add(call),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())))
	}
	return body
}

// limited puts the view's limit of requests around its handler.
func (e *viewEmitter) limited(handler jen.Code) jen.Code {
	l := e.v.Rate
	if l == nil {
		return handler
	}
	values := []jen.Code{
		emit.Field("Name", jen.Lit(e.v.Name)),
		emit.Field("Requests", jen.Lit(l.Rate.V.Requests)),
		emit.Field("Per", durationLit(l.Rate.V.Per)),
	}
	if len(l.Methods) > 0 {
		var list []string
		for _, m := range l.Methods {
			list = append(list, m.V)
		}
		values = append(values, emit.Field("Methods", strs(list)))
	}
	if l.Key.V == "user" {
		values = append(values, emit.Field("User", jen.Qual(pkgAuth, "IDOf")))
	}
	return jen.Qual(pkgMiddleware, "RateLimit").Add(emit.Fields(values...)).Dot("View").Call(handler)
}
