package generator

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// call returns a function of gen/models with its arguments taken from the
// request. What a client sent in a form that the field cannot have matches no
// row: model.ErrNotFound for a capture, and none for a parameter of the query
// string.
func (e *viewEmitter) call(fn models.Func, none jen.Code) []jen.Code {
	prelude, args := e.arguments(fn, none)
	return append(prelude, jen.Return(jen.Qual(e.module+"/gen/models", fn.Name).Call(args...)))
}

// arguments are those of a function of gen/models, with the statements that
// parse them. none is what the enclosing function returns beside its error.
func (e *viewEmitter) arguments(fn models.Func, none jen.Code) (prelude, args []jen.Code) {
	args = []jen.Code{jen.Id("r")}
	for _, param := range fn.Params {
		switch param.Kind {
		case models.NowParam:
			args = append(args, jen.Qual(pkgModel, "Now").Call(jen.Id("r")))
		case models.LimitParam:
			args = append(args, jen.Id("limit"))
		case models.OffsetParam:
			args = append(args, jen.Id("offset"))
		default:
			text, missing := e.source(param)
			parse := param.Parse()
			switch {
			case parse == "":
				args = append(args, text)
			case parse == "ParseInt" && param.Kind == models.CaptureParam && e.isIntCapture(param.Source):
				args = append(args, jen.Id("r").Dot("ArgInt").Call(jen.Lit(param.Source)))
			default:
				prelude = append(prelude,
					jen.List(jen.Id(param.Name), jen.Err()).Op(":=").Qual(pkgModel, parse).Call(text),
					jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(none, missing)),
				)
				args = append(args, jen.Id(param.Name))
			}
		}
	}
	return prelude, args
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
		return jen.Id("env").Dot("Variables").Dot("String").Call(jen.Lit("$" + param.Source)), jen.Err()
	}
	bug("parameter %s of kind %d", param.Name, param.Kind)
	return nil, nil
}

// isIntCapture reports whether the view's routes capture the name with the int converter.
func (e *viewEmitter) isIntCapture(name string) bool {
	for _, r := range e.site.AllRoutes() {
		if r.View.Target != e.v {
			continue
		}
		for _, s := range r.Segments {
			if s.Name == name && s.Converter != "int" {
				return false
			}
		}
	}
	return true
}

// query reads the rows of one of the view's queries into a variable.
func (e *viewEmitter) query(q models.QueryPlan) []jen.Code {
	prelude, args := e.arguments(q.Rows, jen.Nil())
	return append(prelude,
		jen.List(jen.Id(queryVar(q)), jen.Err()).Op(":=").Qual(e.module+"/gen/models", q.Rows.Name).Call(args...),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
	)
}

// queryVar is the Go variable with a query's rows.
func queryVar(q models.QueryPlan) string {
	name := paramName(q.Query.Name)
	switch name {
	case "b", "r", "err", "page", "env", "models", "templates", "views", "web", "site", "model":
		return name + "Rows"
	}
	return name
}

// set gives fields the values that the form does not ask for. none are what
// the enclosing function returns before its error.
func (e *viewEmitter) set(list []schema.SetField, none ...jen.Code) []jen.Code {
	var body []jen.Code
	for _, s := range list {
		f := s.Field
		target := jen.Id("row").Dot(models.FieldName(f))
		var value jen.Code
		switch s.Value.Kind {
		case schema.LiteralOperand:
			value = literal(f, s.Value.Literal)
		case schema.NowOperand:
			value = jen.Qual(pkgModel, "Now").Call(jen.Id("r"))
			if f.Kind == schema.Date {
				value = jen.Qual(pkgModel, "DateOf").Call(value)
			}
		default:
			param := models.Param{Name: paramName(f.Name), Source: s.Value.Name, Field: f}
			switch s.Value.Kind {
			case schema.URLOperand:
				param.Kind = models.CaptureParam
			case schema.QueryOperand:
				param.Kind = models.QueryParam
			default:
				param.Kind, param.Source = models.VariableParam, s.Value.Variable.Name
			}
			text, missing := e.source(param)
			value = text
			if parse := param.Parse(); parse != "" {
				if param.Kind == models.QueryParam {
					missing = jen.Qual(pkgWeb, "BadRequest")
				}
				body = append(body,
					jen.List(jen.Id(param.Name), jen.Err()).Op(":=").Qual(pkgModel, parse).Call(text),
					jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(append(append([]jen.Code{}, none...), missing)...)),
				)
				value = jen.Id(param.Name)
			}
		}
		if f.Null.V {
			value = jen.Qual(pkgModel, "Some").Call(value)
		}
		body = append(body, target.Op("=").Add(value))
	}
	return body
}

// literal is a constant of a field's Go type.
func literal(f *schema.Field, v any) jen.Code {
	switch v := v.(type) {
	case string:
		if parse := models.ParseFunc(f); parse != "" {
			return jen.Qual(pkgModel, "Must").Call(jen.Qual(pkgModel, parse).Call(jen.Lit(v)))
		}
		return jen.Lit(v)
	case int64:
		switch f.Kind {
		case schema.FloatField:
			return jen.Lit(float64(v))
		case schema.Decimal:
			return jen.Qual(pkgModel, "Must").Call(jen.Qual(pkgModel, "ParseDecimal").Call(jen.Lit(fmt.Sprint(v))))
		}
		return jen.Int64().Call(jen.Lit(int(v)))
	case float64:
		if f.Kind == schema.Decimal {
			return jen.Qual(pkgModel, "Must").Call(jen.Qual(pkgModel, "ParseDecimal").Call(jen.Lit(fmt.Sprint(v))))
		}
		return jen.Lit(v)
	case bool:
		return jen.Lit(v)
	}
	bug("literal %T of field %s", v, f.Name)
	return nil
}
