package migrate

import (
	"fmt"
	"strconv"
	"strings"
)

// objects writes the checks, unique constraints and indexes of a table as blocks;
// what no block can say, triggers among it, stands as a comment.
func (w *blockWriter) objects(t *table) {
	taken := map[string]bool{}
	for _, c := range t.columns {
		for _, extra := range splitExtra(c.extra) {
			if isCheck(extra) {
				w.constraint(t, taken, object{sql: extra}, objectName(t.name, c.name, "check"))
			}
		}
	}
	for _, c := range append(append([]object{}, t.checks...), t.constraints...) {
		if plainUnique(c.sql) == "" {
			w.constraint(t, taken, c, "")
		}
	}
	for _, k := range t.kept {
		if t.plainIndex(k.sql) == "" {
			w.kept(t, k.sql)
		}
	}
	for _, i := range t.declared {
		w.kept(t, i.create(t.name))
	}
}

// constraint writes a constraint of the table or of a column. One without a name
// gets the one that PostgreSQL would give it.
func (w *blockWriter) constraint(t *table, taken map[string]bool, c object, usual string) {
	d := newDDL(c.sql)
	name := ""
	if d.take("CONSTRAINT") {
		name = d.name()
	}
	given := name != ""
	var lines func()
	switch {
	case d.take("CHECK"):
		condition, err := d.bracketed()
		if err != nil || !d.done() {
			break
		}
		if usual == "" {
			usual = objectName(t.name, "", "check")
		}
		if text, err := w.conditions(t, false).condition(condition); err == nil {
			lines = func() { w.line("  check %q { condition = %s }", name, text) }
		}
	case d.take("UNIQUE"):
		columns, err := d.names()
		if err != nil || !d.done() {
			break
		}
		usual = objectName(t.name, strings.Join(columns, "_"), "uniq")
		if fields, ok := w.fieldNames(t, columns); ok {
			lines = func() { w.line("  unique %q { fields = [%s] }", name, fields) }
		}
	}
	if !given {
		name = usual
		for n := 2; taken[name]; n++ {
			name = usual + strconv.Itoa(n)
		}
	}
	taken[name] = true
	if lines == nil || !snake.MatchString(name) {
		w.line("  # %s", oneLine(c.sql))
		return
	}
	w.part("constraint "+t.name+"."+name, lines, oneLine(c.sql))
}

func (w *blockWriter) fieldNames(t *table, columns []string) (string, bool) {
	var names []string
	for _, c := range columns {
		f := w.fields[t.name][c]
		if f == nil {
			return "", false
		}
		names = append(names, strconv.Quote(f.name))
	}
	return strings.Join(names, ", "), len(names) > 0
}

// kept writes an index, or a comment for what is none that a block can say.
func (w *blockWriter) kept(t *table, sql string) {
	i, ok := readIndex(sql)
	if ok && snake.MatchString(i.name) {
		if attributes, err := w.index(t, i); err == nil {
			what := "index"
			if i.unique {
				what = "unique"
			}
			w.part("index "+t.name+"."+i.name, func() { w.block(what, i.name, attributes) }, oneLine(sql))
			return
		}
	}
	w.line("  # %s", oneLine(sql))
}

func (w *blockWriter) block(what, name string, attributes []attribute) {
	if len(attributes) == 1 {
		w.line("  %s %q { %s = %s }", what, name, attributes[0].name, attributes[0].value)
		return
	}
	width := 0
	for _, a := range attributes {
		width = max(width, len(a.name))
	}
	w.line("  %s %q {", what, name)
	for _, a := range attributes {
		w.line("    %-*s = %s", width, a.name, a.value)
	}
	w.line("  }")
}

// indexTerm is a column or expression of an index.
type indexTerm struct {
	field      *inspectedField
	expression string
	descending bool
}

func (w *blockWriter) index(t *table, i declared) ([]attribute, error) {
	d := newDDL(i.body)
	body, err := d.bracketed()
	if err != nil {
		return nil, err
	}
	var terms []indexTerm
	plain := true
	for _, text := range indexTerms(body) {
		term, err := w.indexTerm(t, text)
		if err != nil {
			return nil, err
		}
		plain = plain && term.field != nil && !(term.descending && i.unique)
		terms = append(terms, term)
	}
	var list []string
	for _, term := range terms {
		list = append(list, term.text(w.models[t.name], plain))
	}
	attributes := []attribute{{"expressions", "[" + strings.Join(list, ", ") + "]"}}
	if plain {
		attributes[0].name = "fields"
	}
	if d.take("WHERE") {
		condition, err := w.conditions(t, true).condition(d.text[d.tokens[d.at-1].End():])
		return append(attributes, attribute{"condition", condition}), err
	}
	if !d.done() {
		return nil, fmt.Errorf("%s is no index of a model", i.name)
	}
	return attributes, nil
}

func (w *blockWriter) indexTerm(t *table, text string) (indexTerm, error) {
	var term indexTerm
	d := newDDL(text)
	if last := len(d.tokens) - 1; last > 0 {
		if word := d.tokens[last].Text; strings.EqualFold(word, "DESC") || strings.EqualFold(word, "ASC") {
			term.descending = strings.EqualFold(word, "DESC")
			text = text[:d.tokens[last].At]
		}
	}
	d = newDDL(text)
	if len(d.tokens) == 1 {
		if term.field = w.fields[t.name][d.name()]; term.field != nil {
			return term, nil
		}
	}
	var err error
	term.expression, err = w.conditions(t, false).expression(text)
	return term, err
}

// text is the term in fields or expressions.
func (t indexTerm) text(model string, plain bool) string {
	if plain {
		name := t.field.name
		if t.descending {
			name = "-" + name
		}
		return strconv.Quote(name)
	}
	text := t.expression
	if t.field != nil {
		text = model + "." + t.field.name
	}
	if t.descending {
		text = "desc(" + text + ")"
	}
	return text
}
