package sqltext

import (
	"strconv"
	"strings"
)

// What follows differs between databases. The functions whose names begin with
// model_ are package sqlite's.

func (w *Writer) call(c Call) {
	switch c.Func {
	case "GREATEST", "LEAST":
		name := c.Func
		if w.dialect == SQLite {
			name = map[string]string{"GREATEST": "MAX", "LEAST": "MIN"}[c.Func]
		}
		w.arguments(name, c.Args)
	case "CONCAT": // null counts as empty, as in Django
		w.text("(")
		for i, a := range c.Args {
			if i > 0 {
				w.text(" || ")
			}
			w.text("COALESCE(")
			w.asText(a)
			w.text(", '')")
		}
		w.text(")")
	case "RIGHT":
		if w.dialect == Postgres {
			w.textual("RIGHT", c.Args)
			return
		}
		w.text("SUBSTR(")
		c.Args[0].term(w)
		w.text(", -")
		c.Args[1].term(w)
		w.text(", ")
		c.Args[1].term(w)
		w.text(")")
	case "LPAD", "RPAD", "REPEAT", "REVERSE":
		name := c.Func
		if w.dialect == SQLite {
			name = "model_" + strings.ToLower(name)
		}
		w.textual(name, c.Args)
	case "INSTR":
		name := c.Func
		if w.dialect == Postgres {
			name = "STRPOS"
		}
		w.textual(name, c.Args)
	case "ROUND":
		if w.dialect == SQLite {
			w.arguments(c.Func, c.Args)
			return
		}
		w.arguments(c.Func, []Term{Cast{c.Args[0], "numeric"}, c.Args[1]})
	case "LOWER", "UPPER", "TRIM", "LTRIM", "RTRIM", "SUBSTR", "REPLACE", "LENGTH":
		w.textual(c.Func, c.Args)
	default:
		w.arguments(c.Func, c.Args)
	}
}

// textual writes a function of text.
func (w *Writer) textual(name string, args []Term) {
	w.text(name + "(")
	for i, a := range args {
		if i > 0 {
			w.text(", ")
		}
		w.asText(a)
	}
	w.text(")")
}

// aggregate is the name of an aggregate.
func (d Dialect) aggregate(name string) string {
	switch name {
	case "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP":
		if d == SQLite {
			return "model_" + strings.ToLower(name)
		}
	}
	return name
}

// asText writes a term that text is made of, or looked for in.
func (w *Writer) asText(t Term) {
	if w.dialect != Postgres || !isAddress(t) {
		t.term(w)
		return
	}
	w.text("HOST(")
	t.term(w)
	w.text(")")
}

func isAddress(t Term) bool {
	switch t := t.(type) {
	case Column:
		return t.Address
	case AcrossTerm:
		return isAddress(t.Of)
	case Outer:
		return isAddress(t.Of)
	case enclosing:
		return isAddress(t.Of)
	}
	return false
}

func (w *Writer) arguments(name string, args []Term) {
	w.text(name + "(")
	for i, a := range args {
		if i > 0 {
			w.text(", ")
		}
		a.term(w)
	}
	w.text(")")
}

func (w *Writer) part(p Part) {
	if w.dialect == Postgres {
		w.postgresPart(p)
		return
	}
	w.text("model_part('" + p.Name + "', ")
	p.Of.term(w)
	w.moment(p.Kind)
}

func (w *Writer) postgresPart(p Part) {
	fields := map[string]string{"week_day": "DOW", "iso_week_day": "ISODOW", "iso_year": "ISOYEAR"}
	field, ok := fields[p.Name]
	if !ok {
		field = strings.ToUpper(p.Name)
	}
	switch p.Name {
	case "date", "time":
		w.text("(")
		w.local(p.Of, p.Kind)
		w.text(")::" + p.Name)
		return
	case "week_day":
		w.text("(1 + ")
	default:
		w.text("(")
	}
	w.text("FLOOR(EXTRACT(" + field + " FROM ")
	w.local(p.Of, p.Kind)
	w.text("))::bigint)")
}

func (w *Writer) trunc(t Trunc) {
	if w.dialect == Postgres {
		w.text("(DATE_TRUNC('" + t.Unit + "', ")
		w.local(t.Of, t.Kind)
		w.text(")")
		if t.Kind == Instant {
			w.text(" AT TIME ZONE " + w.zoneLiteral())
		} else {
			w.text("::date")
		}
		w.text(")")
		return
	}
	w.text("model_trunc('" + t.Unit + "', ")
	t.Of.term(w)
	w.moment(t.Kind)
}

// local is a moment on the clock of the statement's zone, on PostgreSQL.
func (w *Writer) local(t Term, kind Moment) {
	t.term(w)
	if kind == Instant {
		w.text(" AT TIME ZONE " + w.zoneLiteral())
	}
}

func (w *Writer) zoneLiteral() string {
	switch w.zone.kind {
	case KindInvalid: // whoever binds it says why
		w.args = append(w.args, w.zone)
		return "?" + strconv.Itoa(len(w.args))
	case KindNull:
		return "'UTC'"
	}
	return string(w.zone.AppendLiteral(nil))
}

// moment ends a date function with the zone in which an instant is seen.
func (w *Writer) moment(kind Moment) {
	zone := "''"
	if kind == Instant {
		zone = w.zoneLiteral()
	}
	w.text(", " + zone + ")")
}
