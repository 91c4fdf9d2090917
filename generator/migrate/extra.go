package migrate

import (
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// What the database does for a field by itself stands in a column's extra: a
// default (db_default), or the expression that it is computed by (generated).

// extraOf is the extra of a field.
func extraOf(m *schema.Model, f *schema.Field, dialect sqltext.Dialect) string {
	if f.IsGenerated {
		how := " STORED"
		if !f.DBPersist.V {
			how = " VIRTUAL"
		}
		return "GENERATED ALWAYS AS (" + models.Expression(m, f.Generated, dialect) + ")" + how
	}
	if value := models.DatabaseDefault(f, dialect); value != "" {
		return "DEFAULT " + value
	}
	return ""
}

// declaresExtra reports whether the model says what the column's extra is.
func (c *column) declaresExtra() bool {
	return c.field != nil && (c.field.IsGenerated || c.field.DBDefault.V != nil)
}

// generated is how the database computes the column, "" where it does not.
func (c *column) generated() string {
	if strings.HasPrefix(c.extra, "GENERATED") {
		return normal(c.extra)
	}
	return ""
}

// databaseDefault is the column's own default, "" where it has none.
func (c *column) databaseDefault() string {
	d := newDDL(c.extra)
	for !d.done() {
		if text := d.clause(); len(text) > 8 && strings.EqualFold(text[:8], "DEFAULT ") {
			return strings.TrimSpace(text[8:])
		}
	}
	return ""
}

// losesStored marks that values which were written go for those that are computed.
func (p *plan) losesStored(t *table, old *column) {
	if old != nil && old.generated() == "" {
		p.loses("replaces what column %s.%s holds by what it is computed by", t.name, old.name)
	}
}

// changeExtra changes a default on PostgreSQL, or how a column is computed.
func (p *plan) changeExtra(t *table, old, c *column) error {
	table, name := quote(t.name), quote(c.name)
	switch from, to := old.generated(), c.generated(); {
	case from == to && from != "":
		return nil
	case to != "":
		// PostgreSQL changes no expression in place; the column is computed anyway.
		p.losesStored(t, old)
		p.do("ALTER TABLE %s DROP COLUMN %s", table, name)
		fresh := *c
		fresh.references = nil
		p.do("ALTER TABLE %s ADD COLUMN %s", table, fresh.postgres(t.name))
		return nil
	}
	if normal(old.extra) == normal(c.extra) {
		return nil
	}
	if value := c.databaseDefault(); value != "" {
		p.do("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", table, name, value)
	} else if old.databaseDefault() != "" {
		p.do("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name)
	}
	return nil
}

// forgetDeclared takes away what names a column that goes.
func (t *table) forgetDeclared(name string) {
	var indexes []declared
	for _, i := range t.declared {
		if !mentions(i.body, name) {
			indexes = append(indexes, i)
		}
	}
	var checks []object
	for _, c := range t.checks {
		if !mentions(c.sql, name) {
			checks = append(checks, c)
		}
	}
	t.declared, t.checks = indexes, checks
}

// releaseGenerated takes away, on PostgreSQL, what computes columns of columns
// that go or get another type; what is still wanted is added again.
func (p *plan) releaseGenerated(now, want *table) {
	for _, c := range append([]*column{}, now.columns...) {
		stays := want.column(c.name)
		switch {
		case c.generated() == "":
		case stays != nil && stays.generated() == "":
			p.do("ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION", quote(now.name), quote(c.name))
			c.extra = ""
		case stays == nil:
			p.note("remove_"+want.name+"_"+fieldName(c), "drop column %s.%s", want.name, c.name)
			p.loses("drops column %s.%s", want.name, c.name)
			p.do("ALTER TABLE %s DROP COLUMN %s", quote(now.name), quote(c.name))
			now.forget(c.name)
		case retypedIn(now, want, c.extra):
			p.do("ALTER TABLE %s DROP COLUMN %s", quote(now.name), quote(c.name))
			now.forget(c.name)
		}
	}
}

func generatedLast(columns []*column) []*column {
	var list, computed []*column
	for _, c := range columns {
		if c.generated() != "" {
			computed = append(computed, c)
		} else {
			list = append(list, c)
		}
	}
	return append(list, computed...)
}
