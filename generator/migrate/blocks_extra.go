package migrate

import (
	"fmt"
	"strings"

	"stackgen.dev/generator/models"
)

// splitExtra takes what is written at a column besides apart: a default, a
// collation, how it is computed, checks.
func splitExtra(extra string) []string {
	var list []string
	for d := newDDL(extra); !d.done(); {
		begin := d.at
		if d.take("CONSTRAINT") {
			d.name()
		}
		if d.take("CHECK") {
			if _, err := d.bracketed(); err != nil {
				return []string{extra}
			}
		} else {
			d.clause()
		}
		list = append(list, extra[d.tokens[begin].At:d.tokens[d.at-1].End()])
	}
	return list
}

// extra is what a part of a column's extra is in the field's block: nothing for a
// check, which is the model's (see blocks_objects.go).
func (w *blockWriter) extra(t *table, f *inspectedField, extra string) ([]attribute, error) {
	d := newDDL(extra)
	switch {
	case d.take("DEFAULT"):
		value := strings.TrimSpace(extra[len("DEFAULT"):])
		if f.kind == "uuid" && normal(value) == normal(models.RandomUUID(w.state.dialect)) {
			return []attribute{{"db_default", "uuid()"}}, nil
		}
		text, err := f.defaultLiteral(value)
		return []attribute{{"db_default", text}}, err
	case d.take("GENERATED", "ALWAYS", "AS"), d.take("AS"):
		expression, err := d.bracketed()
		if err != nil {
			return nil, err
		}
		stored := d.take("STORED")
		d.take("VIRTUAL")
		if !d.done() {
			return nil, fmt.Errorf("more behind the expression")
		}
		text, err := w.conditions(t, false).expression(expression)
		list := []attribute{{"generated", text}}
		if !stored {
			list = append(list, attribute{"db_persist", "false"})
		}
		return list, err
	}
	return nil, fmt.Errorf("no attribute")
}

func (w *blockWriter) conditions(t *table, strict bool) *conditionWriter {
	return &conditionWriter{w.models[t.name], w.fields[t.name], strict}
}

// manyField is a many_to_many field.
type manyField struct{ name, target string }

// findPairs finds the tables that many_to_many fields make: a key, two foreign
// keys that go with their rows, and nothing else, under the names that they give.
func (w *blockWriter) findPairs() {
	w.many, w.pairs = map[string][]manyField{}, map[string]bool{}
	for _, t := range w.state.tables {
		if len(t.columns) != 3 || len(t.checks)+len(t.constraints) > 0 || len(t.kept) != 1 || len(t.indexes) != 2 || t.comment != "" || w.models[t.name] != t.name {
			continue
		}
		id, a, b := t.columns[0], t.columns[1], t.columns[2]
		if !id.key || !id.auto || id.name != "id" || !w.isUsualKey(id) || !w.isPairKey(a) || !w.isPairKey(b) {
			continue
		}
		owner, target := a.references.table, b.references.table
		field, ok := strings.CutPrefix(t.name, owner+"_")
		from, to := w.models[owner], w.models[target]
		if owner == target {
			from, to = "from_"+from, "to_"+to
		}
		if !ok || !snake.MatchString(field) || w.fields[owner][field] != nil || w.models[owner] != owner || a.name != from+"_id" || b.name != to+"_id" {
			continue
		}
		name := t.name + "_" + from + "_" + to
		name = name[:min(len(name), maxIdentifier-len("_uniq"))] + "_uniq"
		i, ok := readIndex(t.kept[0].sql)
		if !ok || !i.unique || i.name != name || normal(strings.ReplaceAll(i.body, `"`, "")) != normal("("+a.name+", "+b.name+")") || w.pointedAt(t) {
			continue
		}
		w.many[owner] = append(w.many[owner], manyField{field, target})
		w.pairs[t.name] = true
	}
}

func (w *blockWriter) isPairKey(c *column) bool {
	return w.target(c) != nil && c.references.onDelete == "CASCADE" && len(referenceNotes(c.references)) == 0 && !c.null && !c.unique && c.extra == "" && c.comment == ""
}

// pointedAt reports whether a table has a foreign key to this one.
func (w *blockWriter) pointedAt(t *table) bool {
	for _, other := range w.state.tables {
		for _, c := range other.columns {
			if c.references != nil && c.references.table == t.name {
				return true
			}
		}
	}
	return false
}

// isCheck reports whether a part of a column's extra is a check.
func isCheck(extra string) bool {
	d := newDDL(extra)
	if d.take("CONSTRAINT") {
		d.name()
	}
	return d.is("CHECK")
}
