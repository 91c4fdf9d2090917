package models

import (
	"fmt"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// statement is a statement being lowered: the parameters that it binds, in the
// order of their numbers, each with the code of its value.
type statement struct {
	signature *signature
	args      []jen.Code
	number    map[argKey]int
	keyed     []argKey // by number
	// kept says that the database keeps what is lowered, see Condition.
	kept    bool
	dialect sqltext.Dialect
}

// argKey is what makes two uses of a parameter the same bound value.
type argKey struct {
	param         int // place in the signature
	bound         string
	offset        int64
	before, after string
}

func newStatement(s *signature) *statement {
	return &statement{signature: s, number: map[argKey]int{}}
}

// param is the operand of a value that the caller gives.
func (s *statement) param(key argKey, code jen.Code) sqltext.Operand {
	n, ok := s.number[key]
	if !ok {
		s.args = append(s.args, code)
		n = len(s.args)
		s.number[key] = n
		s.keyed = append(s.keyed, key)
	}
	return sqltext.Operand{Param: n}
}

func column(m *schema.Model, f *schema.Field) sqltext.Column {
	return sqltext.Column{Table: TableName(m), Name: ColumnName(f), Null: f.Null.V, Address: stored(f).Kind == schema.IPAddress}
}

// predicate lowers a condition on rows of m.
func (s *statement) predicate(m *schema.Model, p schema.Predicate) sqltext.Expr {
	switch p := p.(type) {
	case nil:
		return nil
	case schema.And:
		return sqltext.And(s.predicates(m, p.Terms))
	case schema.Or:
		return sqltext.Or(s.predicates(m, p.Terms))
	case schema.Not:
		return sqltext.Not{Term: s.predicate(m, p.Term)}
	case schema.IsNull:
		return sqltext.IsNull{Of: s.column(m, p.Field), Negated: p.Negated}
	case schema.Compare:
		return sqltext.Compare{Left: s.column(m, p.Field), Op: operator(p.Op), Right: s.operand(p.Field, p.Value)}
	case schema.In:
		in := sqltext.In{Of: s.column(m, p.Field)}
		for _, v := range p.Values {
			in.List = append(in.List, s.operand(p.Field, v))
		}
		return in
	case schema.Test:
		return sqltext.Compare{Left: s.term(m, p.Left), Op: operator(p.Op), Right: s.term(m, p.Right)}
	case schema.Crossing:
		return s.related(m, p.Path, p.Term)
	case schema.Match:
		before, after := around(p.Op)
		return sqltext.Compare{Left: s.column(m, p.Field), Op: sqltext.Like, Right: s.pattern(p.Field, before, p.Value, after)}
	}
	panic(fmt.Sprintf("stackgen: unreachable: predicate %T", p))
}

func (s *statement) predicates(m *schema.Model, terms []schema.Predicate) []sqltext.Expr {
	list := make([]sqltext.Expr, len(terms))
	for i, t := range terms {
		list[i] = s.predicate(m, t)
	}
	return list
}

func operator(op string) sqltext.Op {
	switch op {
	case "=", "==":
		return sqltext.Eq
	case "!=":
		return sqltext.Ne
	case "<", "<=", ">", ">=":
		return sqltext.Op(op)
	}
	panic("stackgen: unreachable: comparison " + op)
}

// around is what stands before and after the text of a look-up's pattern.
func around(op string) (before, after string) {
	switch op {
	case "contains", "icontains":
		return "%", "%"
	case "startswith", "istartswith":
		return "", "%"
	case "endswith", "iendswith":
		return "%", ""
	case "iexact":
		return "", ""
	}
	panic("stackgen: unreachable: text look-up " + op)
}

// operand lowers a value that f is compared with.
func (s *statement) operand(f *schema.Field, o schema.Operand) sqltext.Operand {
	switch o.Kind {
	case schema.LiteralOperand:
		return s.literal(f, o.Literal)
	case schema.NowOperand:
		at := s.signature.now()
		return s.param(argKey{param: at, bound: kindOf(f).value, offset: o.Offset}, bindCompared(f, nowAs(f, o.Offset)))
	}
	at := s.signature.param(f, o)
	return s.param(argKey{param: at, bound: kindOf(f).value}, bindCompared(f, jen.Id(s.signature.params[at].Name)))
}

func (s *statement) pattern(f *schema.Field, before string, o schema.Operand, after string) sqltext.Operand {
	if o.Kind == schema.LiteralOperand {
		text := fmt.Sprint(o.Literal)
		return sqltext.Operand{Value: sqltext.Text(sqltext.LikePattern(before, text, after)), Literal: true}
	}
	at := s.signature.param(nil, o)
	name := jen.Id(s.signature.params[at].Name)
	code := jen.Qual(modelPkg, "LikeValue").Call(jen.Lit(before), name, jen.Lit(after))
	return s.param(argKey{param: at, bound: "LikeValue", before: before, after: after}, code)
}

// nowAs is the parameter now, moved by offset nanoseconds, as a value of f.
func nowAs(f *schema.Field, offset int64) jen.Code {
	now := jen.Id("now")
	if offset != 0 {
		now = now.Dot("Add").Call(duration(offset))
	}
	switch f.Kind {
	case schema.Date:
		return jen.Qual(modelPkg, "DateOf").Call(now)
	case schema.TimeOfDay:
		return jen.Qual(modelPkg, "TimeOfDayOf").Call(now)
	}
	return now
}

// duration writes nanoseconds in the largest unit that fits: -24 * time.Hour.
func duration(ns int64) jen.Code {
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second}, {"Millisecond", time.Millisecond}, {"Microsecond", time.Microsecond}} {
		if ns%int64(unit.size) == 0 {
			return jen.Lit(int(ns/int64(unit.size))).Op("*").Qual("time", unit.name)
		}
	}
	return jen.Qual("time", "Duration").Call(jen.Lit(int(ns)))
}

