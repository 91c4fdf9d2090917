package migrate

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// fill puts three rows into every table.
func (p *project) fill(s *schema.Site) {
	p.Helper()
	var sql strings.Builder
	before, after := "PRAGMA foreign_keys = OFF;\n", "PRAGMA foreign_keys = ON;\n"
	if p.engine == "postgres" {
		before, after = "BEGIN;\nSET CONSTRAINTS ALL DEFERRED;\n", "COMMIT;\n"
	}
	sql.WriteString(before)
	for _, m := range s.Models {
		for row := range 3 {
			names, values := []string{"id"}, []string{fmt.Sprint(row + 1)}
			for _, f := range m.Fields {
				if f.PrimaryKey.V || f.IsGenerated {
					continue
				}
				names, values = append(names, quote(models.ColumnName(f))), append(values, p.valueOf(f, row))
			}
			fmt.Fprintf(&sql, "INSERT INTO %s (%s) VALUES (%s);\n", models.TableName(m), strings.Join(names, ", "), strings.Join(values, ", "))
		}
	}
	sql.WriteString(after)
	p.script(sql.String())
}

// valueOf is what a row has in a field; the last row has null where it may.
func (p *project) valueOf(f *schema.Field, row int) string {
	if row == 2 && f.Null.V {
		return "NULL"
	}
	for _, k := range randomKinds {
		base, _, _ := strings.Cut(k.typ, "(")
		if base != string(f.Kind) {
			continue
		}
		value := k.values[row]
		switch {
		case base == "binary" && p.engine == "postgres":
			return `'\x` + value[1:] + "'"
		case base == "binary":
			return "x'" + value[1:] + "'"
		case base == "duration" && p.engine == "postgres":
			return [3]string{"interval '1 microsecond'", "interval '1 second'", "interval '-5 microseconds'"}[row]
		}
		return value
	}
	panic(f.Kind)
}

// survivor is the field of the old site that a column of the new one goes on
// with, when it holds the same class of values.
func (p *project) survivor(a *schema.Site, m *schema.Model, f *schema.Field) *schema.Field {
	former := m.Name
	if m.RenamedFrom.V != "" {
		former = m.RenamedFrom.V
	}
	name := f.Name
	if f.RenamedFrom.V != "" {
		name = f.RenamedFrom.V
	}
	for _, old := range a.Models {
		if old.Name != former {
			continue
		}
		g := old.Field(name)
		if g == nil || g.IsGenerated || f.IsGenerated {
			return nil
		}
		before, err1 := desiredColumn(old, g, dialectOf(p.engine))
		after, err2 := desiredColumn(m, f, dialectOf(p.engine))
		sameKind := (g.Kind == schema.ForeignKey) == (f.Kind == schema.ForeignKey)
		if err1 == nil && err2 == nil && classOf(before) == classOf(after) && sameKind {
			return g
		}
	}
	return nil
}

// Ensure the way from any models to any others leads there, keeps the values
// of columns that go on, and can be taken back: the database is the one that the
// models would have made at once, and what it is inspected into makes it again.
func TestRandomPairs(t *testing.T) { each(t, testRandomPairs) }

func testRandomPairs(t *testing.T, engine string) {
	refused, kept := 0, 0
	const pairs = 30
	for seed := range uint64(pairs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			columns, ok := randomPair(t, engine, seed)
			if kept += columns; !ok {
				refused++
			}
		})
	}
	if refused > pairs*3/4 || kept < 50 {
		t.Errorf("%d of %d refused and %d columns kept: the test shows too little", refused, pairs, kept)
	}
	t.Logf("%d pairs, %d refused for their values or types, %d columns kept", pairs, refused, kept)
}

