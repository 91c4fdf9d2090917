package migrate

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/model/sqltext"
)

// ddl reads a statement that defines something: a table, a column, an index.
type ddl struct {
	text   string
	tokens []sqltext.Token
	at     int
}

func newDDL(text string) *ddl { return &ddl{text: text, tokens: sqltext.Tokens(text)} }

func (d *ddl) done() bool { return d.at >= len(d.tokens) }

// peek is the token at n places from here, "" behind the end.
func (d *ddl) peek(n int) string {
	if d.at+n >= len(d.tokens) {
		return ""
	}
	return d.tokens[d.at+n].Text
}

// is reports whether these words come next.
func (d *ddl) is(words ...string) bool {
	for i, w := range words {
		if !strings.EqualFold(d.peek(i), w) {
			return false
		}
	}
	return true
}

// take moves over these words, if they come next.
func (d *ddl) take(words ...string) bool {
	if !d.is(words...) {
		return false
	}
	d.at += len(words)
	return true
}

// name reads a name, which may have a schema before it; that is left out.
func (d *ddl) name() string {
	word := d.peek(0)
	d.at++
	for d.is(".") {
		word = d.peek(1)
		d.at += 2
	}
	return unquoted(word)
}

// unquoted is a name as the database keeps it.
func unquoted(word string) string {
	if len(word) >= 2 && word[0] == '"' {
		return strings.ReplaceAll(word[1:len(word)-1], `""`, `"`)
	}
	return strings.ToLower(word)
}

// bracketed reads what stands in brackets and returns it without them.
func (d *ddl) bracketed() (string, error) {
	if !d.is("(") {
		return "", fmt.Errorf("a bracket is missing before %q", d.peek(0))
	}
	depth, from := 0, d.tokens[d.at].End()
	for ; !d.done(); d.at++ {
		switch d.peek(0) {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				text := d.text[from:d.tokens[d.at].At]
				d.at++
				return strings.TrimSpace(text), nil
			}
		}
	}
	return "", fmt.Errorf("a bracket is not closed")
}

// names reads names in brackets: ("a", b).
func (d *ddl) names() ([]string, error) {
	text, err := d.bracketed()
	if err != nil {
		return nil, err
	}
	var list []string
	for _, t := range sqltext.Tokens(text) {
		if t.Text != "," {
			list = append(list, unquoted(t.Text))
		}
	}
	return list, nil
}

// raw reads tokens up to one of these words, a comma or a closing bracket
// outside of brackets, and returns them as they stand.
func (d *ddl) raw(ends ...string) string {
	begin, depth := d.at, 0
	for ; !d.done(); d.at++ {
		word := d.peek(0)
		if depth == 0 && d.at > begin {
			if word == "," || word == ")" {
				break
			}
			stop := false
			for _, e := range ends {
				stop = stop || strings.EqualFold(word, e)
			}
			if stop {
				break
			}
		}
		switch word {
		case "(":
			depth++
		case ")":
			depth--
		}
	}
	if begin == d.at {
		return ""
	}
	return d.text[d.tokens[begin].At:d.tokens[d.at-1].End()]
}

// columnWords begin what follows a column's type.
var columnWords = []string{
	"CONSTRAINT", "NOT", "NULL", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "DEFAULT", "COLLATE", "GENERATED", "AS", "AUTOINCREMENT",
	"DEFERRABLE", "INITIALLY", "ON",
}

// column reads a column's definition. What stackgen has no place for is kept as
// it stands.
func (d *ddl) column() (*column, error) {
	c := &column{name: d.name(), null: true}
	if !d.isColumnWord() && !d.is(",") && !d.is(")") && !d.done() {
		c.typ = typeName(d.raw(columnWords...))
	}
	keep := func(text string) { c.extra = strings.TrimSpace(c.extra + " " + text) }
	for !d.done() && !d.is(",") && !d.is(")") {
		named := ""
		if d.is("CONSTRAINT") {
			named = "CONSTRAINT " + d.peek(1) + " "
			d.at += 2
		}
		switch {
		case d.take("NOT", "NULL"):
			c.null = false
		case d.take("NULL"):
		case d.take("PRIMARY", "KEY"):
			c.key, c.null = true, false
		case d.take("AUTOINCREMENT"):
			c.auto = true
		case d.take("UNIQUE"):
			c.unique = true
		case d.is("GENERATED") && strings.EqualFold(d.peek(4), "IDENTITY"), d.is("GENERATED") && strings.EqualFold(d.peek(3), "IDENTITY"):
			c.auto, c.null = true, false
			for !d.take("IDENTITY") {
				d.at++
			}
		case d.take("CHECK"):
			text, err := d.bracketed()
			if err != nil {
				return nil, err
			}
			if known := knownCheck(text, c.name); known != "" && c.check == "" {
				c.check = known
			} else {
				keep(named + "CHECK (" + text + ")")
			}
		case d.take("REFERENCES"):
			r, err := d.reference()
			if err != nil {
				return nil, err
			}
			c.references = r
		default:
			keep(named + d.clause())
		}
	}
	return c, nil
}

func (d *ddl) isColumnWord() bool {
	for _, w := range columnWords {
		if d.is(w) {
			return true
		}
	}
	return false
}

