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
	"stackgen.dev/schema"
)

// Inspect writes model blocks for the tables of an existing database (inspectdb),
// which make the same tables again. What a model block cannot say stands beside
// it as a comment. url is "sqlite:PATH", which must exist, or "postgres://…".
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
	s, err := inspectDatabase(db)
	if err != nil {
		return "", err
	}
	if s.views, err = inspectViews(db); err != nil {
		return "", err
	}
	return s.blocks()
}

// inspectViews reads the views, with what makes them.
func inspectViews(db *model.DB) ([]object, error) {
	if db.Dialect() == sqltext.Postgres {
		return objects(db, `SELECT c.relname::text, CASE c.relkind WHEN 'm' THEN 'CREATE MATERIALIZED VIEW ' ELSE 'CREATE VIEW ' END
|| quote_ident(c.relname) || E' AS\n' || pg_get_viewdef(c.oid, true) FROM pg_class AS c
WHERE c.relkind IN ('v', 'm') AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid`)
	}
	return objects(db, `SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid`)
}

// inspectDatabase reads all tables, whoever made them.
func inspectDatabase(db *model.DB) (*state, error) {
	if db.Dialect() == sqltext.Postgres {
		return inspectPostgres(db)
	}
	return inspectAfter(db, nil)
}

// blocks are the model blocks of all tables that can be models. Parts that a site
// file turns out not to take become comments.
func (s *state) blocks() (string, error) {
	refused := map[string]bool{}
	for {
		w := newBlockWriter(s, refused)
		for _, t := range s.tables {
			if t.name != runtime.Table && !w.pairs[t.name] {
				w.table(t)
			}
		}
		for _, v := range s.views {
			w.view(v)
		}
		more, err := w.tryOut(refused)
		if err != nil || !more {
			return w.String(), err
		}
	}
}

// blockWriter writes model blocks.
type blockWriter struct {
	strings.Builder
	state  *state
	models map[string]string                     // by table
	fields map[string]map[string]*inspectedField // by table and column
	// many are the many_to_many fields by the table that has them, and pairs the
	// tables that they stand for.
	many  map[string][]manyField
	pairs map[string]bool

	lines   int
	parts   []blockPart
	refused map[string]bool
}

// blockPart is lines of the text that may turn out not to be taken.
type blockPart struct {
	key      string
	from, to int // lines, from 1
}

func newBlockWriter(s *state, refused map[string]bool) *blockWriter {
	w := &blockWriter{state: s, models: map[string]string{}, fields: map[string]map[string]*inspectedField{}, refused: refused}
	names := newModelNames()
	for _, t := range s.tables {
		if t.name != runtime.Table && t.cannotBeModel() == "" && names.claim(t.name) {
			w.models[t.name] = t.name
		}
	}
	for _, t := range s.tables {
		if t.name != runtime.Table && t.cannotBeModel() == "" && w.models[t.name] == "" {
			w.models[t.name] = names.make(t.name, "table_")
		}
	}
	for _, t := range s.tables {
		w.nameFields(t)
	}
	w.findPairs()
	return w
}

// nameFields gives columns the names of fields: those that may stay first, then
// relations without their _id, then the rest.
func (w *blockWriter) nameFields(t *table) {
	fields, names := map[string]*inspectedField{}, newFieldNames()
	for _, c := range t.columns {
		if w.target(c) == nil && names.claim(c.name) {
			fields[c.name] = &inspectedField{column: c, name: c.name, null: c.null}
		}
	}
	for _, c := range t.columns {
		if fields[c.name] == nil {
			name := c.name
			if w.target(c) != nil {
				if former, isKey := strings.CutSuffix(name, "_id"); isKey && former != "" && !names.taken[schema.GoName(former)] {
					name = former
				}
			}
			fields[c.name] = &inspectedField{column: c, name: names.make(name, "column_"), null: c.null}
		}
	}
	for _, f := range fields {
		typ, _ := w.fieldType(f.column)
		f.kind, _, _ = strings.Cut(typ, "(")
	}
	w.fields[t.name] = fields
}

// target is the table whose rows a column points at by their key, nil for none.
func (w *blockWriter) target(c *column) *table {
	if c.references == nil || w.models[c.references.table] == "" {
		return nil
	}
	target := w.state.table(c.references.table)
	if target == nil || target.keys()[0].name != c.references.column {
		return nil
	}
	return target
}

