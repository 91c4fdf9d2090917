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

// randomKinds are kinds with three values each that are different, and a default.
var randomKinds = []struct {
	kind   schema.FieldKind
	values [3]string
	value  any
}{
	{schema.Char, [3]string{"'a'", "'b''c'", "'12'"}, "d"},
	{schema.Text, [3]string{"'x'", "'é'", "''"}, ""},
	{schema.Slug, [3]string{"'s-1'", "'s-2'", "'s-3'"}, "s"},
	{schema.Integer, [3]string{"1", "-2", "3"}, int64(4)},
	{schema.BigInteger, [3]string{"9007199254740993", "0", "-1"}, int64(0)},
	{schema.PositiveInt, [3]string{"0", "1", "2"}, int64(9)},
	{schema.FloatField, [3]string{"0.5", "1e300", "-2.25"}, 1.5},
	{schema.Decimal, [3]string{"'1.50'", "'0.01'", "'-3.00'"}, "2.50"},
	{schema.Date, [3]string{"'2026-01-01'", "'1999-12-31'", "'2024-02-29'"}, "2000-01-01"},
	{schema.DateTime, [3]string{"'2026-01-01 10:00:00'", "'1999-12-31 23:59:59.999999'", "'2024-02-29 00:00:00'"}, schema.Now{}},
	{schema.TimeOfDay, [3]string{"'10:00:00'", "'23:59:59.000001'", "'00:00:00'"}, "12:00"},
	{schema.DurationKind, [3]string{"1", "1000000", "-5"}, "30s"},
	{schema.UUID, [3]string{"'" + strings.Repeat("0", 31) + "1'", "'" + strings.Repeat("0", 31) + "2'", "'" + strings.Repeat("a", 32) + "'"}, "00010203-0405-0607-0809-0a0b0c0d0e0f"},
	{schema.JSON, [3]string{"'{}'", "'[1]'", "'null'"}, "{}"},
	{schema.ForeignKey, [3]string{"1", "2", "3"}, nil},
}

// randomSite is a site of some of the tables t0 to t3 with some of the fields
// f0 to f5. A field that like has too has the same kind nearly always.
func randomSite(r *rand.Rand, like *schema.Site) *schema.Site {
	kinds := map[string]schema.FieldKind{}
	if like != nil {
		for _, m := range like.Models {
			for _, f := range m.Fields {
				kinds[m.Name+f.Name] = f.Kind
			}
		}
	}
	s := &schema.Site{}
	for i := range 4 {
		if i > 0 && r.IntN(4) == 0 {
			continue
		}
		m := &schema.Model{Name: fmt.Sprintf("t%d", i)}
		key := &schema.Field{Name: "id", Kind: schema.BigAuto}
		key.PrimaryKey.V = true
		m.Fields = append(m.Fields, key)
		s.Models = append(s.Models, m)
	}
	for _, m := range s.Models {
		for j := range 6 {
			if r.IntN(3) == 0 {
				continue
			}
			k := randomKinds[r.IntN(len(randomKinds))]
			if same := kinds[m.Name+fmt.Sprintf("f%d", j)]; same != "" && r.IntN(40) > 0 {
				for k.kind != same {
					k = randomKinds[r.IntN(len(randomKinds))]
				}
			}
			f := &schema.Field{Name: fmt.Sprintf("f%d", j), Kind: k.kind, MaxLength: 20 + r.IntN(2), MaxDigits: 9, DecimalPlaces: 2}
			f.Null.V, f.Index.V = r.IntN(2) == 0, r.IntN(4) == 0
			f.Index.Set = r.IntN(2) == 0
			f.Default.V = k.value
			if k.kind == schema.ForeignKey {
				f.Target.Target = s.Models[r.IntN(len(s.Models))]
				f.OnDelete.V = []string{"cascade", "protect", "set_null", "restrict"}[r.IntN(4)]
				f.Null.V = true
			}
			if f.Null.V && r.IntN(4) == 0 {
				f.Unique.V = true
				f.Default.V = nil
			}
			m.Fields = append(m.Fields, f)
		}
		randomDeclared(r, m)
	}
	return s
}