// clause reads DEFAULT …, COLLATE … or GENERATED ALWAYS AS (…) STORED.
func (d *ddl) clause() string {
	begin := d.at
	if d.is("GENERATED", "ALWAYS", "AS") {
		d.at += 3
	} else {
		d.at++ // the word itself
	}
	// The value of a DEFAULT may be NULL or NOT ….
	if d.is("NULL") || d.is("NOT") {
		d.at++
	}
	d.raw(columnWords...)
	return d.text[d.tokens[begin].At:d.tokens[d.at-1].End()]
}

// reference reads what follows REFERENCES.
func (d *ddl) reference() (*reference, error) {
	r := &reference{table: d.name(), onDelete: noAction}
	if d.is("(") {
		names, err := d.names()
		if err != nil || len(names) != 1 {
			return nil, fmt.Errorf("a foreign key to several columns of %s", r.table)
		}
		r.column = names[0]
	}
	for {
		switch {
		case d.take("ON", "DELETE"):
			r.onDelete = d.action()
		case d.take("ON", "UPDATE"):
			r.onUpdate = d.action()
		case d.take("NOT", "DEFERRABLE"):
		case d.take("DEFERRABLE"):
		case d.take("INITIALLY", "IMMEDIATE"):
		case d.take("INITIALLY", "DEFERRED"):
			r.deferred = true
		default:
			return r, nil
		}
	}
}

func (d *ddl) action() string {
	for _, words := range [][]string{{"NO", "ACTION"}, {"SET", "NULL"}, {"SET", "DEFAULT"}, {"CASCADE"}, {"RESTRICT"}} {
		if d.take(words...) {
			return strings.Join(words, " ")
		}
	}
	return noAction
}

// knownCheck is the check of stackgen's that a condition is, "" for another.
func knownCheck(text, name string) string {
	for _, check := range []string{positiveCheck, jsonCheck} {
		for _, quotedName := range []string{quote(name), name} {
			if strings.EqualFold(text, strings.ReplaceAll(check, "%", quotedName)) {
				return check
			}
		}
	}
	return ""
}

// createTable reads CREATE TABLE name (…).
func (d *ddl) createTable() (*table, error) {
	d.take("IF", "NOT", "EXISTS")
	t := &table{name: d.name()}
	if !d.take("(") {
		return nil, fmt.Errorf("the table %s is not made of columns", t.name)
	}
	for !d.done() && !d.is(")") {
		if err := d.element(t); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.name, err)
		}
		d.take(",")
	}
	d.take(")")
	if !d.done() {
		t.suffix = d.text[d.tokens[d.at].At:]
		d.at = len(d.tokens)
	}
	return t, nil
}

// element reads a column or constraint into the table.
func (d *ddl) element(t *table) error {
	if d.is("CONSTRAINT") || d.isTableConstraint() {
		return d.tableConstraint(t)
	}
	c, err := d.column()
	if err != nil {
		return err
	}
	t.columns = append(t.columns, c)
	return nil
}

func (d *ddl) isTableConstraint() bool {
	return d.is("PRIMARY", "KEY") || d.is("UNIQUE") || d.is("CHECK") || d.is("FOREIGN", "KEY") || d.is("EXCLUDE")
}

// tableConstraint reads a constraint of the table; one of a single column that
// stackgen writes beside the column goes there.
func (d *ddl) tableConstraint(t *table) error {
	begin := d.at
	name := ""
	if d.take("CONSTRAINT") {
		name = d.name()
	}
	one := func(names []string) *column {
		if len(names) != 1 {
			return nil
		}
		return t.column(names[0])
	}
	keep := func() {
		d.raw()
		t.constraints = append(t.constraints, object{name, d.text[d.tokens[begin].At:d.tokens[d.at-1].End()]})
	}
	at := d.at
	switch {
	case d.take("PRIMARY", "KEY"):
		names, err := d.names()
		if err != nil {
			return err
		}
		if c := one(names); c != nil {
			c.key, c.null = true, false
			return nil
		}
		for _, n := range names {
			if c := t.column(n); c != nil {
				c.null = false
			}
		}
	case d.take("UNIQUE"):
		if d.is("(") {
			names, err := d.names()
			if err != nil {
				return err
			}
			if c := one(names); c != nil && !c.unique && (name == "" || name == c.constraint(t.name, "key") || d.sqlite(t)) && (d.is(",") || d.is(")") || d.done()) {
				c.unique = true
				return nil
			}
		}
	case d.take("FOREIGN", "KEY"):
		names, err := d.names()
		if err != nil {
			return err
		}
		if c := one(names); c != nil && c.references == nil && d.take("REFERENCES") {
			c.references, err = d.reference()
			return err
		}
	case d.take("CHECK"):
		text, err := d.bracketed()
		if err != nil {
			return err
		}
		for _, c := range t.columns {
			if known := knownCheck(text, c.name); known != "" && c.check == "" && (name == "" || name == c.constraint(t.name, "check")) {
				c.check = known
				return nil
			}
		}
	}
	d.at = at
	keep()
	return nil
}

func (d *ddl) sqlite(t *table) bool { return t.dialect == sqltext.SQLite }
