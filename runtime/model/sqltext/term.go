package sqltext

// Term is a value that a statement computes: a column, a bound value, or what
// is made of them.
type Term interface{ term(w *Writer) }

// Column names a column of the row that a statement is about, or with another
// Table that of a fixed alias.
type Column struct {
	Table, Name string
	// Null says that the column may hold null.
	Null bool
	// Address says that it holds IP addresses, of which PostgreSQL has a type of
	// their own: as text they are its HOST.
	Address bool
}

// Operand is a value that is bound, a value that is written into the text, or
// a parameter that the caller binds.
type Operand struct {
	Value Value
	// Literal writes Value into the text.
	Literal bool
	// Param is the number of a parameter, from 1; 0 for a Value.
	Param int
}

// Bind is the operand that binds v.
func Bind(v Value) Operand { return Operand{Value: v} }

// Constant is the operand that is written into the text.
func Constant(v Value) Operand { return Operand{Value: v, Literal: true} }

// Typed is a bound value whose type PostgreSQL is told, as where nothing beside it
// says so it would take it for text.
type Typed struct {
	Of Operand
	As string
}

// Binary is arithmetic: Op is + - * / or %.
type Binary struct {
	Left  Term
	Op    string
	Right Term
}

// Pattern is the text of a term as Like looks for it, where it is no value that
// LikePattern could make it of.
type Pattern struct {
	Before string
	Of     Term
	After  string
}

// Call is a function of the database. Func is the name in SQLite, where that
// has it; engine.go has the others.
type Call struct {
	Func string
	Args []Term
}

// Cast makes a value one of another type: text, double precision or numeric.
type Cast struct {
	Of Term
	To string
}

// Aggregate is computed over the rows of a group: COUNT, SUM, AVG, MIN, MAX,
// STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP.
type Aggregate struct {
	Func string
	// Of is nil for all rows: COUNT(*).
	Of       Term
	Distinct bool
	// Filter leaves out rows; nil for none.
	Filter Expr
}

// Case is the first value whose condition holds; a nil Else is null.
type Case struct {
	When []When
	Else Term
}

// When is one branch of a Case.
type When struct {
	If   Expr
	Then Term
}

// Truth is a condition as a value.
type Truth struct{ Of Expr }

// Scalar is the one value of a statement that has at most one row and column.
type Scalar struct{ Of *Select }

// Outer is a value of the row of the statement around a subquery (OuterRef).
type Outer struct{ Of Term }

// AcrossTerm is a value of the row that the path leads to.
type AcrossTerm struct {
	Path Path
	Of   Term
}

// Moment is what a date part is taken of.
type Moment uint8

// The kinds of moment. An instant is seen in the zone of the statement.
const (
	Day     Moment = iota // a date
	Instant               // a date and time
	Clock                 // a time of day
)

// Part is a whole number out of a date or time: year, month, day, week_day,
// iso_week_day, iso_year, week, quarter, hour, minute or second; or date or time,
// which are what they say.
type Part struct {
	Name string
	Of   Term
	Kind Moment
}

// Trunc is the beginning of the year, quarter, month, week, day, hour, minute
// or second that a moment lies in.
type Trunc struct {
	Unit string
	Of   Term
	Kind Moment
}

// JSONKey is the value at a path of a JSON document: steps that are whole
// numbers are places in a list.
type JSONKey struct {
	Of   Term
	Path []string
	// Member says that the last step is a key of an object, also where it is a number.
	Member bool
	Form   JSONForm
}

// JSONForm says what a JSONKey gives.
type JSONForm uint8

// The forms of a JSONKey.
const (
	JSONValue JSONForm = iota // as the database compares: numbers, text, 0 and 1
	JSONText                  // as text
	JSONRaw                   // as JSON text
	JSONType                  // the type's name, null where the key is missing
	JSONOrder                 // to order by: numbers, then text, then JSON's null
)

// JSONDocument is JSON text, to compare a JSONKey with.
type JSONDocument struct{ Text Operand }

func (c Column) term(w *Writer) {
	if w.at != nil && (c.Table == w.at.table || c.Table == "") {
		c.Table = w.at.alias
	}
	w.column(c)
}

func (o Operand) term(w *Writer) { w.operand(o) }

func (t Typed) term(w *Writer) {
	w.operand(t.Of)
	if w.dialect == Postgres {
		w.text("::" + t.As)
	}
}

func (b Binary) term(w *Writer) {
	w.text("(")
	b.Left.term(w)
	w.text(" " + b.Op + " ")
	b.Right.term(w)
	w.text(")")
}

func (p Pattern) term(w *Writer) {
	w.text("('" + p.Before + "' || REPLACE(REPLACE(REPLACE(")
	w.asText(p.Of)
	w.text(`, '\', '\\'), '%', '\%'), '_', '\_') || '` + p.After + "')")
}

func (c Cast) term(w *Writer) {
	w.text("CAST(")
	c.Of.term(w)
	w.text(" AS " + c.To + ")")
}

func (c Call) term(w *Writer) { w.call(c) }

func (a Aggregate) term(w *Writer) {
	defer w.outsideFilters()() // what is counted there is what is read
	w.text(w.dialect.aggregate(a.Func) + "(")
	switch {
	case a.Of == nil:
		w.text("*")
	case a.Distinct:
		w.text("DISTINCT ")
		a.Of.term(w)
	default:
		a.Of.term(w)
	}
	w.text(")")
	if a.Filter != nil {
		w.text(" FILTER (WHERE ")
		a.Filter.write(w, false)
		w.text(")")
	}
}

func (c Case) term(w *Writer) {
	w.text("CASE")
	for _, when := range c.When {
		w.text(" WHEN ")
		when.If.write(w, false)
		w.text(" THEN ")
		when.Then.term(w)
	}
	if c.Else != nil {
		w.text(" ELSE ")
		c.Else.term(w)
	}
	w.text(" END")
}

func (t Truth) term(w *Writer) {
	w.text("(")
	t.Of.write(w, false)
	w.text(")")
}

func (s Scalar) term(w *Writer) { s.Of.nested(w, "(", ")") }

func (o Outer) term(w *Writer) {
	scope := w.scope
	for scope != nil && scope.transparent {
		scope = scope.outer
	}
	if scope == nil || scope.outer == nil {
		panic("model: Outer outside a subquery")
	}
	w.outside(scope, o.Of)
}

// enclosing is a value of the row of the statement just around, also where
// that is not the subquery's own (see Writer.complement).
type enclosing struct{ Of Term }

func (e enclosing) term(w *Writer) { w.outside(w.scope, e.Of) }

func (a AcrossTerm) term(w *Writer) {
	if w.isTouched(a) {
		defer w.outsideFilters()()
	}
	at := w.at
	w.cross(a.Path)
	a.Of.term(w)
	w.at = at
}

func (p Part) term(w *Writer)    { w.part(p) }
func (t Trunc) term(w *Writer)   { w.trunc(t) }
func (j JSONKey) term(w *Writer) { w.jsonKey(j) }

func (d JSONDocument) term(w *Writer) { w.document(d) }
