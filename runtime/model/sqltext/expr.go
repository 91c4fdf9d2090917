package sqltext

import (
	"math"
	"strconv"
)

// Op compares.
type Op string

// The comparisons. Ne holds for null; see the package comment. The text
// look-ups ignore the case of ASCII letters, as Django's do on SQLite; their
// operand is a pattern made by LikePattern. Regex takes
// Go's syntax on SQLite, and on PostgreSQL that database's.
const (
	Eq    Op = "="
	Ne    Op = "<>"
	Lt    Op = "<"
	Le    Op = "<="
	Gt    Op = ">"
	Ge    Op = ">="
	Like  Op = "LIKE"
	Regex Op = "REGEXP"
	// IRegex is Regex without regard to case.
	IRegex Op = "IREGEXP"
)

// Expr is a condition on one row.
type Expr interface{ write(w *Writer, nested bool) }

// And holds where all terms hold; without terms it holds always.
type And []Expr

// Or holds where one term holds; without terms it never does.
type Or []Expr

// Xor holds where an odd number of its terms hold.
type Xor []Expr

// Not holds where its term does not hold, rows for which the term is unknown
// because of a null included (exclude, ~Q). Where the term crosses a relation
// to several rows, Not holds for the rows that the term alone would not find.
type Not struct{ Term Expr }

// Compare compares two values.
type Compare struct {
	Left  Term
	Op    Op
	Right Term
}

// IsNull holds where the value is null, or with Negated where it is not.
type IsNull struct {
	Of      Term
	Negated bool
}

// In holds where the value is one of the list; with none it never does.
type In struct {
	Of   Term
	List []Operand
}

// InSelect holds where the value is one of the rows of a statement.
type InSelect struct {
	Of     Term
	Select *Select
}

// Exists holds where the statement has a row.
type Exists struct{ Select *Select }

// Across is a condition on the row that the path leads to.
type Across struct {
	Path Path
	Term Expr
}

// Missing holds where the path leads to no row.
type Missing struct{ Path Path }

// Holds is a value that is true or false.
type Holds struct{ Of Term }

// Touch joins what its terms need and holds always.
type Touch []Term

func (e And) write(w *Writer, nested bool) { writeTerms(w, e, " AND ", w.dialect.truth(true), nested) }
func (e Or) write(w *Writer, nested bool)  { writeTerms(w, e, " OR ", w.dialect.truth(false), nested) }

func writeTerms(w *Writer, terms []Expr, between, empty string, nested bool) {
	if len(terms) == 0 {
		w.text(empty)
		return
	}
	if len(terms) == 1 {
		terms[0].write(w, nested)
		return
	}
	if nested {
		w.text("(")
	}
	for i, t := range terms {
		if i > 0 {
			w.text(between)
		}
		t.write(w, true)
	}
	if nested {
		w.text(")")
	}
}

func (e Xor) write(w *Writer, _ bool) {
	if len(e) == 0 {
		w.text(w.dialect.truth(false))
		return
	}
	w.text("((")
	for i, t := range e {
		if i > 0 {
			w.text(" + ")
		}
		w.text("CASE WHEN ")
		t.write(w, false)
		w.text(" THEN 1 ELSE 0 END")
	}
	w.text(") % 2 = 1)")
}

func (e Not) write(w *Writer, _ bool) {
	if manyRows(e.Term, w.isTouched) && !hasAggregate(e.Term) {
		w.complement(e.Term)
		return
	}
	w.text("(")
	e.Term.write(w, false)
	w.text(") IS NOT TRUE")
}

func (e Compare) write(w *Writer, _ bool) {
	if e.Op == Like || e.Op == Regex || e.Op == IRegex {
		w.asText(e.Left)
	} else {
		e.Left.term(w)
	}
	switch {
	case e.Op == Ne && mayBeNull(e.Left, e.Right):
		w.text(" IS DISTINCT FROM ")
		e.Right.term(w)
	case e.Op == Like:
		w.text(w.dialect.like())
		e.Right.term(w)
		w.text(` ESCAPE '\'`)
	case e.Op == Regex:
		w.text(w.dialect.regex())
		e.Right.term(w)
	case e.Op == IRegex:
		w.text(w.dialect.iregex())
		e.Right.term(w)
	default:
		w.text(" " + string(e.Op) + " ")
		e.Right.term(w)
	}
}

