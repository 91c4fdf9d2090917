package sqltext

import (
	"encoding/json"
	"strconv"
	"strings"
)

func (w *Writer) jsonKey(j JSONKey) {
	switch {
	case w.dialect == Postgres:
		w.postgresJSON(j)
	case j.Form == JSONOrder: // nothing comes after bytes
		w.text("CASE JSON_TYPE(")
		w.extracted(j)
		w.text(") WHEN 'null' THEN x'' ELSE JSON_EXTRACT(")
		w.extracted(j)
		w.text(") END")
	case j.Form == JSONRaw:
		w.text("(")
		j.Of.term(w)
		w.text(" -> ")
		w.operand(Constant(Text(jsonPath(j))))
		w.text(")")
	default:
		w.text(map[JSONForm]string{JSONType: "JSON_TYPE(", JSONValue: "JSON_EXTRACT(", JSONText: "JSON_EXTRACT("}[j.Form])
		w.extracted(j)
		w.text(")")
	}
}

// extracted is the arguments of SQLite's functions.
func (w *Writer) extracted(j JSONKey) {
	j.Of.term(w)
	w.text(", ")
	w.operand(Constant(Text(jsonPath(j))))
}

func (w *Writer) postgresJSON(j JSONKey) {
	switch j.Form {
	case JSONType:
		w.text("JSONB_TYPEOF(")
		w.value(j, " #> ")
		w.text(")")
	case JSONText:
		w.text("(")
		w.value(j, " #>> ")
		w.text(")")
	case JSONOrder: // the order of jsonb itself has text before numbers, and null before both
		w.text("CASE JSONB_TYPEOF(")
		w.value(j, " #> ")
		w.text(")")
		for i, kind := range []string{"number", "boolean", "string", "array", "object", "null"} {
			w.text(" WHEN '" + kind + "' THEN ROW(" + strconv.Itoa(i) + ", ")
			w.value(j, " #> ")
			w.text(")")
		}
		w.text(" END")
	default:
		w.text("(")
		w.value(j, " #> ")
		w.text(")")
	}
}

// value is the value of a path by PostgreSQL's operator for paths.
func (w *Writer) value(j JSONKey, op string) {
	j.Of.term(w)
	path := j.Path
	if j.Member { // #> would take a number for a place in a list too
		path = path[:len(path)-1]
	}
	if len(path) > 0 || !j.Member {
		w.text(op)
		w.operand(Constant(Text(textArray(path))))
	}
	if j.Member {
		w.text(" -> ")
		w.operand(Constant(Text(j.Path[len(path)])))
		w.text("::text")
	}
}

// textArray is the steps as PostgreSQL writes an array of text. Quoted, a step is
// nothing but itself.
func textArray(steps []string) string {
	quoted := make([]string, len(steps))
	for i, s := range steps {
		quoted[i] = string(Postgres.appendElement(nil, s))
	}
	return "{" + strings.Join(quoted, ",") + "}"
}

// document is JSON text as a JSONKey of the form JSONValue gives it.
func (w *Writer) document(d JSONDocument) {
	if w.dialect == Postgres {
		w.operand(d.Text)
		w.text("::jsonb")
		return
	}
	w.text("JSON_EXTRACT(")
	w.operand(d.Text)
	w.text(", '$')")
}

// jsonPath is SQLite's: $."key"[0].
func jsonPath(j JSONKey) string {
	var b strings.Builder
	b.WriteByte('$')
	for i, step := range j.Path {
		if isIndex(step) && !(j.Member && i == len(j.Path)-1) {
			b.WriteString("[" + step + "]")
			continue
		}
		b.WriteByte('.')
		quoted, _ := json.Marshal(step) // text is always JSON
		b.Write(quoted)
	}
	return b.String()
}

// isIndex reports whether a step is a place in a list: digits without a zero in front.
func isIndex(step string) bool {
	n, err := strconv.ParseUint(step, 10, 31)
	return err == nil && strconv.FormatUint(n, 10) == step
}
