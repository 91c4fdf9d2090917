package models

import (
	"sort"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// ParamKind says where the value of a parameter comes from. Parameters stand
// in the order of the kinds, and within a kind in the order in which the view
// mentions them.
type ParamKind int

// The kinds of parameter.
const (
	CaptureParam  ParamKind = iota // a capture of the route
	QueryParam                     // a parameter of the query string, "" when absent
	UserParam                      // the key of who is logged in, 0 for nobody
	VariableParam                  // a variable that is bound to the environment
	NowParam                       // the time of the request
	LimitParam                     // how many rows a page has
	OffsetParam                    // how many rows the pages before have
)

// Param is one parameter of a function of gen/models, after the source.
type Param struct {
	Kind ParamKind
	// Name is the parameter's Go name.
	Name string
	// Source is the name of the capture, query parameter or variable.
	Source string
	// Variable is set for a VariableParam.
	Variable *schema.Variable
	// Field is what the value is compared with, which gives its type; nil for a
	// NowParam, LimitParam and OffsetParam, and for text that is looked for in a field.
	Field *schema.Field
}

// Type is the parameter's Go type.
func (p Param) Type() *jen.Statement {
	switch {
	case p.Kind == NowParam:
		return jen.Qual("time", "Time")
	case p.Kind == LimitParam || p.Kind == OffsetParam:
		return jen.Int64()
	case p.Field == nil:
		return jen.String()
	}
	return ValueType(p.Field)
}

// Parse is the function of stackgen.dev/runtime/model that makes the parameter
// from the text of a capture, query string or environment, with the signature
// func(string) (T, error); "" where the parameter is a string. A text that it
// refuses matches no row: a capture means 404, a query parameter no rows.
func (p Param) Parse() string {
	if p.Field == nil {
		return ""
	}
	return ParseFunc(p.Field)
}

// signature is the parameters of a function, in the order of their first use.
type signature struct {
	params []Param
}

// param finds or adds the parameter of an operand that is compared with f; a
// nil f stands for text.
func (s *signature) param(f *schema.Field, o schema.Operand) int {
	p := Param{Source: o.Name, Field: f}
	switch o.Kind {
	case schema.URLOperand:
		p.Kind = CaptureParam
	case schema.QueryOperand:
		p.Kind = QueryParam
	case schema.UserOperand:
		p.Kind = UserParam
	case schema.VariableOperand:
		p.Kind, p.Source, p.Variable = VariableParam, o.Variable.Name, o.Variable
	default:
		panic("stackgen: unreachable: operand that is no parameter")
	}
	return s.add(p)
}

func (s *signature) now() int    { return s.add(Param{Kind: NowParam, Name: "now"}) }
func (s *signature) limit() int  { return s.add(Param{Kind: LimitParam, Name: "limit"}) }
func (s *signature) offset() int { return s.add(Param{Kind: OffsetParam, Name: "offset"}) }

// add finds a parameter of the same source and type, or adds it under a free name.
func (s *signature) add(p Param) int {
	for i, q := range s.params {
		if q.Kind == p.Kind && q.Source == p.Source && typeKey(q) == typeKey(p) {
			return i
		}
	}
	if p.Name == "" {
		p.Name = goParam(p.Source)
		for s.has(p.Name) {
			p.Name += "_"
		}
	}
	s.params = append(s.params, p)
	return len(s.params) - 1
}

func (s *signature) has(name string) bool {
	for _, p := range s.params {
		if p.Name == name {
			return true
		}
	}
	return false
}

func typeKey(p Param) string {
	if p.Field == nil {
		return "TextValue"
	}
	return kindOf(p.Field).value
}

// sorted is the parameters in their documented order.
func (s *signature) sorted() []Param {
	list := append([]Param{}, s.params...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].Kind < list[j].Kind })
	return list
}