// cannotBeModel says what keeps a table from being a model; "" where nothing does.
func (t *table) cannotBeModel() string {
	keys := t.keys()
	switch {
	case len(keys) != 1:
		return "has no primary key of one column"
	case !schema.IsTableName(t.name):
		return "has a name that db_table does not take"
	case !schema.IsColumnName(keys[0].name):
		return "has a primary key whose name db_column does not take"
	}
	return ""
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

func (w *blockWriter) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	w.lines += 1 + strings.Count(text, "\n")
	w.WriteString(text + "\n")
}

// part writes lines that may turn out not to be taken, and then stand as a comment.
func (w *blockWriter) part(key string, write func(), otherwise string) {
	if w.refused[key] {
		w.line("  # %s", otherwise)
		return
	}
	from := w.lines + 1
	write()
	w.parts = append(w.parts, blockPart{key, from, w.lines})
}

func (w *blockWriter) table(t *table) {
	if w.Len() > 0 {
		w.line("")
	}
	name, ok := w.models[t.name]
	if !ok {
		w.line("# The table %s %s, so it is no model.", oneLine(t.name), t.cannotBeModel())
		return
	}
	w.comment("", t.comment)
	w.line("model %q {", name)
	if name != t.name {
		w.line("  db_table = %q", t.name)
	}
	if t.suffix != "" {
		w.line("  # The table is %s.", oneLine(t.suffix))
	}
	for _, c := range t.columns {
		w.comment("  ", c.comment)
		w.column(t, c)
	}
	for _, m := range w.many[t.name] {
		w.line("  field %q { type = many_to_many(model.%s) }", m.name, w.models[m.target])
	}
	w.objects(t)
	w.line("}")
}

// view writes a view down. It is no table of the site's, but a migration may make it.
func (w *blockWriter) view(v object) {
	if w.Len() > 0 {
		w.line("")
	}
	w.line("# %s is a view, and no model. Where a migration makes it, sql blocks may query it:", oneLine(v.name))
	for line := range strings.Lines(v.sql) {
		w.line("#   %s", strings.TrimRight(line, " \t\r\n"))
	}
}

// comment writes what the database says of a table or column.
func (w *blockWriter) comment(indent, text string) {
	if text != "" {
		w.line("%s# %s", indent, oneLine(text))
	}
}

// byMachine ends the names that Django gives to indexes of one column.
var byMachine = regexp.MustCompile(`_[0-9a-f]{8}$`)

// plainIndex is the column of an index on that column alone whose name nobody
// chose, so that it is the field's own.
func (t *table) plainIndex(sql string) string {
	i, ok := readIndex(sql)
	if !ok || i.unique {
		return ""
	}
	d := newDDL(i.body)
	names, err := d.names()
	if err != nil || len(names) != 1 || !d.done() || i.name != indexName(t.name, names[0]) && !byMachine.MatchString(i.name) {
		return ""
	}
	return names[0]
}

// plainUnique is the column of a UNIQUE constraint on that column alone.
func plainUnique(sql string) string {
	d := newDDL(sql)
	if d.take("CONSTRAINT") {
		d.name()
	}
	if !d.take("UNIQUE") {
		return ""
	}
	names, err := d.names()
	if err != nil || len(names) != 1 || !d.done() {
		return ""
	}
	return names[0]
}

// indexedAs reports whether a column has an index of its own, and a unique one.
func (t *table) indexedAs(name string) (has, unique bool) {
	has = hasColumnIndex(t, name)
	for _, k := range t.kept {
		has = has || t.plainIndex(k.sql) == name
	}
	for _, c := range t.constraints {
		if plainUnique(c.sql) == name {
			has, unique = true, true
		}
	}
	return has, unique
}

func oneLine(sql string) string { return strings.Join(strings.Fields(sql), " ") }

// attribute is a line of a field block.
type attribute struct{ name, value string }

