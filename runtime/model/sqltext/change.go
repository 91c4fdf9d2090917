package sqltext

// Assignment gives a column a value.
type Assignment struct {
	Column string
	Value  Term
}

// Update changes rows.
type Update struct {
	Table, Key string
	Set        []Assignment // at least one
	Where      Expr         // nil for all rows
	// Rows are the rows to change where Where cannot say it in one statement;
	// it picks their keys.
	Rows *Select
	// Returning are columns that the statement answers with, as they are then.
	Returning []string
}

// Write writes the statement.
func (s *Update) Write(w *Writer) {
	w.text("UPDATE ")
	w.ident(s.Table)
	w.open(s.Table, s.Key)
	w.text("\nSET ")
	for i, a := range s.Set {
		if i > 0 {
			w.text(", ")
		}
		w.ident(a.Column)
		w.text(" = ")
		a.Value.term(w)
	}
	w.rows(s.Table, s.Key, s.Where, s.Rows)
	w.close()
	w.answer(s.Returning)
}

// Delete removes rows; see Update.
type Delete struct {
	Table, Key string
	Where      Expr
	Rows       *Select
}

// Write writes the statement.
func (s *Delete) Write(w *Writer) {
	w.text("DELETE FROM ")
	w.ident(s.Table)
	w.open(s.Table, s.Key)
	w.rows(s.Table, s.Key, s.Where, s.Rows)
	w.close()
}

// rows is the WHERE of a change, whose row is open.
func (w *Writer) rows(table, key string, where Expr, rows *Select) {
	if rows != nil {
		where = InSelect{Column{Table: table, Name: key}, rows}
	}
	if where == nil {
		return
	}
	w.text("\nWHERE ")
	where.write(w, false)
}

// Insert adds rows.
type Insert struct {
	Table string
	Set   []Assignment // of one row; none for a row of defaults
	// Key is the column among Set whose null the database replaces by a fresh
	// key and gives back; "" without one.
	Key string
	// Columns and Rows are several rows, in place of Set.
	Columns []string
	Rows    [][]Value
	// Conflict says what happens to a row that another has the same unique
	// values as: "" for an error, "nothing", or "update", which gives the other
	// the values of Update where Unique is the same.
	Conflict       string
	Unique, Update []string
	// Returning are columns that the statement answers with.
	Returning []string
}

// Write writes the statement.
func (s *Insert) Write(w *Writer) {
	w.text("INSERT INTO ")
	w.ident(s.Table)
	columns := s.Columns
	for _, a := range s.Set {
		columns = append(columns, a.Column)
	}
	if len(columns) == 0 {
		w.text(" DEFAULT VALUES")
	} else {
		w.text(" ")
		w.bracketed(columns)
		w.text("\nVALUES ")
		s.values(w)
	}
	switch s.Conflict {
	case "nothing":
		w.text("\nON CONFLICT DO NOTHING")
	case "update":
		w.text("\nON CONFLICT ")
		w.bracketed(s.Unique)
		w.text(" DO UPDATE SET ")
		for i, c := range s.Update {
			if i > 0 {
				w.text(", ")
			}
			w.ident(c)
			w.text(" = ")
			w.column(Column{Table: "excluded", Name: c})
		}
	}
	w.returning(s.Key)
	w.answer(s.Returning)
}

// answer has a statement answer with columns of the rows that it wrote.
func (w *Writer) answer(columns []string) {
	for i, c := range columns {
		if i == 0 {
			w.text("\nRETURNING ")
		} else {
			w.text(", ")
		}
		w.ident(c)
	}
}

func (s *Insert) values(w *Writer) {
	if len(s.Set) > 0 {
		w.text("(")
		for i, a := range s.Set {
			if i > 0 {
				w.text(", ")
			}
			if a.Column == s.Key {
				w.freshKey(s.Table, a)
				continue
			}
			a.Value.term(w)
		}
		w.text(")")
		return
	}
	for i, row := range s.Rows {
		if i > 0 {
			w.text(", ")
		}
		w.text("(")
		for j, v := range row {
			if j > 0 {
				w.text(", ")
			}
			w.operand(Bind(v))
		}
		w.text(")")
	}
}

// bracketed writes names in brackets.
func (w *Writer) bracketed(list []string) {
	w.text("(")
	for i, c := range list {
		if i > 0 {
			w.text(", ")
		}
		w.ident(c)
	}
	w.text(")")
}

// Crosses reports whether a condition needs a join, so that an UPDATE or
// DELETE has to name its rows by a subquery.
func Crosses(e Expr) bool { return e != nil && (crosses(e) || hasAggregate(e)) }

// OfTheRow reports whether a value is of one row alone, so that an UPDATE can
// give it to a column; a subquery may look elsewhere.
func OfTheRow(t Term) bool { return !crosses(t) && !hasAggregate(t) }
