package models

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// Condition is the condition of a constraint or index as a database keeps it:
// constants are written out, and columns stand without their table.
func Condition(m *schema.Model, p schema.Predicate, dialect sqltext.Dialect) string {
	s := newStatement(&signature{})
	s.kept, s.dialect = true, dialect
	w := sqltext.NewWriter(dialect)
	sqltext.Condition(w, s.predicate(m, p))
	return finished(w, s)
}

// Expression is an expression of an index or generated field as a database keeps it.
func Expression(m *schema.Model, t schema.Term, dialect sqltext.Dialect) string {
	s := newStatement(&signature{})
	s.kept, s.dialect = true, dialect
	w := sqltext.NewWriter(dialect)
	sqltext.Computed(w, s.term(m, t))
	return finished(w, s)
}

func finished(w *sqltext.Writer, s *statement) string {
	if len(w.Args()) > 0 || len(s.args) > 0 {
		panic("stackgen: unreachable: kept condition with a bound value")
	}
	return w.SQL()
}

// column is a field in the statement.
func (s *statement) column(m *schema.Model, f *schema.Field) sqltext.Column {
	c := column(m, f)
	if s.kept {
		c.Table = ""
	}
	return c
}

// term lowers a value that is computed from a row of m.
func (s *statement) term(m *schema.Model, t schema.Term) sqltext.Term {
	switch t := t.(type) {
	case schema.FieldTerm:
		return s.column(m, t.Field)
	case schema.LiteralTerm:
		return s.literal(t.Field, t.Literal)
	case schema.Arithmetic:
		return sqltext.Binary{Left: s.term(m, t.Left), Op: t.Op, Right: s.term(m, t.Right)}
	case schema.FunctionTerm:
		call := sqltext.Call{Func: strings.ToUpper(t.Name)}
		for _, a := range t.Args {
			call.Args = append(call.Args, s.term(m, a))
		}
		return call
	}
	panic(fmt.Sprintf("stackgen: unreachable: term %T", t))
}

// literal is a constant in the statement.
func (s *statement) literal(f *schema.Field, constant any) sqltext.Operand {
	v, err := literal(f, constant)
	if err != nil {
		panic("stackgen: unreachable: literal that schema lets pass: " + err.Error())
	}
	if text, ok := constant.(string); ok && s.kept && s.dialect == sqltext.Postgres && stored(f).Kind == schema.DurationKind {
		d, err := model.ParseDuration(text)
		if err != nil {
			panic("stackgen: unreachable: literal that schema lets pass: " + err.Error())
		}
		v = sqltext.Text(fmt.Sprintf("%d microseconds", d.Microseconds()))
	}
	return sqltext.Operand{Value: v, Literal: true}
}

// computed is how many of the model's fields, the last ones, the database computes.
func computed(m *schema.Model) int {
	n := 0
	for _, f := range m.Fields {
		if f.IsGenerated {
			n++
		}
	}
	return n
}
