package migrate

import (
	"fmt"
	"strings"
)

// conditionWriter writes what a database keeps in SQL as a condition or expression
// of a model block.
type conditionWriter struct {
	model  string
	fields map[string]*inspectedField // by column
	// strict says that the condition chooses rows, so that one that a null leaves
	// unknown does not hold; a check is met then.
	strict bool
}

// inspectedField is a column as the field that it becomes.
type inspectedField struct {
	column *column
	// name is the field's, kind its type without what stands in brackets.
	name, kind string
	null       bool
}

// condition writes a condition of rows.
func (w *conditionWriter) condition(sql string) (string, error) {
	e, err := readExpr(sql)
	if err != nil {
		return "", err
	}
	return w.predicate(e, false)
}

// expression writes a value that is computed from a row.
func (w *conditionWriter) expression(sql string) (string, error) {
	e, err := readExpr(sql)
	if err != nil {
		return "", err
	}
	return w.term(e)
}

// predicate writes a condition, or what holds where it does not. NOT is carried
// down to the comparisons: a condition that a null leaves unknown is so either way.
func (w *conditionWriter) predicate(e *sqlExpr, negated bool) (string, error) {
	switch e.kind {
	case notExpr:
		return w.predicate(e.args[0], !negated)
	case andExpr, orExpr:
		return w.joined(e, negated)
	case nullExpr, notNullExpr:
		f := w.field(e.args[0])
		if f == nil {
			return "", fmt.Errorf("IS NULL of what is no field")
		}
		if (e.kind == nullExpr) != negated {
			return w.ref(f) + " == null", nil
		}
		return w.ref(f) + " != null", nil
	case notTrueExpr:
		if negated {
			return "", fmt.Errorf("NOT before IS NOT TRUE")
		}
		inner := conditionWriter{w.model, w.fields, true}
		text, err := inner.predicate(e.args[0], false)
		return "!(" + text + ")", err
	case compareExpr:
		return w.compare(e, negated)
	case distinctExpr:
		if negated {
			return "", fmt.Errorf("IS NOT DISTINCT FROM")
		}
		return w.sides(e.args[0], "!=", e.args[1])
	case likeExpr, inExpr:
		return w.lookup(e, negated)
	case castExpr:
		if e.text == "boolean" {
			return w.predicate(e.args[0], negated)
		}
	case nameExpr:
		if f := w.field(e); f != nil && f.kind == "boolean" {
			return fmt.Sprintf("%s == %t", w.ref(f), !negated), nil
		}
	}
	return "", fmt.Errorf("no condition")
}

func (w *conditionWriter) joined(e *sqlExpr, negated bool) (string, error) {
	between := " && "
	if (e.kind == orExpr) != negated {
		between = " || "
	}
	var parts []string
	for _, a := range e.args {
		part, err := w.predicate(a, negated)
		if err != nil {
			return "", err
		}
		if strings.Contains(part, " && ") || strings.Contains(part, " || ") {
			part = "(" + part + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, between), nil
}

var opposites = map[string]string{"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

func (w *conditionWriter) compare(e *sqlExpr, negated bool) (string, error) {
	op := e.text
	if negated {
		op = opposites[op]
	}
	if op == "=" {
		op = "=="
	}
	if op != "<>" {
		return w.sides(e.args[0], op, e.args[1])
	}
	text, err := w.sides(e.args[0], "!=", e.args[1])
	if err != nil {
		return "", err
	}
	// In a site file a null is another value than all others, and like another null.
	var nulls []*inspectedField
	for _, side := range e.args {
		switch f := w.field(side); {
		case f != nil && f.null:
			nulls = append(nulls, f)
		case f == nil && !isLiteral(side) && (w.strict || !isLiteral(e.args[0]) && !isLiteral(e.args[1])):
			return "", fmt.Errorf("<> of what is computed")
		}
	}
	switch {
	case w.strict:
		for _, f := range nulls {
			text += " && " + w.ref(f) + " != null"
		}
	case len(nulls) == 2:
		text += " || " + w.ref(nulls[0]) + " == null"
	}
	return text, nil
}

// sides writes a comparison, whose constant has the form of the other side.
func (w *conditionWriter) sides(left *sqlExpr, op string, right *sqlExpr) (string, error) {
	if isLiteral(left) && isLiteral(right) {
		return "", fmt.Errorf("a comparison of constants")
	}
	one := func(side, other *sqlExpr) (string, error) {
		if !isLiteral(side) {
			return w.term(side)
		}
		if f := w.field(other); f != nil {
			return f.literal(side)
		}
		return plainLiteral(side)
	}
	l, err := one(left, right)
	if err != nil {
		return "", err
	}
	r, err := one(right, left)
	return l + " " + op + " " + r, err
}

// lookup writes LIKE and IN.
func (w *conditionWriter) lookup(e *sqlExpr, negated bool) (string, error) {
	f := w.field(e.args[0])
	if f == nil {
		return "", fmt.Errorf("a look-up in what is no field")
	}
	text := ""
	if e.kind == inExpr {
		var list []string
		for _, a := range e.args[1:] {
			value, err := f.literal(a)
			if err != nil {
				return "", err
			}
			list = append(list, value)
		}
		text = "contains([" + strings.Join(list, ", ") + "], " + w.ref(f) + ")"
	} else {
		function, pattern, ok := likeFunction(e.args[1])
		if !ok {
			return "", fmt.Errorf("a pattern that is no look-up")
		}
		text = function + "(" + w.ref(f) + ", " + hclString(pattern) + ")"
	}
	if !negated {
		return text, nil
	}
	if text = "!" + text; w.strict && f.null {
		text += " && " + w.ref(f) + " != null"
	}
	return text, nil
}

// likeFunction is the look-up whose pattern this is, and the text it looks for.
func likeFunction(e *sqlExpr) (function, text string, ok bool) {
	if e.kind != stringExpr {
		return "", "", false
	}
	pattern := e.text
	before := strings.HasPrefix(pattern, "%")
	pattern = strings.TrimPrefix(pattern, "%")
	var b strings.Builder
	after := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case c == '%' && i == len(pattern)-1:
			after = true
		case c == '%' || c == '_' || c == '\\':
			return "", "", false
		default:
			b.WriteByte(c)
		}
	}
	switch {
	case before && after:
		function = "icontains"
	case before:
		function = "iendswith"
	case after:
		function = "istartswith"
	default:
		function = "iexact"
	}
	return function, b.String(), true
}

