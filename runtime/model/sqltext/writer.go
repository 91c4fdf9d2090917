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
}

// NewWriter writes for a database.
func NewWriter(d Dialect) *Writer { return &Writer{dialect: d} }

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
