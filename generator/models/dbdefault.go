package models

import (
	"fmt"

	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// DatabaseDefault is the field's db_default as SQL of the dialect, "" without one.
func DatabaseDefault(f *schema.Field, dialect sqltext.Dialect) string {
	kind := stored(f).Kind
	switch v := f.DBDefault.V.(type) {
	case nil:
		return ""
	case schema.Now:
		if dialect == sqltext.Postgres {
			return map[schema.FieldKind]string{schema.Date: "(now() AT TIME ZONE 'UTC')::date", schema.TimeOfDay: "(now() AT TIME ZONE 'UTC')::time"}[kind] +
				map[schema.FieldKind]string{schema.DateTime: "now()"}[kind]
		}
		return map[schema.FieldKind]string{schema.Date: "CURRENT_DATE", schema.TimeOfDay: "CURRENT_TIME", schema.DateTime: "CURRENT_TIMESTAMP"}[kind]
	case schema.RandomUUID:
		return RandomUUID(dialect)
	case string:
		if kind == schema.JSON {
			return string(sqltext.Text(v).AppendLiteral(nil))
		}
		if kind == schema.DurationKind && dialect == sqltext.Postgres {
			s := statement{kept: true, dialect: dialect}
			return string(dialect.AppendLiteral(nil, s.literal(f, v).Value))
		}
	}
	v, err := literal(f, f.DBDefault.V)
	if err != nil {
		panic(fmt.Sprintf("stackgen: unreachable: default that schema lets pass: %v", err))
	}
	return string(dialect.AppendLiteral(nil, v))
}

// RandomUUID is an expression that makes a UUID of version 4.
func RandomUUID(dialect sqltext.Dialect) string {
	if dialect == sqltext.Postgres {
		return "gen_random_uuid()"
	}
	return "(lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(8)), 2)))"
}
