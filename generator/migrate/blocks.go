package migrate

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqltext"
)

// Inspect writes model blocks for the tables of an existing database (inspectdb).
// What a model block cannot say stands beside it as a comment. url is
// "sqlite:PATH", which must exist, or "postgres://…".
func Inspect(ctx context.Context, url string) (string, error) {
	var db *model.DB
	var err error
	if strings.HasPrefix(url, "sqlite:") {
		db, err = sqlite.Open(ctx, url, sqlite.Options{ReadOnly: true})
	} else {
		db, err = postgres.Open(ctx, url, postgres.Options{})
	}
	if err != nil {
		return "", err
	}
	defer db.Close()
	var s *state
	if db.Dialect() == sqltext.Postgres {
		s, err = inspectPostgres(db)
	} else {
		s, err = inspectAfter(db, nil)
	}
	if err != nil {
		return "", err
	}
	return s.blocks(), nil
}

var (
	snake   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	unclear = regexp.MustCompile(`[^a-z0-9]+`)
)

// blocks are the model blocks of all tables that can be models.
func (s *state) blocks() string {
	w := &blockWriter{state: s, models: map[string]string{}}
	taken := map[string]bool{}
	for _, t := range s.tables {
		if t.name == runtime.Table || len(t.keys()) != 1 {
			continue
		}
		name := strings.Trim(unclear.ReplaceAllString(strings.ToLower(t.name), "_"), "_")
		if name == "" || name[0] >= '0' && name[0] <= '9' {
			name = "table_" + name
		}
		for base, n := name, 2; taken[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		w.models[t.name] = name
	}
	for _, t := range s.tables {
		if t.name != runtime.Table {
			w.table(t)
		}
	}
	return w.String()
}

// keys are the columns of the table's primary key, as far as they are its columns'.
func (t *table) keys() []*column {
	var keys []*column
	for _, c := range t.columns {
		if c.key {
			keys = append(keys, c)
		}
	}
	return keys
}

// blockWriter writes model blocks.
type blockWriter struct {
	strings.Builder
	state  *state
	models map[string]string // by table
}

func (w *blockWriter) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *blockWriter) table(t *table) {
	if w.Len() > 0 {
		w.line("")
	}
	name, ok := w.models[t.name]
	if !ok {
		w.line("# The table %s has no primary key of one column, so it is no model.", t.name)
		return
	}
	w.line("model %q {", name)
	if name != t.name {
		w.line("  db_table = %q", t.name)
	}
	for _, c := range t.columns {
		w.column(t, c)
	}
	for _, c := range t.constraints {
		w.line("  # %s", oneLine(c.sql))
	}
	for _, k := range t.kept {
		if column, _ := plainIndex(k.sql); column == "" && !w.index(t, k.sql) {
			w.line("  # %s", oneLine(k.sql))
		}
	}
	w.line("}")
}

// index writes the block of an index over plain columns, and reports false for
// any other.
func (w *blockWriter) index(t *table, sql string) bool {
	i, ok := readIndex(sql)
	if !ok || !snake.MatchString(i.name) {
		return false
	}
	d := newDDL(i.body)
	columns, err := d.bracketed()
	if err != nil || !d.done() {
		return false
	}
	var fields []string
	for d := newDDL(columns); !d.done(); {
		c := t.column(d.name())
		if c == nil {
			return false
		}
		name, _, _ := w.fieldType(t, c)
		if !snake.MatchString(name) {
			return false
		}
		if d.take("DESC") {
			if i.unique {
				return false
			}
			name = "-" + name
		} else {
			d.take("ASC")
		}
		fields = append(fields, strconv.Quote(name))
		if !d.done() && !d.take(",") {
			return false
		}
	}
	what := "index"
	if i.unique {
		what = "unique"
	}
	w.line("  %s %q { fields = [%s] }", what, i.name, strings.Join(fields, ", "))
	return true
}

// plainIndex is the column of an index on that column alone, whatever its name is.
func plainIndex(sql string) (column string, unique bool) {
	d := newDDL(sql)
	if !d.take("CREATE") {
		return "", false
	}
	unique = d.take("UNIQUE")
	for !d.done() && !d.is("(") {
		d.at++
	}
	names, err := d.bracketed()
	if tokens := sqltext.Tokens(names); err == nil && d.done() && len(tokens) == 1 {
		return unquoted(tokens[0].Text), unique
	}
	return "", false
}

// indexedAs reports whether a column has an index of its own, and a unique one.
func (t *table) indexedAs(name string) (has, unique bool) {
	has = hasColumnIndex(t, name)
	for _, k := range t.kept {
		if column, u := plainIndex(k.sql); column == name {
			has, unique = true, unique || u
		}
	}
	return has, unique
}