// term writes a value that is computed from a row.
func (w *conditionWriter) term(e *sqlExpr) (string, error) {
	if f := w.field(e); f != nil {
		return w.ref(f), nil
	}
	switch e.kind {
	case arithExpr:
		if e.text == "/" && w.whole(e, true) != w.whole(e, false) {
			return "", fmt.Errorf("a division that a cast makes one of fractions")
		}
		l, err := w.operand(e.args[0], e.text != "+" && e.text != "-")
		if err != nil {
			return "", err
		}
		r, err := w.operand(e.args[1], true)
		return l + " " + e.text + " " + r, err
	case callExpr:
		name := e.text
		if name == "btrim" {
			name = "trim"
		}
		switch {
		case name == "coalesce", len(e.args) != 1:
			if name != "coalesce" {
				return "", fmt.Errorf("the function %s", name)
			}
		case name != "lower" && name != "upper" && name != "trim" && name != "length" && name != "abs":
			return "", fmt.Errorf("the function %s", name)
		}
		var args []string
		for i, a := range e.args {
			text, err := "", error(nil)
			if first := w.field(e.args[0]); isLiteral(a) && i > 0 && first != nil {
				text, err = first.literal(a)
			} else {
				text, err = w.operand(a, false)
			}
			if err != nil {
				return "", err
			}
			args = append(args, text)
		}
		return name + "(" + strings.Join(args, ", ") + ")", nil
	case castExpr:
		if inner := e.args[0]; widens("text", e.text) && inner.kind == callExpr || widens("integer", e.text) && inner.kind == arithExpr {
			return w.term(inner)
		}
		return "", fmt.Errorf("a cast to %s", e.text)
	}
	return "", fmt.Errorf("no expression of a row")
}

// whole reports whether a value is a whole number, with the casts that stand in it
// or without them: what is divided then loses its fraction.
func (w *conditionWriter) whole(e *sqlExpr, casts bool) bool {
	switch e.kind {
	case castExpr:
		if !casts {
			return w.whole(e.args[0], casts)
		}
		return e.text == "integer" || e.text == "bigint" || e.text == "smallint"
	case nameExpr:
		f := w.fields[e.text]
		return f != nil && strings.HasSuffix(f.kind, "integer")
	case numberExpr, stringExpr:
		return !strings.ContainsAny(e.text, ".eE")
	case arithExpr:
		return w.whole(e.args[0], casts) && w.whole(e.args[1], casts)
	case callExpr:
		return e.text == "length" || len(e.args) > 0 && w.whole(e.args[0], casts)
	}
	return false
}

// operand writes a part of an expression, in brackets where it is one itself.
func (w *conditionWriter) operand(e *sqlExpr, brackets bool) (string, error) {
	if isLiteral(e) {
		return plainLiteral(e)
	}
	text, err := w.term(e)
	for e.kind == castExpr {
		e = e.args[0]
	}
	if e.kind == arithExpr && brackets {
		text = "(" + text + ")"
	}
	return text, err
}

// field is the field that an expression is, whatever PostgreSQL casts it to for
// the sake of a comparison; nil for any other.
func (w *conditionWriter) field(e *sqlExpr) *inspectedField {
	if e.kind == castExpr {
		if f := w.field(e.args[0]); f != nil && widens(f.kind, e.text) {
			return f
		}
		return nil
	}
	if e.kind != nameExpr {
		return nil
	}
	return w.fields[e.text]
}

func (w *conditionWriter) ref(f *inspectedField) string { return w.model + "." + f.name }

// widens reports whether a cast of a value of a kind to the type changes nothing:
// PostgreSQL writes them where it compares types that it holds apart.
func widens(kind, typ string) bool {
	switch {
	case kind == "foreign_key", kind == "one_to_one": // the key may be a number or text
		return typ == "bigint" || typ == "text"
	case strings.HasSuffix(kind, "integer"), kind == "auto", kind == "big_auto":
		return typ == "bigint" || typ == "numeric" || typ == "double precision"
	case kind == "decimal":
		return typ == "numeric" || typ == "double precision"
	case kind == "float":
		return typ == "double precision"
	case kind == "char", kind == "text", kind == "slug", kind == "email", kind == "url", kind == "file", kind == "image":
		return typ == "text" || typ == "varchar" || typ == "text[]" || typ == "varchar[]"
	}
	return false
}
