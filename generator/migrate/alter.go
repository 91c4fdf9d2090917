package migrate

import (
	"fmt"
	"slices"
	"strings"

	"stackgen.dev/runtime/model/sqltext"
)

// alter changes a table that stays.
func (p *plan) alter(now, want *table) error {
	var added, dropped []*column
	changed := map[string]*column{} // the former definition, by name
	inPlace := true
	for _, c := range want.columns {
		old := now.column(c.name)
		switch {
		case old == nil:
			added = append(added, c)
			inPlace = inPlace && c.null && !c.unique && !c.key && c.extra == ""
		case !old.same(c):
			changed[c.name] = old
			inPlace = false
		}
	}
	for _, c := range now.columns {
		if want.column(c.name) == nil {
			dropped = append(dropped, c)
			inPlace = inPlace && !c.unique && !c.key && c.references == nil && c.check == "" && c.extra == "" && !mentioned(now, c)
		}
	}
	inPlace = inPlace && sameChecks(now, want)
	if len(added)+len(dropped)+len(changed) == 0 && sameChecks(now, want) {
		return nil
	}
	for _, c := range added {
		p.note(want.name+"_"+fieldName(c), "add column %s.%s", want.name, c.name)
	}
	for _, c := range dropped {
		p.note("remove_"+want.name+"_"+fieldName(c), "drop column %s.%s", want.name, c.name)
		p.loses("drops column %s.%s", want.name, c.name)
		if inPlace {
			p.do("ALTER TABLE %s DROP COLUMN %s", quote(want.name), quote(c.name))
		}
	}
	if inPlace {
		for _, c := range added {
			p.do("ALTER TABLE %s ADD COLUMN %s", quote(want.name), c.definition())
		}
		return nil
	}
	return p.rebuild(now, want, changed)
}

// mentioned reports whether a trigger or index of the user's may name the column.
func mentioned(t *table, c *column) bool {
	for _, k := range append(append([]object{}, t.kept...), t.constraints...) {
		if strings.Contains(k.sql, c.name) {
			return true
		}
	}
	return false
}

// keepWritten carries what was written by hand into a rebuilt table, and refuses
// what names a column that goes.
func (p *plan) keepWritten(now, want *table) error {
	for _, c := range now.columns {
		stays := want.column(c.name)
		if stays != nil {
			continue
		}
		for _, written := range now.constraints {
			if mentions(written.sql, c.name) {
				return &Error{Message: fmt.Sprintf("the column %s.%s goes, and a constraint that was written by hand names it: %s; write the migration by hand", now.name, c.name, written.sql)}
			}
		}
		for _, other := range now.columns {
			if stays := want.column(other.name); stays != nil && mentions(stays.extra, c.name) {
				return &Error{Message: fmt.Sprintf("the column %s.%s goes, and what was written by hand at %s names it: %s; write the migration by hand", now.name, c.name, other.name, other.extra)}
			}
		}
	}
	return nil
}

// mentions reports whether SQL names a column.
func mentions(sql, name string) bool {
	for _, t := range sqltext.Tokens(sql) {
		if unquoted(t.Text) == strings.ToLower(name) || unquoted(t.Text) == name {
			return true
		}
	}
	return false
}

// renamed is SQL in which a column has another name.
func renamed(sql, old, name string) string {
	var b strings.Builder
	end := 0
	for _, t := range sqltext.Tokens(sql) {
		if t.Text[0] != '\'' && unquoted(t.Text) == old {
			b.WriteString(sql[end:t.At] + quote(name))
			end = t.End()
		}
	}
	return b.String() + sql[end:]
}

// fieldName is the name of the column's field in names of migrations.
func fieldName(c *column) string {
	if c.field != nil {
		return c.field.Name
	}
	return c.name
}

// rebuild makes the table anew under another name, fills it, and gives it the name.
func (p *plan) rebuild(now, want *table, changed map[string]*column) error {
	if now.foreign != "" {
		return &Error{Message: fmt.Sprintf("the table %s has to be rebuilt, and stackgen would lose %s that was written by hand; write the migration by hand", now.name, now.foreign)}
	}
	if err := p.keepWritten(now, want); err != nil {
		return err
	}
	p.noteChecks(now, want)
	fresh := "new__" + want.name
	var into, from []string
	for _, c := range want.columns {
		value := quote(c.name)
		old, isChanged := changed[c.name]
		switch {
		case c.generated() != "":
			if isChanged {
				p.note("alter_"+want.name+"_"+fieldName(c), "alter column %s.%s", want.name, c.name)
				p.losesStored(want, old)
			}
			continue // the database computes it
		case now.column(c.name) == nil:
			var err error
			if value, err = p.initial(want, c); err != nil {
				return err
			}
		case isChanged:
			p.note("alter_"+want.name+"_"+fieldName(c), "alter column %s.%s", want.name, c.name)
			var err error
			if value, err = p.convert(want, old, c); err != nil {
				return err
			}
		}
		into, from = append(into, quote(c.name)), append(from, value)
	}
	views := p.viewsOf(want.name)
	triggers := p.triggersAround(want.name, views)
	for _, t := range triggers {
		p.do("DROP TRIGGER %s", quote(t.name))
	}
	for i := len(views) - 1; i >= 0; i-- {
		p.do("DROP VIEW %s", quote(views[i].name))
	}
	p.do("%s", createTable(want, fresh))
	p.do("INSERT INTO %s (%s)\nSELECT %s\nFROM %s", quote(fresh), strings.Join(into, ", "), strings.Join(from, ", "), quote(want.name))
	if autoKey(now) && autoKey(want) {
		// Keys of deleted rows are not given out again.
		p.do("DELETE FROM sqlite_sequence WHERE name = '%s'", fresh)
		p.do("INSERT INTO sqlite_sequence (name, seq)\nSELECT '%s', seq FROM sqlite_sequence WHERE name = '%s'", fresh, want.name)
	}
	p.do("DROP TABLE %s", quote(want.name))
	p.do("ALTER TABLE %s RENAME TO %s", quote(fresh), quote(want.name))
	for _, k := range now.kept {
		p.do("%s", k.sql)
	}
	for _, v := range views {
		p.do("%s", v.sql)
	}
	for _, t := range triggers {
		p.do("%s", t.sql)
	}
	now.indexes, now.declared = nil, nil // they went with the old table
	return nil
}

func autoKey(t *table) bool {
	for _, c := range t.columns {
		if c.auto {
			return true
		}
	}
	return false
}

// viewsOf are the views that may read the table.
func (p *plan) viewsOf(table string) []object {
	for _, v := range p.now.views {
		if strings.Contains(strings.ToLower(v.sql), strings.ToLower(table)) {
			return p.now.views // views may read views
		}
	}
	return nil
}

// triggersAround are the triggers elsewhere that stand in the way of a rebuild: SQLite
// renames no table while a trigger names one that is not there, and drops those of a
// view with it.
func (p *plan) triggersAround(table string, views []object) []trigger {
	names := []string{table}
	for _, v := range views {
		names = append(names, v.name)
	}
	var around []trigger
	for _, t := range p.now.triggers {
		if strings.EqualFold(t.on, table) {
			continue // the table's own are kept with it
		}
		if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(strings.ToLower(t.sql), strings.ToLower(name)) }) {
			around = append(around, t)
		}
	}
	return around
}