// randomPair leads a database from some models to others and back. It returns how
// many columns went on with their values, and false where the way is refused.
func randomPair(t *testing.T, engine string, seed uint64) (kept int, ok bool) {
	r := rand.New(rand.NewPCG(seed, 7))
	first := randomModels(r)
	second := changed(r, first)
	a, b := randomSite(t, first, true), randomSite(t, second, false)
	p := newProjectOn(t, engine)
	p.migrate(a)
	made := p.shape()
	p.fill(a)
	m, err := p.diff(b)
	var user *Error
	switch {
	case errors.As(err, &user):
		return 0, false
	case err != nil:
		t.Fatalf("%v\n%s\n---\n%s", err, randomBlocks(first, true), randomBlocks(second, false))
	case m == nil:
		return 0, true
	}
	if _, err := m.Write(p.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := p.migrator().Apply(ctx, nil); err != nil {
		// A value may break what the new models ask for; nothing is changed then.
		if !allowed(err.Error()) {
			t.Errorf("%v\n%s", err, m.SQL)
		}
		if got := p.shape(); got != made {
			t.Errorf("it stopped, and the database differs:\n%s", difference(got, made))
		}
		return 0, false
	}
	p.inspected()
	kept = p.valuesKept(a, b, string(m.SQL))
	p.done(b)
	reached := p.shape()
	fresh := newProjectOn(t, engine)
	fresh.migrate(randomSite(t, second, true))
	if got := fresh.shape(); got != reached {
		t.Errorf("the database differs from one that is made at once:\n%s\nafter\n%s", difference(reached, got), m.SQL)
	}
	now, err := p.inspect()
	if err != nil {
		t.Fatal(err)
	}
	if blocks := blocksOf(t, now); engine != "sqlite" || !strings.Contains(blocks, "digits") {
		again := newProjectOn(t, engine)
		again.migrate(load(t, blocks))
		if got := again.shape(); got != reached {
			t.Errorf("inspected and made again it differs:\n%s\nfrom\n%s", difference(got, reached), blocks)
		}
	}
	if _, err := p.migrator().Revert(ctx); err != nil && !allowed(err.Error()) {
		t.Errorf("back: %v\n%s", err, m.SQL)
	} else if got := p.shape(); err == nil && got != made {
		t.Errorf("back the database differs:\n%s\nafter\n%s", difference(got, made), m.SQL)
	}
	p.inspected()
	return kept, true
}

// valuesKept holds the values of columns that went on against what they were, and
// counts the columns.
func (p *project) valuesKept(a, b *schema.Site, sql string) int {
	p.Helper()
	kept := 0
	for _, model := range b.Models {
		for _, f := range model.Fields {
			old := p.survivor(a, model, f)
			if old == nil || f.PrimaryKey.V {
				continue
			}
			kept++
			name := quote(models.ColumnName(f))
			for row := range 3 {
				value := p.valueOf(old, row)
				if value == "NULL" && !f.Null.V {
					continue // it has the default now
				}
				got := p.rows(fmt.Sprintf("SELECT CASE WHEN %[1]s IS NOT DISTINCT FROM %[2]s THEN 'same' ELSE coalesce(CAST(%[1]s AS text), 'NULL') END FROM %[3]s WHERE id = %[4]d",
					name, value, models.TableName(model), row+1))
				if got != "same" {
					p.Errorf("%s.%s of row %d is %s, was %s\n%s", model.Name, f.Name, row+1, got, value, sql)
				}
			}
		}
	}
	return kept
}

// allowed reports whether a migration may stop that way: at rows that the new models do not allow.
func allowed(message string) bool {
	for _, reason := range []string{"points at", "pointing at nothing", "has the same", "out of range", "overflow", "too long", "refuses the row", "must have a value"} {
		if strings.Contains(message, reason) {
			return true
		}
	}
	return false
}

// classOf is what a column holds.
func classOf(c *column) string {
	if strings.Contains(c.typ, "integer") || strings.HasPrefix(c.typ, "bigint") || strings.HasPrefix(c.typ, "smallint") {
		return "integer"
	}
	if class := postgresClass(c.typ); class == "json" || class == "interval" {
		return class
	}
	return class(c)
}
