package migrate

import (
	"fmt"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// The checks that stackgen writes; % stands for the column.
const (
	positiveCheck = "% >= 0"
	jsonCheck     = "JSON_VALID(%)"
)

// maxDecimal is how many digits SQLite keeps exactly.
const maxDecimal = 15

// desired is the state that the models ask for.
func desired(site *schema.Site, dialect sqltext.Dialect) (*state, error) {
	s := &state{dialect: dialect}
	for _, m := range site.Models {
		t := &table{dialect: dialect, name: models.TableName(m)}
		for _, f := range m.Fields {
			c, err := desiredColumn(m, f, dialect)
			if err != nil {
				return nil, err
			}
			t.columns = append(t.columns, c)
			if indexed(f) {
				t.indexes = append(t.indexes, index{indexName(t.name, c.name), c.name})
			}
		}
		t.declare(m)
		s.tables = append(s.tables, t)
	}
	return s, nil
}

// indexed reports whether the field has an index of its own: where the site
// file says so, and by default for foreign keys and slugs, as in Django. A
// unique column has one anyway.
func indexed(f *schema.Field) bool {
	if f.Unique.V || f.PrimaryKey.V {
		return false
	}
	return f.Index.V || !f.Index.Set && (f.Kind == schema.ForeignKey || f.Kind == schema.Slug)
}

func indexName(table, column string) string { return objectName(table, column, "idx") }

func desiredColumn(m *schema.Model, f *schema.Field, dialect sqltext.Dialect) (*column, error) {
	c := &column{
		name: models.ColumnName(f), null: f.Null.V, key: f.PrimaryKey.V,
		extra: extraOf(m, f, dialect), auto: f.Kind == schema.Auto || f.Kind == schema.BigAuto, unique: f.Unique.V && !f.PrimaryKey.V, field: f,
	}
	key := f
	for key.Kind == schema.ForeignKey {
		target := key.Target.Target
		if c.references == nil {
			c.references = &reference{table: models.TableName(target), column: models.ColumnName(target.PrimaryKey()), onDelete: onDelete(f)}
		}
		key = target.PrimaryKey()
	}
	switch key.Kind {
	case schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		if f == key {
			c.check = positiveCheck
		}
	case schema.JSON:
		if dialect == sqltext.SQLite {
			c.check = jsonCheck
		}
	case schema.Decimal:
		if dialect == sqltext.SQLite && key.MaxDigits > maxDecimal {
			return nil, &Error{Range: f.TypeRange, Message: fmt.Sprintf(
				"SQLite keeps %d digits of a decimal exactly, and the field %s of the model %s has %d; give it fewer, or use an integer in the smallest unit", maxDecimal, f.Name, m.Name, key.MaxDigits)}
		}
	}
	if dialect == sqltext.Postgres {
		c.typ = postgresType(key)
		return c, nil
	}
	c.typ = columnType(key)
	if f != key && (key.Kind == schema.BigAuto || key.Kind == schema.Auto) {
		c.typ = "bigint"
	}
	return c, nil
}

// columnType is the type as Django names it in SQLite.
func columnType(f *schema.Field) string {
	varchar := func(length int) string {
		if f.MaxLength > 0 {
			length = f.MaxLength
		}
		return fmt.Sprintf("varchar(%d)", length)
	}
	switch f.Kind {
	case schema.Auto, schema.BigAuto, schema.Integer:
		return "integer"
	case schema.BigInteger, schema.DurationKind:
		return "bigint"
	case schema.SmallInteger:
		return "smallint"
	case schema.PositiveInt:
		return "integer unsigned"
	case schema.PositiveSmall:
		return "smallint unsigned"
	case schema.PositiveBig:
		return "bigint unsigned"
	case schema.Binary:
		return "blob"
	case schema.IPAddress:
		return "char(39)"
	case schema.FileKind, schema.ImageKind:
		return varchar(100)
	case schema.Boolean:
		return "bool"
	case schema.Char:
		if f.MaxLength == 0 {
			return "text"
		}
		return varchar(0)
	case schema.Slug:
		return varchar(50)
	case schema.Email:
		return varchar(254)
	case schema.URL:
		return varchar(200)
	case schema.Text, schema.JSON:
		return "text"
	case schema.UUID:
		return "char(32)"
	case schema.FloatField:
		return "real"
	case schema.Decimal:
		return "decimal"
	case schema.Date:
		return "date"
	case schema.DateTime:
		return "datetime"
	case schema.TimeOfDay:
		return "time"
	}
	panic("stackgen: unreachable: field of kind " + string(f.Kind))
}

// onDelete is what the database does with rows that point at a deleted one.
// protect refuses at once; restrict refuses at the end of the statement, so
// that rows which are deleted along do not count.
func onDelete(f *schema.Field) string {
	switch f.OnDelete.V {
	case "cascade":
		return "CASCADE"
	case "set_null":
		return "SET NULL"
	case "set_default":
		return "SET DEFAULT"
	case "protect":
		return "RESTRICT"
	case "restrict", "do_nothing", "":
		return noAction
	}
	panic("stackgen: unreachable: on_delete " + f.OnDelete.V)
}
