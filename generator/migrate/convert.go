package migrate

import (
	"fmt"
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// initial is the value that a new column has in the rows that exist.
func (p *plan) initial(t *table, c *column) (string, error) {
	if value := defaultSQL(c); value != "" {
		return value, nil
	}
	if c.null {
		return "NULL", nil
	}
	if p.backward || c.key && c.field == nil {
		return emptySQL(c), nil
	}
	return "", needsValue(t, c)
}

// needsValue says that the user has to give rows that exist a value.
func needsValue(t *table, c *column) error {
	what := "default = ... or null = true"
	if c.references != nil {
		what = "null = true"
	}
	return &Error{Range: c.field.DeclRange, Message: fmt.Sprintf(
		"the new field %s has no value for the rows of %s that exist; write %s in its block", c.field.Name, t.name, what)}
}

// noWay says that a column cannot be carried into its new definition.
func noWay(t *table, old, c *column) error {
	e := &Error{Message: fmt.Sprintf("there is no way from %s to %s for the column %s.%s; add a field with another name, or write the migration by hand", old.typ, c.typ, t.name, c.name)}
	if c.field != nil {
		e.Range = c.field.TypeRange
	}
	return e
}

// defaultSQL is the field's default as SQL, "" without one.
func defaultSQL(c *column) string {
	f := c.field
	if f == nil {
		return ""
	}
	if _, now := f.Default.V.(schema.Now); now || f.AutoNow.V || f.AutoNowAdd.V {
		switch f.Kind {
		case schema.Date:
			return "strftime('%Y-%m-%d', 'now')"
		case schema.TimeOfDay:
			return "strftime('%H:%M:%S', 'now')"
		}
		return "strftime('%Y-%m-%d %H:%M:%S', 'now')"
	}
	if _, random := f.Default.V.(schema.RandomUUID); random {
		return models.RandomUUID(sqltext.SQLite)
	}
	if v, ok := models.DefaultValue(f); ok {
		return literal(v)
	}
	if value := c.databaseDefault(); value != "" {
		return value
	}
	if f.Blank.V && !f.Null.V && class(c) == "text" {
		return "''"
	}
	return ""
}

func literal(v sqltext.Value) string { return string(v.AppendLiteral(nil)) }

// emptySQL is a value of the column's type for rows that have lost theirs.
func emptySQL(c *column) string {
	if c.references != nil {
		return "NULL" // refused unless the table is empty: there is nothing to point at
	}
	switch class(c) {
	case "text":
		return "''"
	case "json":
		return "'null'"
	case "uuid":
		return "'" + strings.Repeat("0", 32) + "'"
	case "date":
		return "'1970-01-01'"
	case "datetime":
		return "'1970-01-01 00:00:00'"
	case "time":
		return "'00:00:00'"
	}
	return "0"
}

// class is what a column holds, in the sense of conversions.
func class(c *column) string {
	switch {
	case c.check == jsonCheck:
		return "json"
	case strings.HasPrefix(c.typ, "varchar"), c.typ == "text", c.typ == "char(39)":
		return "text"
	case c.typ == "char(32)":
		return "uuid"
	case strings.HasPrefix(c.typ, "bigint"), strings.HasPrefix(c.typ, "integer"), strings.HasPrefix(c.typ, "smallint"):
		return "integer"
	}
	return c.typ // bool, real, decimal, date, datetime, time
}

// conversions are the ways from one class to another; % is the column. A way
// that may lose something says what.
var conversions = map[[2]string]struct{ sql, loses string }{
	{"text", "integer"}:  {"CAST(% AS integer)", "text that is no number becomes 0"},
	{"text", "real"}:     {"CAST(% AS real)", "text that is no number becomes 0"},
	{"text", "decimal"}:  {"CAST(% AS numeric)", "text that is no number becomes 0"},
	{"text", "bool"}:     {"CAST(% AS integer) <> 0", "text becomes true where it begins with a number other than 0"},
	{"text", "json"}:     {"json_quote(%)", ""},
	{"integer", "text"}:  {"CAST(% AS text)", ""},
	{"integer", "bool"}:  {"% <> 0", "every number but 0 becomes true"},
	{"integer", "real"}:  {"%", ""},
	{"bool", "text"}:     {"CAST(% AS text)", ""},
	{"bool", "integer"}:  {"%", ""},
	{"bool", "real"}:     {"%", ""},
	{"bool", "decimal"}:  {"%", ""},
	{"real", "text"}:     {"CAST(% AS text)", ""},
	{"real", "integer"}:  {"CAST(% AS integer)", "fractions are cut off"},
	{"real", "decimal"}:  {"%", ""},
	{"real", "bool"}:     {"% <> 0", "every number but 0 becomes true"},
	{"decimal", "text"}:  {"CAST(% AS text)", ""},
	{"decimal", "real"}:  {"%", ""},
	{"decimal", "bool"}:  {"% <> 0", "every number but 0 becomes true"},
	{"date", "datetime"}: {"% || ' 00:00:00'", ""},
	{"datetime", "date"}: {"substr(%, 1, 10)", "the time of day is cut off"},
	{"datetime", "time"}: {"substr(%, 12)", "the day is cut off"},
	{"date", "text"}:     {"%", ""},
	{"datetime", "text"}: {"%", ""},
	{"time", "text"}:     {"%", ""},
	{"uuid", "text"}:     {"%", ""},
	{"json", "text"}:     {"%", ""},

	{"integer", "decimal"}: {"%", ""},
	{"decimal", "integer"}: {"CAST(% AS integer)", "fractions are cut off"},
}

// convert is the expression that carries a column into its new definition.
func (p *plan) convert(t *table, old, c *column) (string, error) {
	value := quote(c.name)
	if from, to := class(old), class(c); from != to {
		way, ok := conversions[[2]string{from, to}]
		switch {
		case ok && !c.key && !old.key:
			value = strings.ReplaceAll(way.sql, "%", value)
			if way.loses != "" {
				p.loses("changes column %s.%s from %s to %s: %s", t.name, c.name, old.typ, c.typ, way.loses)
			}
		case p.backward && !c.key:
			p.loses("empties column %s.%s", t.name, c.name)
			if c.null {
				return "NULL", nil
			}
			return emptySQL(c), nil
		default:
			return "", noWay(t, old, c)
		}
	}
	if old.null && !c.null {
		if instead := defaultSQL(c); instead != "" {
			return "coalesce(" + value + ", " + instead + ")", nil
		}
		if p.backward && c.references == nil {
			return "coalesce(" + value + ", " + emptySQL(c) + ")", nil
		}
		// Without a default a row with null stops the migration, and nothing is changed.
		p.sql = append(p.sql, fmt.Sprintf("-- stops if a row of %s has no %s", t.name, c.name))
	}
	return value, nil
}
