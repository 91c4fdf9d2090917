package migrate

import (
	"fmt"
	"strconv"
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// postgresType is the type as Django has it in PostgreSQL.
func postgresType(f *schema.Field) string {
	switch f.Kind {
	case schema.BigAuto, schema.BigInteger:
		return "bigint"
	case schema.Integer, schema.PositiveInt:
		return "integer"
	case schema.PositiveSmall:
		return "smallint"
	case schema.PositiveBig:
		return "bigint"
	case schema.Binary:
		return "bytea"
	case schema.IPAddress:
		return "inet"
	case schema.DurationKind:
		return "interval"
	case schema.Boolean:
		return "boolean"
	case schema.UUID:
		return "uuid"
	case schema.JSON:
		return "jsonb"
	case schema.FloatField:
		return "double precision"
	case schema.Decimal:
		return fmt.Sprintf("numeric(%d, %d)", f.MaxDigits, f.DecimalPlaces)
	case schema.DateTime:
		return "timestamptz"
	}
	return columnType(f) // varchar, text, date and time have one name in both
}

// postgresClass is what a column of a type holds, in the sense of conversions.
func postgresClass(typ string) string {
	base, _, _ := strings.Cut(typ, "(")
	switch base {
	case "varchar", "text", "char":
		return "text"
	case "bigint", "integer", "smallint":
		return "integer"
	case "double precision", "real":
		return "real"
	case "numeric":
		return "decimal"
	case "boolean":
		return "bool"
	case "timestamptz":
		return "datetime"
	case "jsonb":
		return "json"
	}
	return base // uuid, date, time, interval
}

const number = `substring(% from '^\s*([-+]?[0-9]{1,18})')`

// postgresConversions are the ways from one class to another; % is the column.
// They lead to the same values as those of SQLite.
var postgresConversions = map[[2]string]struct{ sql, loses string }{
	{"text", "integer"}:  {"coalesce(" + number + "::bigint, 0)", "text that is no number becomes 0"},
	{"text", "real"}:     {`coalesce(substring(% from '^\s*([-+]?[0-9]+(?:\.[0-9]+)?)')::double precision, 0)`, "text that is no number becomes 0"},
	{"text", "decimal"}:  {`coalesce(substring(% from '^\s*([-+]?[0-9]+(?:\.[0-9]+)?)')::numeric, 0)`, "text that is no number becomes 0"},
	{"text", "bool"}:     {"coalesce(" + number + "::bigint, 0) <> 0", "text becomes true where it begins with a number other than 0"},
	{"text", "json"}:     {"to_jsonb(%)", ""},
	{"integer", "text"}:  {"%::text", ""},
	{"integer", "bool"}:  {"% <> 0", "every number but 0 becomes true"},
	{"integer", "real"}:  {"%::double precision", ""},
	{"bool", "text"}:     {"%::integer::text", ""},
	{"bool", "integer"}:  {"%::integer", ""},
	{"bool", "real"}:     {"%::integer::double precision", ""},
	{"bool", "decimal"}:  {"%::integer::numeric", ""},
	{"real", "text"}:     {"%::text", ""},
	{"real", "integer"}:  {"trunc(%)::bigint", "fractions are cut off"},
	{"real", "decimal"}:  {"%::numeric", ""},
	{"real", "bool"}:     {"% <> 0", "every number but 0 becomes true"},
	{"decimal", "text"}:  {"%::text", ""},
	{"decimal", "real"}:  {"%::double precision", ""},
	{"decimal", "bool"}:  {"% <> 0", "every number but 0 becomes true"},
	{"date", "datetime"}: {"%::timestamp AT TIME ZONE 'UTC'", ""},
	{"datetime", "date"}: {"(% AT TIME ZONE 'UTC')::date", "the time of day is cut off"},
	{"datetime", "time"}: {"(% AT TIME ZONE 'UTC')::time", "the day is cut off"},
	{"date", "text"}:     {"%::text", ""},
	{"datetime", "text"}: {"to_char(% AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", ""},
	{"time", "text"}:     {"%::text", ""},
	{"uuid", "text"}:     {"replace(%::text, '-', '')", ""},
	{"json", "text"}:     {"%::text", ""},

	{"integer", "decimal"}:  {"%::numeric", ""},
	{"decimal", "integer"}:  {"trunc(%)::bigint", "fractions are cut off"},
	{"integer", "interval"}: {"% * interval '1 microsecond'", ""},
	{"interval", "integer"}: {"(extract(epoch FROM %) * 1000000)::bigint", ""},
}

// postgresDefault is the field's default as SQL, "" without one.
func postgresDefault(c *column) string {
	f := c.field
	if f == nil {
		return ""
	}
	if _, now := f.Default.V.(schema.Now); now || f.AutoNow.V || f.AutoNowAdd.V {
		switch f.Kind {
		case schema.Date:
			return "(now() AT TIME ZONE 'UTC')::date"
		case schema.TimeOfDay:
			return "(now() AT TIME ZONE 'UTC')::time(0)"
		}
		return "now()"
	}
	if _, random := f.Default.V.(schema.RandomUUID); random {
		return models.RandomUUID(sqltext.Postgres)
	}
	if v, ok := models.DefaultValue(f); ok {
		if f.Kind == schema.DurationKind {
			return "interval '" + strconv.FormatInt(v.Int64(), 10) + " microseconds'"
		}
		return string(sqltext.Postgres.AppendLiteral(nil, v))
	}
	if f.Blank.V && !f.Null.V && postgresClass(c.typ) == "text" {
		return "''"
	}
	return ""
}

// postgresEmpty is a value of the column's type for rows that have lost theirs;
// "" where there is none.
func postgresEmpty(c *column) string {
	if c.references != nil {
		return "" // refused unless the table is empty: there is nothing to point at
	}
	switch postgresClass(c.typ) {
	case "text":
		return "''"
	case "json":
		return "'null'"
	case "uuid":
		return "'" + strings.Repeat("0", 32) + "'"
	case "date":
		return "'1970-01-01'"
	case "datetime":
		return "'1970-01-01 00:00:00+00'"
	case "time":
		return "'00:00:00'"
	case "interval":
		return "interval '0'"
	case "bool":
		return "false"
	case "integer", "real", "decimal":
		return "0"
	}
	return ""
}
