package migrate

import (
	"fmt"
	"strings"
)

// followAlter reads ALTER TABLE name action, action…
func (s *state) followAlter(d *ddl) error {
	d.take("IF", "EXISTS")
	d.take("ONLY")
	name := d.name()
	t := s.table(name)
	if t == nil {
		return nil // a table that the migrations did not make
	}
	for !d.done() {
		if err := s.followAction(d, t); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
		d.take(",")
	}
	return nil
}

func (s *state) followAction(d *ddl, t *table) error {
	switch {
	case d.take("RENAME", "TO"):
		s.renameTable(t.name, d.name())
	case d.take("RENAME", "CONSTRAINT"):
		old := d.name()
		d.take("TO")
		name := d.name()
		for i := range t.constraints {
			if t.constraints[i].name == old {
				t.constraints[i] = object{name, renamed(t.constraints[i].sql, old, name)}
			}
		}
	case d.is("RENAME"):
		d.at++
		d.take("COLUMN")
		old := d.name()
		d.take("TO")
		if t.column(old) == nil {
			return noColumn(old)
		}
		s.renameColumn(t, old, d.name())
	case d.is("ADD", "CONSTRAINT"), d.is("ADD", "PRIMARY"), d.is("ADD", "UNIQUE"), d.is("ADD", "CHECK"), d.is("ADD", "FOREIGN"), d.is("ADD", "EXCLUDE"):
		d.at++
		if err := d.tableConstraint(t); err != nil {
			return err
		}
		t.claim(s.owned)
		s.nameKeys()
	case d.take("ADD"):
		d.take("COLUMN")
		d.take("IF", "NOT", "EXISTS")
		c, err := d.column()
		if err != nil {
			return err
		}
		settle(c)
		if t.column(c.name) == nil {
			t.columns = append(t.columns, c)
		}
		s.nameKeys()
	case d.take("DROP", "CONSTRAINT"):
		d.take("IF", "EXISTS")
		t.dropConstraint(d.name())
		d.raw()
	case d.take("DROP"):
		d.take("COLUMN")
		d.take("IF", "EXISTS")
		t.forget(d.name())
		d.raw()
	case d.take("ALTER"):
		d.take("COLUMN")
		name := d.name()
		c := t.column(name)
		if c == nil {
			return noColumn(name)
		}
		return c.follow(d)
	default:
		d.raw() // owner, storage, triggers, rules: not the models'
	}
	return nil
}

func noColumn(name string) error { return fmt.Errorf("there is no column %s", name) }

// follow reads what ALTER COLUMN name does.
func (c *column) follow(d *ddl) error {
	switch {
	case d.take("SET", "NOT", "NULL"):
		c.null = false
	case d.take("DROP", "NOT", "NULL"):
		c.null = true
	case d.take("SET", "DEFAULT"):
		c.extra = withoutDefault(c.extra)
		c.extra = joined(c.extra, "DEFAULT "+d.raw())
	case d.take("DROP", "DEFAULT"):
		c.extra = withoutDefault(c.extra)
	case d.is("TYPE"), d.is("SET", "DATA", "TYPE"):
		for !d.take("TYPE") {
			d.at++
		}
		c.typ = canonicalType(d.raw("USING", "COLLATE"))
		d.raw()
	case d.is("ADD", "GENERATED"):
		c.auto = true
		d.raw()
	case d.take("DROP", "EXPRESSION"):
		c.extra = ""
	case d.take("DROP", "IDENTITY"):
		c.auto = false
		d.raw()
	default:
		d.raw()
	}
	return nil
}

// withoutDefault takes DEFAULT … out of what was written at a column.
func withoutDefault(extra string) string {
	d := newDDL(extra)
	rest := ""
	for !d.done() {
		if text := d.clause(); len(text) < 7 || !strings.EqualFold(text[:7], "DEFAULT") {
			rest = joined(rest, text)
		}
	}
	return rest
}

// dropConstraint takes a constraint away by its name.
func (t *table) dropConstraint(name string) {
	for i, c := range t.checks {
		if c.name == name {
			t.checks = append(t.checks[:i:i], t.checks[i+1:]...)
			return
		}
	}
	for i, c := range t.constraints {
		if c.name == name {
			t.constraints = append(t.constraints[:i:i], t.constraints[i+1:]...)
			return
		}
	}
	for _, c := range t.columns {
		switch {
		case c.key && name == keyName(t.name):
			c.key = false
		case c.unique && name == c.constraint(t.name, "key"):
			c.unique = false
		case c.check != "" && name == c.constraint(t.name, "check"):
			c.check = ""
		case c.references != nil && name == c.constraint(t.name, "fkey"):
			c.references = nil
		}
	}
}

func joined(a, b string) string { return strings.TrimSpace(a + " " + b) }
