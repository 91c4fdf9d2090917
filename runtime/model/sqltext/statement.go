package sqltext

// Select reads rows of a table, with the rows that its foreign keys point at
// where Joins names them.
type Select struct {
	Table   string
	Columns []string
	Joins   []Join
	Where   Expr // nil for all rows
	Order   []Order
	// Limit and Offset are absent when nil.
	Limit, Offset *Operand
}

// Join reads one row along for each row (select_related).
type Join struct {
	// Table is joined under Alias; its Columns come after those before it.
	Table, Alias string
	Columns      []string
	// Column of the main table points at Key of the joined one.
	Column, Key string
	// Optional keeps rows whose Column is null.
	Optional bool
}

// Order is one term of an order.
type Order struct {
	Column     Column
	Descending bool
}

// Write writes the statement, one clause a line.
func (s *Select) Write(w *Writer) {
	w.text("SELECT ")
	w.columns(s.Table, s.Columns, true)
	for _, j := range s.Joins {
		w.columns(j.Alias, j.Columns, false)
	}
	s.from(w)
	if len(s.Order) > 0 {
		w.text("\nORDER BY ")
		for i, o := range s.Order {
			if i > 0 {
				w.text(", ")
			}
			w.column(o.Column)
			if o.Descending {
				w.text(" DESC")
			}
			w.text(w.dialect.nulls(o))
		}
	}
	s.slice(w)
}

// WriteCount writes the statement that counts the rows.
func (s *Select) WriteCount(w *Writer) {
	if s.Limit == nil && s.Offset == nil {
		w.text("SELECT COUNT(*)")
		s.from(w)
		return
	}
	w.text("SELECT COUNT(*) FROM (\nSELECT 1")
	s.from(w)
	s.slice(w)
	w.text("\n)")
	w.text(w.dialect.derived())
}

// WriteExists writes the statement whose one value is 1 or 0.
func (s *Select) WriteExists(w *Writer) {
	w.text("SELECT EXISTS (\nSELECT 1")
	s.from(w)
	s.slice(w)
	w.text("\n)")
}

func (s *Select) from(w *Writer) {
	w.text("\nFROM ")
	w.ident(s.Table)
	for _, j := range s.Joins {
		if j.Optional {
			w.text("\nLEFT JOIN ")
		} else {
			w.text("\nJOIN ")
		}
		w.ident(j.Table)
		if j.Alias != j.Table {
			w.text(" AS ")
			w.ident(j.Alias)
		}
		w.text(" ON ")
		w.column(Column{Table: j.Alias, Name: j.Key})
		w.text(" = ")
		w.column(Column{Table: s.Table, Name: j.Column})
	}
	w.where(s.Where)
}

func (s *Select) slice(w *Writer) {
	if s.Limit != nil {
		w.text("\nLIMIT ")
		w.operand(*s.Limit)
	} else if s.Offset != nil {
		w.text(w.dialect.unlimited())
	}
	if s.Offset != nil {
		w.text(" OFFSET ")
		w.operand(*s.Offset)
	}
}

func (w *Writer) where(e Expr) {
	if e != nil {
		w.text("\nWHERE ")
		e.write(w, false)
	}
}

func (w *Writer) columns(table string, names []string, first bool) {
	for i, name := range names {
		if i > 0 || !first {
			w.text(", ")
		}
		w.column(Column{Table: table, Name: name})
	}
}

// Assignment gives a column a value.
type Assignment struct {
	Column  string
	Operand Operand
}

// Update changes rows.
type Update struct {
	Table string
	Set   []Assignment // at least one
	Where Expr         // nil for all rows
}

// Write writes the statement.
func (s *Update) Write(w *Writer) {
	w.text("UPDATE ")
	w.ident(s.Table)
	w.text("\nSET ")
	for i, a := range s.Set {
		if i > 0 {
			w.text(", ")
		}
		w.ident(a.Column)
		w.text(" = ")
		w.operand(a.Operand)
	}
	w.where(s.Where)
}

// Delete removes rows.
type Delete struct {
	Table string
	Where Expr // nil for all rows
}

// Write writes the statement.
func (s *Delete) Write(w *Writer) {
	w.text("DELETE FROM ")
	w.ident(s.Table)
	w.where(s.Where)
}

// Insert adds a row.
type Insert struct {
	Table string
	Set   []Assignment // none for a row of defaults
	// Key is the column among Set whose null the database replaces by a fresh
	// key and gives back; "" without one.
	Key string
}

// Write writes the statement.
func (s *Insert) Write(w *Writer) {
	w.text("INSERT INTO ")
	w.ident(s.Table)
	if len(s.Set) == 0 {
		w.text(" DEFAULT VALUES")
		return
	}
	w.text(" (")
	for i, a := range s.Set {
		if i > 0 {
			w.text(", ")
		}
		w.ident(a.Column)
	}
	w.text(")\nVALUES (")
	for i, a := range s.Set {
		if i > 0 {
			w.text(", ")
		}
		if a.Column == s.Key {
			w.freshKey(s.Table, a)
			continue
		}
		w.operand(a.Operand)
	}
	w.text(")")
	w.returning(s.Key)
}
