package migrate

import (
	"fmt"
	"regexp"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// inspectPostgres reads the state of the current schema of a database.
func inspectPostgres(db *model.DB) (*state, error) {
	s := &state{dialect: sqltext.Postgres}
	names, err := texts(db, `SELECT c.relname::text FROM pg_catalog.pg_class AS c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		t := &table{dialect: sqltext.Postgres, name: name}
		for _, read := range []func(*model.DB, *table) error{readColumns, readConstraints, readIndexes} {
			if err := read(db, t); err != nil {
				return nil, fmt.Errorf("table %s: %w", name, err)
			}
		}
		s.tables = append(s.tables, t)
	}
	return s, nil
}

// relation is a table of the current schema, by its name.
const relation = `(SELECT r.oid FROM pg_catalog.pg_class AS r WHERE r.relname = ?1 AND r.relnamespace = current_schema()::regnamespace AND r.relkind IN ('r', 'p'))`

func readColumns(db *model.DB, t *table) error {
	columns, err := model.FetchAll(db, `SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text, a.attgenerated::text,
	coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
	coalesce(col_description(a.attrelid, a.attnum), ''),
	coalesce((SELECT c.collname::text FROM pg_catalog.pg_collation AS c, pg_catalog.pg_type AS y WHERE y.oid = a.atttypid AND c.oid = a.attcollation AND a.attcollation <> y.typcollation), '')
FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = `+relation+` AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
		func(row model.Row, at int) *column {
			c := new(column)
			c.name, c.typ, c.null = row.Text(at), canonicalType(row.Text(at+1)), !row.Bool(at+2)
			c.auto = row.Text(at+3) != ""
			value := row.Text(at + 5)
			switch {
			case row.Text(at+4) == "s":
				c.extra = "GENERATED ALWAYS AS (" + value + ") STORED"
			case row.Text(at+4) == "v":
				c.extra = "GENERATED ALWAYS AS (" + value + ") VIRTUAL"
			case strings.HasPrefix(value, "nextval("): // serial
				c.auto = true
			case value != "":
				c.extra = "DEFAULT " + value
			}
			c.comment = row.Text(at + 6)
			if collation := row.Text(at + 7); collation != "" {
				c.extra = joined(c.extra, "COLLATE "+quote(collation))
			}
			return c
		}, model.TextValue(t.name))
	if err != nil {
		return err
	}
	t.columns = columns
	comments, err := texts(db, `SELECT coalesce(obj_description(`+relation+`, 'pg_class'), '')`, model.TextValue(t.name))
	if len(comments) > 0 {
		t.comment = comments[0]
	}
	return err
}

// constraintRow is a row of pg_constraint.
type constraintRow struct{ name, kind, definition string }

func readConstraints(db *model.DB, t *table) error {
	rows, err := model.FetchAll(db, `SELECT conname::text, contype::text, pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
WHERE conrelid = `+relation+` AND contype IN ('p', 'u', 'c', 'f', 'x') ORDER BY conname`,
		func(row model.Row, at int) constraintRow {
			return constraintRow{row.Text(at), row.Text(at + 1), row.Text(at + 2)}
		}, model.TextValue(t.name))
	if err != nil {
		return err
	}
	for _, r := range rows {
		definition := r.definition
		if condition, ok := strings.CutPrefix(definition, "CHECK (("); ok && strings.HasSuffix(condition, "))") {
			definition = "CHECK (" + strings.TrimSuffix(condition, "))") + ")"
		}
		d := newDDL("CONSTRAINT " + quote(r.name) + " " + definition)
		if err := d.tableConstraint(t); err != nil {
			return err
		}
	}
	return nil
}

var schemaOfIndex = regexp.MustCompile(` ON (?:ONLY )?(?:\w+|"[^"]+")\.`)

func readIndexes(db *model.DB, t *table) error {
	definitions, err := texts(db, `SELECT pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = `+relation+` AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.relname`, model.TextValue(t.name))
	if err != nil {
		return err
	}
	s := &state{tables: []*table{t}}
	for _, sql := range definitions {
		sql = schemaOfIndex.ReplaceAllString(sql, " ON ") // its table is one of the current schema
		if err := s.followIndex(newDDL(sql)); err != nil {
			return err
		}
	}
	return nil
}
