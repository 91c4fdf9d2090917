package site

import (
	"errors"
	"fmt"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// reference is a foreign key as the database has it: a column of a table, and
// what it points at.
type reference struct{ table, column, target, key string }

// dangling says which row of the tables that were loaded points at one that there
// is not (check_constraints): the database itself says so when the transaction ends, and not which.
func (p *program) dangling(tx model.Source, loaded map[string]bool) error {
	if tx.DB().Dialect() == sqltext.Postgres {
		// Asked within a savepoint, so that there is a transaction left to look around in.
		err := model.Atomic(tx, func(tx model.Source) error {
			_, err := model.Execute(tx, "", "SET CONSTRAINTS ALL IMMEDIATE")
			return err
		})
		var broken *model.ForeignKeyError
		if !errors.As(err, &broken) {
			return err
		}
	}
	for _, t := range p.site.Database.Tables {
		if !loaded[t.Name] {
			continue
		}
		if err := t.dangling(tx); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) dangling(tx model.Source) error {
	references, err := t.references(tx)
	if err != nil {
		return err
	}
	key := ""
	for _, c := range t.Columns {
		if c.Key {
			key = c.Name
		}
	}
	for _, r := range references {
		rows, err := model.Raw(tx, "SELECT CAST(f."+sqltext.Ident(key)+" AS text), CAST(f."+sqltext.Ident(r.column)+" AS text) FROM "+sqltext.Ident(t.Name)+" AS f WHERE f."+sqltext.Ident(r.column)+
			" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "+sqltext.Ident(r.target)+" AS t WHERE t."+sqltext.Ident(r.key)+" = f."+sqltext.Ident(r.column)+") ORDER BY f."+sqltext.Ident(key)+" LIMIT 1",
			func(found *[2]string) []any { return []any{&found[0], &found[1]} })
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			return fmt.Errorf("%s %s: its %s is %s, and %s has no such row", t.Model, rows[0][0], r.column, rows[0][1], r.target)
		}
	}
	return nil
}

// references are the foreign keys of a table.
func (t *Table) references(tx model.Source) ([]reference, error) {
	sql := `SELECT CAST(?1 AS text), "from", "table", COALESCE("to", (SELECT name FROM pragma_table_info("table") WHERE pk = 1)) FROM pragma_foreign_key_list(?1)`
	if tx.DB().Dialect() == sqltext.Postgres {
		sql = `SELECT CAST(?1 AS text), a.attname::text, t.relname::text, b.attname::text FROM pg_constraint c
JOIN pg_class t ON t.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1 AND c.conrelid = CAST(CAST(?2 AS text) AS regclass) ORDER BY a.attnum`
		return model.Raw(tx, sql, referenceOf, t.Name, sqltext.Ident(t.Name))
	}
	return model.Raw(tx, sql, referenceOf, t.Name)
}

func referenceOf(r *reference) []any { return []any{&r.table, &r.column, &r.target, &r.key} }
