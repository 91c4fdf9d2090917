package sqltext

// Column names a column of a table, or of the alias that a join gave it.
type Column struct {
	Table, Name string
	// Null says that the column may hold null.
	Null bool
}

// Operand is what a column is compared with: a value that is bound, a value
// that is written into the text, or a parameter that the caller binds.
type Operand struct {
	Value Value
	// Literal writes Value into the text.
	Literal bool
	// Param is the number of a parameter, from 1; 0 for a Value.
	Param int
}

// Bind is the operand that binds v.
func Bind(v Value) Operand { return Operand{Value: v} }

// Op compares.
type Op string

// The comparisons. Ne holds for null; see the package comment. The text
// look-ups ignore the case of ASCII letters, as Django's do on SQLite; their
// operand is a pattern made by LikePattern.
const (
	Eq   Op = "="
	Ne   Op = "<>"
	Lt   Op = "<"
	Le   Op = "<="
	Gt   Op = ">"
	Ge   Op = ">="
	Like Op = "LIKE"
)

// Expr is a condition on one row.
type Expr interface{ write(w *Writer, nested bool) }

// And holds where all terms hold; without terms it holds always.
type And []Expr

// Or holds where one term holds; without terms it never does.
type Or []Expr

// Not holds where its term does not hold, rows for which the term is unknown
// because of a null included (exclude, ~Q).
type Not struct{ Term Expr }

// Compare compares a column with a value.
type Compare struct {
	Column  Column
	Op      Op
	Operand Operand
}

// IsNull holds where the column is null, or with Negated where it is not.
type IsNull struct {
	Column  Column
	Negated bool
}

// In holds where the column has one of the values; with none it never does.
type In struct {
	Column Column
	List   []Operand
}

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

func (e Not) write(w *Writer, _ bool) {
	w.text("(")
	e.Term.write(w, false)
	w.text(") IS NOT TRUE")
}

func (e Compare) write(w *Writer, _ bool) {
	w.column(e.Column)
	switch {
	case e.Op == Ne && e.Column.Null:
		w.text(" IS DISTINCT FROM ")
		w.operand(e.Operand)
	case e.Op == Like:
		w.text(w.dialect.like())
		w.operand(e.Operand)
		w.text(` ESCAPE '\'`)
	default:
		w.text(" " + string(e.Op) + " ")
		w.operand(e.Operand)
	}
}

func (e IsNull) write(w *Writer, _ bool) {
	w.column(e.Column)
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
	w.column(e.Column)
	w.text(" IN (")
	for i, o := range e.List {
		if i > 0 {
			w.text(", ")
		}
		w.operand(o)
	}
	w.text(")")
}