// literal is a constant of the site file in the form that f stores.
func literal(f *schema.Field, v any) (sqltext.Value, error) {
	f = stored(f)
	mismatch := fmt.Errorf("%s holds %s values; %#v is not one", f.Name, f.Kind, v)
	switch f.Kind {
	case schema.Boolean:
		if b, ok := v.(bool); ok {
			return sqltext.Bool(b), nil
		}
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		switch n := v.(type) {
		case int64:
			return sqltext.Int(n), nil
		case float64:
			return sqltext.Float(n), nil
		}
	case schema.FloatField:
		switch n := v.(type) {
		case int64:
			return sqltext.Int(n), nil
		case float64:
			return sqltext.Float(n), nil
		}
	case schema.Decimal:
		return decimalLiteral(v, mismatch)
	case schema.DurationKind:
		if text, ok := v.(string); ok {
			d, err := model.ParseDuration(text)
			return sqltext.Int(d.Microseconds()), err
		}
	case schema.JSON:
		return sqltext.Value{}, fmt.Errorf("%s holds JSON, which cannot be compared", f.Name)
	default:
		if text, ok := v.(string); ok {
			return textLiteral(f, text)
		}
	}
	return sqltext.Value{}, mismatch
}

func decimalLiteral(v any, mismatch error) (sqltext.Value, error) {
	text := ""
	switch n := v.(type) {
	case int64:
		return sqltext.Int(n), nil
	case float64:
		return sqltext.Float(n), nil
	case string:
		text = n
	default:
		return sqltext.Value{}, mismatch
	}
	d, err := model.ParseDecimal(text)
	if err != nil {
		return sqltext.Value{}, err
	}
	return sqltext.Text(d.String()), nil
}

// textLiteral is a literal of a kind that is stored as text.
func textLiteral(f *schema.Field, text string) (sqltext.Value, error) {
	switch f.Kind {
	case schema.Date:
		d, err := model.ParseDate(text)
		return sqltext.Text(d.String()), err
	case schema.DateTime:
		t, err := model.ParseTime(text)
		return sqltext.Text(string(model.AppendTime(nil, t.UnixMicro()))), err
	case schema.TimeOfDay:
		t, err := model.ParseTimeOfDay(text)
		return sqltext.Text(t.String()), err
	case schema.UUID:
		u, err := model.ParseUUID(text)
		return sqltext.Text(u.Hex()), err
	}
	v := model.TextValue(text)
	if v.Kind() == sqltext.KindInvalid {
		return v, fmt.Errorf("%s cannot hold %s", f.Name, v.Text())
	}
	return v, nil
}

// DefaultValue is the field's constant default in the form that is stored;
// false without one, and for the time of saving.
func DefaultValue(f *schema.Field) (sqltext.Value, bool) {
	switch v := f.Default.V.(type) {
	case nil, schema.Now, schema.RandomUUID:
		return sqltext.Value{}, false
	case string:
		if f.Kind == schema.JSON {
			return sqltext.Text(v), true
		}
	}
	v, err := literal(f, f.Default.V)
	if err != nil {
		panic("stackgen: unreachable: default that schema lets pass: " + err.Error())
	}
	return v, true
}
