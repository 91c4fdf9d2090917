package sqltext

import (
	"strconv"
	"strings"
)

// Writer is a statement being written and the values it binds so far. The zero
// Writer writes for SQLite; NewWriter writes for another database.
type Writer struct {
	dialect Dialect
	buf     []byte
	args    []Value

	zone  Value    // the name of the time zone in which instants are seen; null for UTC
	names []string // of tables in use
	scope *scope   // the SELECT being written; nil outside one
	at    *node    // the row that columns are of; nil for names as they stand
	group int      // the number of the Filter being written; 0 outside one
	spare []byte   // where what is written aside stands, one after the other
}

// NewWriter writes for a database.
func NewWriter(d Dialect) *Writer {
	return &Writer{dialect: d, buf: make([]byte, 0, usualSize), spare: make([]byte, 0, usualSize/4)}
}

// usualSize is the length in bytes that few statements exceed.
const usualSize = 512

// In has date parts seen in a time zone of the IANA database, whose name is a text;
// where zone is null, UTC. With an invalid value they are refused.
func (w *Writer) In(zone Value) { w.zone = zone }

// aside writes somewhere else and returns what was written.
func (w *Writer) aside(write func()) []byte {
	buf, spare := w.buf, w.spare
	w.buf, w.spare = spare, nil
	write()
	written := w.buf
	w.buf, w.spare = buf, written
	return written[len(spare):len(written):len(written)]
}

// SQL is the finished text.
func (w *Writer) SQL() string { return string(w.buf) }

// Args are the values bound, the one of ?1 first.
func (w *Writer) Args() []Value { return w.args }

func (w *Writer) text(s string) { w.buf = append(w.buf, s...) }

func (w *Writer) ident(name string) {
	w.buf = append(w.buf, '"')
	if strings.IndexByte(name, '"') >= 0 {
		name = strings.ReplaceAll(name, `"`, `""`)
	}
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '"')
}

func (w *Writer) column(c Column) {
	if c.Table != "" {
		w.ident(c.Table)
		w.buf = append(w.buf, '.')
	}
	w.ident(c.Name)
}

func (w *Writer) param(n int) {
	w.buf = append(w.buf, '?')
	w.buf = strconv.AppendInt(w.buf, int64(n), 10)
}

func (w *Writer) operand(o Operand) {
	switch {
	case o.Param > 0:
		w.param(o.Param)
	case o.Literal:
		w.buf = w.dialect.AppendLiteral(w.buf, o.Value)
	default:
		w.args = append(w.args, o.Value)
		w.param(len(w.args))
	}
}

// Ident quotes a name of a table or column.
func Ident(name string) string {
	var w Writer
	w.ident(name)
	return string(w.buf)
}

// Condition writes a condition by itself, as a CHECK or an index has it.
func Condition(w *Writer, e Expr) { e.write(w, false) }

// Computed writes a value by itself.
func Computed(w *Writer, t Term) { t.term(w) }