func (w *blockWriter) column(t *table, c *column) {
	extras := splitExtra(c.extra)
	if !schema.IsColumnName(c.name) {
		w.line("  # The column %s (%s) has a name that db_column does not take, so it is no field.", oneLine(c.name), oneLine(c.typ))
		return
	}
	if c.key && c.auto && c.name == "id" && len(extras) == 0 && w.isUsualKey(c) {
		return // the key that every model has
	}
	f := w.fields[t.name][c.name]
	typ, note := w.fieldType(c)
	attributes := []attribute{{"type", typ}}
	add := func(when bool, name, value string) {
		if when {
			attributes = append(attributes, attribute{name, value})
		}
	}
	has, unique := t.indexedAs(c.name)
	unique = unique || c.unique
	related := w.target(c) != nil
	if related {
		if unique && !c.key {
			attributes[0].value = "one_to_one" + strings.TrimPrefix(typ, "foreign_key")
		}
		add(true, "on_delete", onDeleteWord(c.references.onDelete))
	}
	column := f.name
	if related {
		column += "_id"
	}
	add(column != c.name, "db_column", strconv.Quote(c.name))
	add(c.key, "primary_key", "true")
	add(c.null, "null", "true")
	computed := c.generated() != ""
	add(c.null && !related && !computed, "blank", "true")
	add(unique && !c.key && !related, "unique", "true")
	add(has && !related && !unique && !c.key, "index", "true")
	add(!has && related && !unique && !c.key, "index", "false")
	notes := []string{}
	if note != "" {
		notes = append(notes, note)
	}
	if c.references != nil {
		notes = append(notes, referenceNotes(c.references)...)
	}
	key := "column " + t.name + "." + c.name
	plain := attributes
	for _, extra := range extras {
		more, err := w.extra(t, f, extra)
		if err != nil || w.refused[key] || len(more) == 0 {
			notes = append(notes, oneLine(extra))
			continue
		}
		attributes = append(attributes, more...)
	}
	for _, n := range notes {
		w.line("  # %s: %s", c.name, n)
	}
	if len(attributes) == len(plain) {
		w.field(f.name, plain)
		return
	}
	w.part(key, func() { w.field(f.name, attributes) }, "")
}

// isUsualKey reports whether a key that the database counts up is of the type that
// models have without saying so.
func (w *blockWriter) isUsualKey(c *column) bool {
	typ, _ := w.fieldType(c)
	return typ == "big_auto"
}

// referenceNotes are what a foreign key does besides, which no field says.
func referenceNotes(r *reference) []string {
	var notes []string
	if r.onUpdate != "" && r.onUpdate != noAction {
		notes = append(notes, "ON UPDATE "+r.onUpdate)
	}
	if r.deferred {
		notes = append(notes, "its foreign key is checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED)")
	}
	return notes
}

func (w *blockWriter) field(name string, attributes []attribute) {
	width := 0
	for _, a := range attributes {
		width = max(width, len(a.name))
	}
	if len(attributes) == 1 {
		w.line("  field %q { type = %s }", name, attributes[0].value)
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

// fieldType is the field's type, and what is to be said of it.
func (w *blockWriter) fieldType(c *column) (typ, note string) {
	if target := w.target(c); target != nil {
		return "foreign_key(model." + w.models[target.name] + ")", ""
	}
	if r := c.references; r != nil {
		note = fmt.Sprintf("it points at %s.%s, which is no model's key", r.table, r.column)
	}
	base, size, _ := strings.Cut(canonicalType(c.typ), "(")
	size = strings.TrimSuffix(size, ")")
	said := func(typ, text string) (string, string) { return typ, joinNotes(note, text) }
	lite := w.state.dialect == sqltext.SQLite
	positive := c.check == positiveCheck || strings.HasSuffix(base, " unsigned")
	switch strings.TrimSuffix(base, " unsigned") {
	case "integer":
		switch {
		case c.auto && lite:
			return said("big_auto", "")
		case c.auto:
			return said("auto", "")
		case positive:
			return said("positive_integer", "")
		}
		return said("integer", "")
	case "smallint":
		switch {
		case c.auto:
			return said("auto", "its type is smallint")
		case positive:
			return said("positive_small_integer", "")
		}
		return said("small_integer", "")
	case "bigint":
		switch {
		case c.auto:
			return said("big_auto", "")
		case positive:
			return said("positive_big_integer", "")
		}
		return said("big_integer", "")
	case "varchar", "char":
		switch {
		case lite && base == "char" && size == "32":
			return said("uuid", "")
		case lite && base == "char" && size == "39":
			return said("ip_address", "")
		case size == "" && base == "char":
			return said("char(1)", "its type is char")
		case size == "":
			return said("text", "its type is varchar")
		case base == "char":
			return said("char("+size+")", "its type is "+c.typ)
		}
		return said("char("+size+")", "")
	case "text":
		if c.check == jsonCheck {
			return said("json", "")
		}
		return said("text", "")
	case "boolean":
		return said("boolean", "")
	case "real":
		if !lite {
			return said("float", "its type is real")
		}
		return said("float", "")
	case "double precision":
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
	case "jsonb":
		return said("json", "")
	case "json":
		return said("json", "its type is json")
	case "blob", "bytea":
		return said("binary", "")
	case "inet":
		return said("ip_address", "")
	}
	return said("text", "its type is "+c.typ)
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
