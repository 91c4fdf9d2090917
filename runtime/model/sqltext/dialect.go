package sqltext

import (
	"encoding/json"
	"strings"
	"time"
)

// Dialect is what databases write differently. All of it is behind this type:
// whoever writes a statement asks the Writer, never the database.
//
// Parameters are no part of it: they are written ?1, ?2 for every database, and
// the driver for PostgreSQL turns them into $1, $2 as it prepares a text.
type Dialect uint8

// The dialects. SQLite is the zero Dialect.
const (
	SQLite Dialect = iota
	Postgres
)

// String is the engine's name in a site file.
func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// OnPostgres stands in a constant between the text for SQLite and the text for
// PostgreSQL, where a site has both and they differ.
const OnPostgres = "\x00postgres\x00"

// Text is the part of a constant that is the dialect's.
func (d Dialect) Text(sql string) string {
	lite, pg, both := strings.Cut(sql, OnPostgres)
	if both && d == Postgres {
		return pg
	}
	return lite
}

// truth is a condition that always or never holds.
func (d Dialect) truth(holds bool) string {
	switch {
	case d == Postgres && holds:
		return "TRUE"
	case d == Postgres:
		return "FALSE"
	case holds:
		return "1"
	}
	return "0"
}

// like begins a look-up in text that ignores the case.
func (d Dialect) like() string {
	if d == Postgres {
		return " ILIKE "
	}
	return " LIKE "
}

// regex begins a look-up by a regular expression.
func (d Dialect) regex() string {
	if d == Postgres {
		return " ~ "
	}
	return " REGEXP "
}

// iregex begins a look-up by a regular expression that ignores the case.
func (d Dialect) iregex() string {
	if d == Postgres {
		return " ~* "
	}
	return " REGEXP '(?i)' || "
}

// nulls has null come before every value, as it does in SQLite.
func (d Dialect) nulls(o Order) string {
	switch {
	case o.Nulls != "":
		return " NULLS " + o.Nulls
	case d != Postgres || !mayBeNull(o.By):
		return ""
	case o.Descending:
		return " NULLS LAST"
	}
	return " NULLS FIRST"
}

// derived names a query that stands in FROM, where the database insists.
func (d Dialect) derived() string {
	if d == Postgres {
		return ` AS "counted"`
	}
	return ""
}

// unlimited stands before an OFFSET without a LIMIT.
func (d Dialect) unlimited() string {
	if d == Postgres {
		return "\n"
	}
	return "\nLIMIT -1"
}

// AppendLiteral appends the value as an SQL literal of the dialect.
func (d Dialect) AppendLiteral(b []byte, v Value) []byte {
	if d == Postgres && v.boolean {
		return append(b, strings.ToLower(d.truth(v.num != 0))...)
	}
	return v.AppendLiteral(b)
}

// appendElement appends text as an element of a list: of JSON on SQLite, of an
// array on PostgreSQL.
func (d Dialect) appendElement(b []byte, text string) []byte {
	if d == Postgres {
		b = append(b, '"')
		b = append(b, arrayEscaper.Replace(text)...)
		return append(b, '"')
	}
	quoted, _ := json.Marshal(text) // text is always JSON
	return append(b, quoted...)
}

// instant is microseconds since the Unix epoch as text, in the form that SQLite stores.
func (d Dialect) instant(micros int64) string {
	layout := time.DateTime
	if micros%1_000_000 != 0 {
		layout += ".000000"
	}
	if d == Postgres {
		layout += "Z07:00" // whatever the session's zone is
	}
	return time.UnixMicro(micros).UTC().Format(layout)
}

// arrayEscaper never changes.
var arrayEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// PassKey is the statement that has a table of PostgreSQL make no key up to ?1 any more.
func PassKey(table, key string) string {
	sequence := sequence(table, key)
	return "SELECT setval(" + sequence + ", ?1) WHERE ?1 > COALESCE(pg_sequence_last_value(" + sequence + "), 0)"
}

// sequence makes the keys of a table on PostgreSQL.
func sequence(table, key string) string {
	return "pg_get_serial_sequence(" + string(Text(Ident(table)).AppendLiteral(nil)) + ", " + string(Text(key).AppendLiteral(nil)) + ")::regclass"
}

// freshKey writes the value of a key that the database makes where it is null. A
// key that is given is one that will not be made again: SQLite sees to that by
// itself, on PostgreSQL the sequence is moved on.
func (w *Writer) freshKey(table string, a Assignment) {
	if w.dialect != Postgres {
		a.Value.term(w)
		return
	}
	if o, ok := a.Value.(Operand); ok && o.Param == 0 && !o.Literal { // bound once, used thrice
		w.args = append(w.args, o.Value)
		a.Value = Operand{Param: len(w.args)}
	}
	sequence := sequence(table, a.Column)
	w.text("CASE WHEN ")
	a.Value.term(w)
	w.text("::bigint IS NULL THEN nextval(" + sequence + ") WHEN ")
	a.Value.term(w)
	w.text(" > COALESCE(pg_sequence_last_value(" + sequence + "), 0) THEN setval(" + sequence + ", ")
	a.Value.term(w)
	w.text(") ELSE ")
	a.Value.term(w)
	w.text(" END")
}

// returning gives the fresh key back, where the database has no other way.
func (w *Writer) returning(key string) {
	if key != "" && w.dialect == Postgres {
		w.text("\nRETURNING ")
		w.ident(key)
	}
}

// Insert writes an INSERT of one row whose values are ?1, ?2 and so on.
func (w *Writer) Insert(table string, columns []string) {
	w.text("INSERT INTO ")
	w.ident(table)
	w.text(" (")
	for i, c := range columns {
		if i > 0 {
			w.text(", ")
		}
		w.ident(c)
	}
	w.text(")\nVALUES (")
	for i := range columns {
		if i > 0 {
			w.text(", ")
		}
		w.param(i + 1)
	}
	w.text(")")
}