func oneLine(sql string) string { return strings.Join(strings.Fields(sql), " ") }

// attribute is a line of a field block.
type attribute struct{ name, value string }

func (w *blockWriter) column(t *table, c *column) {
	if c.key && c.auto && c.name == "id" {
		if c.extra != "" {
			w.line("  # id: %s", c.extra)
		}
		return // the key that every model has
	}
	name, typ, note := w.fieldType(t, c)
	if !snake.MatchString(name) {
		w.line("  # The column %s has a name that no field can have.", c.name)
		return
	}
	attributes := []attribute{{"type", typ}}
	add := func(when bool, name, value string) {
		if when {
			attributes = append(attributes, attribute{name, value})
		}
	}
	related := strings.HasPrefix(typ, "foreign_key")
	if related {
		add(true, "on_delete", onDeleteWord(c.references.onDelete))
	}
	add(c.key, "primary_key", "true")
	add(c.null, "null", "true")
	add(c.null && !related, "blank", "true")
	has, unique := t.indexedAs(c.name)
	unique = unique || c.unique
	add(unique && !c.key, "unique", "true")
	add(has && !related && !unique && !c.key, "index", "true")
	add(!has && related && !unique && !c.key, "index", "false")
	if note != "" {
		w.line("  # %s: %s", c.name, note)
	}
	if c.extra != "" {
		w.line("  # %s: %s", c.name, oneLine(c.extra))
	}
	width := 0
	for _, a := range attributes {
		width = max(width, len(a.name))
	}
	if len(attributes) == 1 {
		w.line("  field %q { type = %s }", name, typ)
		return
	}
	w.line("  field %q {", name)
	for _, a := range attributes {
		w.line("    %-*s = %s", width, a.name, a.value)
	}
	w.line("  }")
}

func onDeleteWord(action string) string {
	switch action {
	case "CASCADE":
		return "cascade"
	case "SET NULL":
		return "set_null"
	case "SET DEFAULT":
		return "set_default"
	case "RESTRICT":
		return "protect"
	}
	return "restrict"
}

// fieldType is the field's name and type, and what is to be said of it.
func (w *blockWriter) fieldType(t *table, c *column) (name, typ, note string) {
	name = c.name
	if r := c.references; r != nil {
		former, isKey := strings.CutSuffix(c.name, "_id")
		target := w.state.table(r.table)
		switch {
		case target == nil || w.models[r.table] == "" || len(target.keys()) != 1 || target.keys()[0].name != r.column:
			note = fmt.Sprintf("it points at %s.%s, which is no model's key", r.table, r.column)
		case !isKey || former == "" || t.column(former) != nil:
			note = fmt.Sprintf("it points at model.%s; the column of a foreign key ends in _id", w.models[r.table])
		default:
			return former, "foreign_key(model." + w.models[r.table] + ")", ""
		}
	}
	base, size, _ := strings.Cut(canonicalType(c.typ), "(")
	size = strings.TrimSuffix(size, ")")
	said := func(typ, text string) (string, string, string) { return name, typ, joinNotes(note, text) }
	lite := w.state.dialect == sqltext.SQLite
	switch base {
	case "integer", "integer unsigned", "smallint", "smallint unsigned":
		switch {
		case c.auto:
			return said("big_auto", "")
		case c.check == positiveCheck || strings.HasSuffix(base, "unsigned"):
			return said("positive_integer", "")
		}
		return said("integer", "")
	case "bigint", "bigint unsigned":
		if c.auto {
			return said("big_auto", "")
		}
		return said("big_integer", "")
	case "varchar", "char":
		switch {
		case lite && base == "char" && size == "32":
			return said("uuid", "")
		case size == "":
			return said("text", "")
		}
		return said("char("+size+")", "")
	case "text":
		if c.check == jsonCheck {
			return said("json", "")
		}
		return said("text", "")
	case "boolean":
		return said("boolean", "")
	case "real", "double precision":
		return said("float", "")
	case "numeric":
		if size == "" {
			return said("decimal(15, 2)", "the database does not say how many digits it has")
		}
		if !strings.Contains(size, ",") {
			size += ", 0"
		}
		return said("decimal("+size+")", "")
	case "date", "time", "uuid":
		return said(base, "")
	case "datetime", "timestamptz":
		return said("datetime", "")
	case "timestamp":
		return said("datetime", "it has no time zone in the database")
	case "interval":
		return said("duration", "")
	case "json", "jsonb":
		return said("json", "")
	}
	return said("text", "its type is "+c.typ)
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