// randomDeclared gives a model some indexes and checks that its rows meet.
func randomDeclared(r *rand.Rand, m *schema.Model) {
	field := func() *schema.Field { return m.Fields[r.IntN(len(m.Fields))] }
	for i := range 2 {
		if r.IntN(2) == 0 {
			x := &schema.Index{Name: fmt.Sprintf("%s_x%d", m.Name, i), Fields: []schema.Ordering{{Field: field(), Descending: r.IntN(2) == 0}}}
			if f := field(); f != x.Fields[0].Field {
				x.Fields = append(x.Fields, schema.Ordering{Field: f})
			}
			if r.IntN(2) == 0 {
				x.Condition = schema.IsNull{Field: field(), Negated: r.IntN(2) == 0}
			}
			m.Indexes = append(m.Indexes, x)
		}
		if r.IntN(3) == 0 {
			f := field()
			m.Constraints = append(m.Constraints, &schema.Constraint{Name: fmt.Sprintf("%s_c%d", m.Name, i), Check: true, Condition: schema.Or{Terms: []schema.Predicate{
				schema.IsNull{Field: f, Negated: r.IntN(2) == 0},
				schema.Compare{Field: m.Fields[0], Op: ">", Value: schema.Operand{Literal: int64(0)}},
			}}})
		}
		if r.IntN(3) == 0 {
			m.Constraints = append(m.Constraints, &schema.Constraint{Name: fmt.Sprintf("%s_u%d", m.Name, i), Fields: []*schema.Field{m.Fields[0], field()}})
		}
	}
}

// renameSome renames some models and fields and states their former names.
func renameSome(r *rand.Rand, b *schema.Site) {
	for _, m := range b.Models {
		if r.IntN(4) == 0 {
			m.RenamedFrom.V, m.Name = m.Name, m.Name+"x"
		}
		for _, f := range m.Fields[1:] {
			if r.IntN(5) == 0 {
				f.RenamedFrom.V, f.Name = f.Name, f.Name+"x"
			}
		}
	}
}

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
			for _, f := range m.Fields[1:] {
				names, values = append(names, models.ColumnName(f)), append(values, p.valueOf(f, row))
			}
			fmt.Fprintf(&sql, "INSERT INTO %s (%s) VALUES (%s);\n", m.Name, strings.Join(names, ", "), strings.Join(values, ", "))
		}
	}
	sql.WriteString(after)
	p.script(sql.String())
}

func (p *project) valueOf(f *schema.Field, row int) string {
	if p.engine == "postgres" && f.Kind == schema.DurationKind {
		return [3]string{"interval '1 microsecond'", "interval '1 second'", "interval '-5 microseconds'"}[row]
	}
	for _, k := range randomKinds {
		if k.kind == f.Kind {
			return k.values[row]
		}
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
		if g == nil {
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
// of columns that go on, and can be taken back. Diff itself compares the
// schema with the models.
func TestRandomPairs(t *testing.T) { each(t, testRandomPairs) }

func testRandomPairs(t *testing.T, engine string) {
	refused, kept := 0, 0
	const pairs = 40
	for seed := range uint64(pairs) {
		r := rand.New(rand.NewPCG(seed, 7))
		a := randomSite(r, nil)
		b := randomSite(r, a)
		renameSome(r, b)
		p := newProjectOn(t, engine)
		p.migrate(a)
		p.fill(a)
		m, err := p.diff(b)
		var user *Error
		switch {
		case errors.As(err, &user):
			refused++
			continue
		case err != nil:
			t.Fatalf("seed %d: %v", seed, err)
		case m == nil:
			continue
		}
		if _, err := m.Write(p.dir); err != nil {
			t.Fatal(err)
		}
		if _, err := p.migrator().Apply(ctx, nil); err != nil {
			// A value may break what the new models ask for; nothing is changed then.
			if !allowed(err.Error()) {
				t.Errorf("seed %d: %v\n%s", seed, err, m.SQL)
			}
			refused++
			continue
		}
		p.inspected()
		for _, model := range b.Models {
			for _, f := range model.Fields[1:] {
				old := p.survivor(a, model, f)
				if old == nil {
					continue
				}
				kept++
				for row := range 3 {
					got := p.rows(fmt.Sprintf("SELECT CASE WHEN %s = %s THEN 'same' ELSE CAST(%s AS text) END FROM %s WHERE id = %d",
						models.ColumnName(f), p.valueOf(old, row), models.ColumnName(f), model.Name, row+1))
					if got != "same" {
						t.Errorf("seed %d: %s.%s of row %d is %s, was %s\n%s", seed, model.Name, f.Name, row+1, got, p.valueOf(old, row), m.SQL)
					}
				}
			}
		}
		p.done(b)
		if _, err := p.migrator().Revert(ctx); err != nil && !allowed(err.Error()) {
			t.Errorf("seed %d, back: %v\n%s", seed, err, m.SQL)
		}
		p.inspected()
	}
	if refused > pairs*3/4 || kept < 50 {
		t.Errorf("%d of %d refused and %d columns kept: the test shows too little", refused, pairs, kept)
	}
	t.Logf("%d pairs, %d refused for their values or types, %d columns kept", pairs, refused, kept)
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
	if strings.HasPrefix(c.typ, "integer") || c.typ == "bigint" {
		return "integer"
	}
	if class := postgresClass(c.typ); class == "json" || class == "interval" {
		return class
	}
	return class(c)
}