// mayBeNull reports whether one of the terms may be null; a value that is
// bound is not.
func mayBeNull(terms ...Term) bool {
	for _, t := range terms {
		switch t := t.(type) {
		case Operand, Typed:
		case Column:
			if t.Null {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func (e IsNull) write(w *Writer, _ bool) {
	e.Of.term(w)
	if e.Negated {
		w.text(" IS NOT NULL")
	} else {
		w.text(" IS NULL")
	}
}

func (e In) write(w *Writer, _ bool) {
	if len(e.List) == 0 {
		w.text(w.dialect.truth(false))
		return
	}
	if len(e.List) > maxInList && e.writeAsOne(w) {
		return
	}
	e.Of.term(w)
	w.text(" IN (")
	for i, o := range e.List {
		if i > 0 {
			w.text(", ")
		}
		w.operand(o)
	}
	w.text(")")
}

// maxInList is how many values of a list are bound one by one. SQLite takes 32,766
// parameters in a statement and PostgreSQL 65,535.
const maxInList = 8192

// writeAsOne binds a long list as one value, a list to the database too. It
// reports false where the list holds what has no such form.
func (e In) writeAsOne(w *Writer) bool {
	list := []byte("[")
	if w.dialect == Postgres {
		list = []byte("{")
	}
	for i, o := range e.List {
		if o.Param > 0 || o.Literal {
			return false
		}
		if i > 0 {
			list = append(list, ',')
		}
		switch v := o.Value; v.kind {
		case KindInt:
			if w.dialect == Postgres && v.boolean {
				list = append(list, w.dialect.truth(v.num != 0)...)
				continue
			}
			list = strconv.AppendInt(list, v.num, 10)
		case KindText:
			if v.decimal {
				list = append(list, v.text...)
				continue
			}
			list = w.dialect.appendElement(list, v.text)
		case KindTime:
			list = w.dialect.appendElement(list, w.dialect.instant(v.num))
		case KindFloat:
			f := v.Float64()
			if math.IsNaN(f) || math.IsInf(f, 0) {
				return false
			}
			list = strconv.AppendFloat(list, f, 'g', -1, 64)
		default:
			return false
		}
	}
	if w.dialect == Postgres {
		e.Of.term(w)
		w.text(" = ANY (")
		w.operand(Bind(Text(string(append(list, '}')))))
		w.text(")")
		return true
	}
	e.Of.term(w)
	w.text(" IN (SELECT value FROM JSON_EACH(")
	w.operand(Bind(Text(string(append(list, ']')))))
	w.text("))")
	return true
}

func (e InSelect) write(w *Writer, _ bool) {
	e.Of.term(w)
	e.Select.nested(w, " IN (", ")")
}

func (e Exists) write(w *Writer, _ bool) { e.Select.nested(w, "EXISTS (", ")") }

func (e Across) write(w *Writer, nested bool) {
	at := w.at
	w.cross(e.Path)
	e.Term.write(w, nested)
	w.at = at
}

func (e Missing) write(w *Writer, _ bool) {
	first := e.Path[0]
	s := Select{Table: first.Table, Key: first.PK}
	s.Where = And{Compare{Column{Name: first.Key}, Eq, enclosing{Column{Name: first.Column}}}}
	if rest := e.Path[1:]; rest.mayEnd() {
		s.Where = And{s.Where, Across{rest, IsNull{Column{Name: rest[len(rest)-1].PK}, true}}}
	}
	w.text("NOT ")
	Exists{&s}.write(w, false)
}

func (e Holds) write(w *Writer, _ bool) { e.Of.term(w) }

func (e Touch) write(w *Writer, _ bool) {
	buf := w.buf
	for _, t := range e {
		t.term(w)
	}
	w.buf = buf
	w.text(w.dialect.truth(true))
}
