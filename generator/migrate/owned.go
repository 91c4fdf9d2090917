package migrate

import (
	"fmt"
	"strings"

	"stackgen.dev/generator/models"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// Constraints and indexes that models declare have the names that the site file
// gives them. A migration lists those that it makes ("-- migrate: managed"), so
// that they can be told from what was written by hand: these stay when no model
// names them, those go.

// declared is an index that a model declares. A unique constraint is one too:
// both databases make it in place, with a condition or without.
type declared struct {
	name   string
	unique bool
	body   string // ("a", "b" DESC) WHERE …
}

func (i declared) same(j declared) bool {
	return i.name == j.name && i.unique == j.unique && normal(i.body) == normal(j.body)
}

func (i declared) create(table string) string {
	what := "INDEX"
	if i.unique {
		what = "UNIQUE INDEX"
	}
	return fmt.Sprintf("CREATE %s %s ON %s %s", what, quote(i.name), quote(table), i.body)
}

// managed are the names that migrations list; those of columns are "table.column".
func managed(files []runtime.File) map[string]bool {
	names := map[string]bool{}
	for _, f := range files {
		for _, n := range f.Managed {
			names[n] = true
		}
	}
	return names
}

// declare gives a table the constraints and indexes that its model declares.
func (t *table) declare(m *schema.Model) {
	for _, c := range m.Constraints {
		if c.Check {
			condition := models.Condition(m, c.Condition, t.dialect)
			t.checks = append(t.checks, object{c.Name, "CONSTRAINT " + quote(c.Name) + " CHECK (" + condition + ")"})
			continue
		}
		var terms []string
		for _, f := range c.Fields {
			terms = append(terms, quote(models.ColumnName(f)))
		}
		terms = append(terms, t.expressions(m, c.Expressions)...)
		t.declared = append(t.declared, declared{c.Name, true, t.indexBody(m, terms, c.Condition)})
	}
	for _, x := range m.Indexes {
		var terms []string
		for _, o := range x.Fields {
			terms = append(terms, direction(quote(models.ColumnName(o.Field)), o.Descending))
		}
		terms = append(terms, t.expressions(m, x.Expressions)...)
		t.declared = append(t.declared, declared{x.Name, false, t.indexBody(m, terms, x.Condition)})
	}
}

func (t *table) expressions(m *schema.Model, list []schema.IndexTerm) []string {
	var terms []string
	for _, e := range list {
		terms = append(terms, direction("("+models.Expression(m, e.Term, t.dialect)+")", e.Descending))
	}
	return terms
}

func (t *table) indexBody(m *schema.Model, terms []string, condition schema.Predicate) string {
	body := "(" + strings.Join(terms, ", ") + ")"
	if condition != nil {
		body += " WHERE " + models.Condition(m, condition, t.dialect)
	}
	return body
}

func direction(term string, descending bool) string {
	if descending {
		return term + " DESC"
	}
	return term
}

// names are what the state has that migrations list as managed.
func (s *state) names() []string {
	var list []string
	for _, t := range s.tables {
		for _, c := range t.columns {
			if c.declaresExtra() {
				list = append(list, t.name+"."+c.name)
			}
		}
		for _, c := range t.checks {
			list = append(list, c.name)
		}
		for _, i := range t.declared {
			list = append(list, i.name)
		}
	}
	return list
}

// claim sorts what was read by who made it: the models, or somebody's hand.
func (s *state) claim(names map[string]bool) {
	for _, t := range s.tables {
		t.claim(names)
	}
}

func (t *table) claim(names map[string]bool) {
	var constraints, kept []object
	for _, c := range t.constraints {
		if names[c.name] {
			t.checks = append(t.checks, c)
		} else {
			constraints = append(constraints, c)
		}
	}
	for _, k := range t.kept {
		i, ok := readIndex(k.sql)
		if names[k.name] && ok {
			t.declared = append(t.declared, i)
		} else {
			kept = append(kept, k)
		}
	}
	t.constraints, t.kept = constraints, kept
}

// adopt takes what was written by hand under a name that a model now declares
// for the model's.
func adopt(now, want *state, r renames) {
	for _, t := range want.tables {
		names := map[string]bool{}
		for _, c := range t.checks {
			names[c.name] = true
		}
		for _, i := range t.declared {
			names[i.name] = true
		}
		former := t.name
		if old, ok := r.inverse().tables[t.name]; ok {
			former = old
		}
		if before := now.table(former); before != nil {
			before.claim(names)
		}
	}
}

// readIndex reads CREATE [UNIQUE] INDEX name ON table body.
func readIndex(sql string) (declared, bool) {
	d := newDDL(sql)
	if !d.take("CREATE") {
		return declared{}, false
	}
	i := declared{unique: d.take("UNIQUE")}
	if !d.take("INDEX") {
		return declared{}, false
	}
	d.take("CONCURRENTLY")
	d.take("IF", "NOT", "EXISTS")
	i.name = d.name()
	if !d.take("ON") {
		return declared{}, false
	}
	d.take("ONLY")
	d.name()
	d.take("USING", "btree")
	if d.done() {
		return declared{}, false
	}
	i.body = strings.TrimSuffix(strings.TrimSpace(d.text[d.tokens[d.at].At:]), ";")
	return i, true
}

func (t *table) hasDeclared(i declared) bool {
	for _, other := range t.declared {
		if other.same(i) {
			return true
		}
	}
	return false
}

// sameChecks reports whether two tables have the same checks.
func sameChecks(a, b *table) bool {
	if len(a.checks) != len(b.checks) {
		return false
	}
	for _, c := range a.checks {
		if !hasObject(b.checks, c) {
			return false
		}
	}
	return true
}

// dropDeclared drops the indexes of models that are not wanted, and those that
// retyped says have to be made again.
func (p *plan) dropDeclared(retyped func(now, want *table, sql string) bool) {
	for _, t := range p.now.tables {
		want := p.want.table(t.name)
		if want == nil {
			continue // goes with its table
		}
		var stay []declared
		for _, i := range t.declared {
			if want.hasDeclared(i) && !retyped(t, want, i.body) {
				stay = append(stay, i)
				continue
			}
			p.do("DROP INDEX %s", quote(i.name))
			if !want.hasDeclared(i) {
				p.noteDeclared("remove", t, i)
			}
		}
		t.declared = stay
	}
}

func (p *plan) createDeclared() {
	for _, t := range p.want.tables {
		now := p.now.table(t.name)
		for _, i := range t.declared {
			if now != nil && now.hasDeclared(i) {
				continue
			}
			p.do("%s", i.create(t.name))
			if now != nil && !p.fresh[t.name] && !p.before[t.name].hasDeclared(i) {
				p.noteDeclared("add", t, i)
			}
		}
	}
}

func (p *plan) noteDeclared(verb string, t *table, i declared) {
	what := "index"
	if i.unique {
		what = "unique constraint"
	}
	name := t.name + "_" + i.name
	if verb == "remove" {
		name = "remove_" + name
	}
	p.note(name, "%s %s %s on %s", verb, what, i.name, t.name)
}

// noteChecks says which checks of a table come and go.
func (p *plan) noteChecks(now, want *table) {
	for _, c := range now.checks {
		if !hasObject(want.checks, c) {
			p.note("remove_"+want.name+"_"+c.name, "remove check %s on %s", c.name, want.name)
		}
	}
	for _, c := range want.checks {
		if !hasObject(now.checks, c) {
			p.note(want.name+"_"+c.name, "add check %s on %s", c.name, want.name)
			p.sql = append(p.sql, fmt.Sprintf("-- stops if a row of %s breaks %s", want.name, c.name))
		}
	}
}

// dropChecks and addChecks change the checks of models on PostgreSQL.
func (p *plan) dropChecks() {
	for _, t := range p.now.tables {
		want := p.want.table(t.name)
		if want == nil {
			continue
		}
		p.noteChecks(t, want)
		var stay []object
		for _, c := range t.checks {
			if hasObject(want.checks, c) && !retypedIn(t, want, c.sql) {
				stay = append(stay, c)
				continue
			}
			p.do("ALTER TABLE %s DROP CONSTRAINT %s", quote(t.name), quote(c.name))
		}
		t.checks = stay
	}
}

func (p *plan) addChecks() {
	for _, t := range p.want.tables {
		if p.fresh[t.name] {
			continue
		}
		for _, c := range t.checks {
			if !hasObject(p.now.table(t.name).checks, c) {
				p.do("ALTER TABLE %s ADD %s", quote(t.name), c.sql)
			}
		}
	}
}

// retypedIn reports whether SQL names a column that gets another type.
func retypedIn(now, want *table, sql string) bool {
	for _, c := range now.columns {
		if d := want.column(c.name); (d == nil || d.typ != c.typ || d.generated() != c.generated()) && mentions(sql, c.name) {
			return true
		}
	}
	return false
}

// renameDeclared gives a column its new name in what the model declares.
func (t *table) renameDeclared(old, name string) {
	for i := range t.checks {
		t.checks[i].sql = renamedQuoted(t.checks[i].sql, old, name)
	}
	for i := range t.declared {
		t.declared[i].body = renamedQuoted(t.declared[i].body, old, name)
	}
}

// renamedQuoted is SQL that stackgen wrote, in which names of columns are quoted,
// with a column's new name. The name of the constraint itself is left alone.
func renamedQuoted(sql, old, name string) string {
	var b strings.Builder
	end := 0
	tokens := sqltext.Tokens(sql)
	for i, t := range tokens {
		if t.Text == quote(old) && (i == 0 || !strings.EqualFold(tokens[i-1].Text, "CONSTRAINT")) {
			b.WriteString(sql[end:t.At] + quote(name))
			end = t.End()
		}
	}
	return b.String() + sql[end:]
}
