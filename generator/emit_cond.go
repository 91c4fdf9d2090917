package generator

import (
	"fmt"
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// rowCondition writes a where for a query that Go goes on with, as one would write it by hand:
// models.PostField.Title.IContains("go").And(models.PostField.Author.Where(…)).
type rowCondition struct {
	*viewEmitter
	// prelude parses what has to be parsed, each value once.
	prelude []jen.Code
	parsed  map[string]bool
	// results are what the enclosing function returns before its error.
	results []jen.Code
}

// where is a condition on rows of the model, with the statements that go before it.
func (e *viewEmitter) where(m *schema.Model, p schema.Predicate, results ...jen.Code) (prelude []jen.Code, cond jen.Code) {
	c := &rowCondition{viewEmitter: e, parsed: map[string]bool{}, results: results}
	cond = c.of(m, p)
	return c.prelude, cond
}

func (c *rowCondition) of(m *schema.Model, p schema.Predicate) *jen.Statement {
	switch p := p.(type) {
	case schema.And:
		return c.joined(m, "And", p.Terms)
	case schema.Or:
		return c.joined(m, "Or", p.Terms)
	case schema.Not:
		return jen.Qual(pkgModel, "Not").Call(c.of(m, p.Term))
	case schema.IsNull:
		method := "IsNull"
		if p.Negated {
			method = "IsNotNull"
		}
		return c.modelField(m, p.Field).Dot(method).Call()
	case schema.Compare:
		methods := map[string]string{"=": "Eq", "!=": "Ne", "<": "Lt", "<=": "Lte", ">": "Gt", ">=": "Gte"}
		return c.modelField(m, p.Field).Dot(methods[p.Op]).Call(c.operand(p.Field, p.Value))
	case schema.In:
		var list []jen.Code
		for _, v := range p.Values {
			list = append(list, c.operand(p.Field, v))
		}
		return c.modelField(m, p.Field).Dot("In").Call(list...)
	case schema.Match:
		return c.modelField(m, p.Field).Dot(filterMethods[p.Op]).Call(c.operand(p.Field, p.Value))
	case schema.Crossing:
		return c.across(m, p.Path, p.Term)
	}
	bug("a condition that an archive's where cannot have: %T", p)
	return nil
}

func (c *rowCondition) joined(m *schema.Model, method string, terms []schema.Predicate) *jen.Statement {
	var rest []jen.Code
	for _, t := range terms[1:] {
		rest = append(rest, c.of(m, t))
	}
	return c.of(m, terms[0]).Dot(method).Call(rest...)
}

// across is a condition on the row that a path leads to, on one of them where it leads to several.
func (c *rowCondition) across(m *schema.Model, path []schema.Hop, term schema.Predicate) *jen.Statement {
	if len(path) == 0 {
		return c.of(m, term)
	}
	name, target, many := models.Crossed(m, path[0])
	method := "Where"
	if many {
		method = "Any"
	}
	return jen.Qual(c.module+"/gen/models", models.TypeName(m)+"Field").Dot(name).Dot(method).Call(c.across(target, path[1:], term))
}

// operand is a value that the field is compared with.
func (c *rowCondition) operand(f *schema.Field, o schema.Operand) jen.Code {
	var statements []jen.Code
	var value jen.Code
	switch o.Kind {
	case schema.LiteralOperand:
		return c.constant(f, o.Literal)
	case schema.NowOperand:
		return c.nowAs(f, time.Duration(o.Offset))
	case schema.UserOperand:
		statements, value = c.user(c.parsed, c.results...), jen.Id("user").Dot("ID")
	case schema.URLOperand:
		statements, value = c.value(models.Param{Kind: models.CaptureParam, Source: o.Name, Field: f}, c.parsed, slices.Clone(c.results)...)
	case schema.QueryOperand:
		statements, value = c.value(models.Param{Kind: models.QueryParam, Source: o.Name, Field: f}, c.parsed, slices.Clone(c.results)...)
	default:
		statements, value = c.value(models.Param{Kind: models.VariableParam, Source: o.Variable.Name, Field: f}, c.parsed, slices.Clone(c.results)...)
	}
	c.prelude = append(c.prelude, statements...)
	return value
}

// constant is a constant of the site file as a value of the field.
func (c *rowCondition) constant(f *schema.Field, v any) jen.Code {
	text, isText := v.(string)
	parse := models.ParseFunc(f)
	if !isText || parse == "" {
		if n, ok := v.(int64); ok {
			return jen.Lit(int(n))
		}
		return jen.Lit(v)
	}
	name := c.names.of(fmt.Sprint("constant ", f.Name, " ", text), f.Name, "Value")
	if !c.parsed[name] {
		c.parsed[name] = true
		c.prelude = append(c.prelude, parsing(name, parse, jen.Lit(text), append(slices.Clone(c.results), jen.Err()))...)
	}
	return jen.Id(name)
}
