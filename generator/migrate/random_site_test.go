package migrate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// randomKinds are types with three values each that are different, and a default
// as the site file has it.
var randomKinds = []struct {
	typ    string
	values [3]string
	value  string
}{
	{"char(20)", [3]string{"'a'", "'b''c'", "'12'"}, `"d"`},
	{"char(21)", [3]string{"'a'", "'b''c'", "'12'"}, `"it's"`},
	{"text", [3]string{"'x'", "'é'", "''"}, `""`},
	{"slug", [3]string{"'s-1'", "'s-2'", "'s-3'"}, `"s"`},
	{"email", [3]string{"'a@b.de'", "'c@d.de'", "''"}, `"x@y.de"`},
	{"url", [3]string{"'http://a/'", "'http://b/'", "''"}, `"http://x/"`},
	{"file", [3]string{"'a.txt'", "'b.txt'", "''"}, `"c.txt"`},
	{"ip_address", [3]string{"'127.0.0.1'", "'::1'", "'10.0.0.1'"}, `"10.0.0.2"`},
	{"binary", [3]string{"B00", "B01ff", "B"}, ""},
	{"boolean", [3]string{"TRUE", "FALSE", "TRUE"}, "true"},
	{"small_integer", [3]string{"1", "-2", "3"}, "4"},
	{"integer", [3]string{"1", "-2", "3"}, "4"},
	{"big_integer", [3]string{"9007199254740993", "0", "-1"}, "0"},
	{"positive_small_integer", [3]string{"0", "1", "2"}, "9"},
	{"positive_integer", [3]string{"0", "1", "2"}, "9"},
	{"positive_big_integer", [3]string{"0", "1", "2"}, "9"},
	{"float", [3]string{"0.5", "1e300", "-2.25"}, "1.5"},
	{"decimal(9, 2)", [3]string{"'1.50'", "'0.01'", "'-3.00'"}, "2.50"},
	{"date", [3]string{"'2026-01-01'", "'1999-12-31'", "'2024-02-29'"}, `"2000-01-01"`},
	{"datetime", [3]string{"'2026-01-01 10:00:00'", "'1999-12-31 23:59:59.999999'", "'2024-02-29 00:00:00'"}, "now()"},
	{"time", [3]string{"'10:00:00'", "'23:59:59.000001'", "'00:00:00'"}, `"12:00"`},
	{"duration", [3]string{"1", "1000000", "-5"}, `"30s"`},
	{"uuid", [3]string{"'" + strings.Repeat("0", 31) + "1'", "'" + strings.Repeat("0", 31) + "2'", "'" + strings.Repeat("a", 32) + "'"}, `"00010203-0405-0607-0809-0a0b0c0d0e0f"`},
	{"json", [3]string{"'{}'", "'[1]'", "'null'"}, `{ "a" = [1] }`},
	{"foreign_key", [3]string{"1", "2", "3"}, ""},
	{"one_to_one", [3]string{"1", "2", "3"}, ""},
}

// randomModel is a model that is not written yet.
type randomModel struct {
	name, former string
	fields       []*randomField
	many         map[string]string // many_to_many fields, and the models they lead to
	declared     []string          // blocks, with MODEL for the model's name
}

type randomField struct {
	name, former, column string
	kind                 int // of randomKinds
	target, onDelete     string
	null, unique, index  bool
	set                  string // default, db_default or ""
	generated            string // an expression, with MODEL for the model's name
}

func (f *randomField) typ() string { return randomKinds[f.kind].typ }

func (f *randomField) relation() bool { return f.target != "" }

// number reports whether the field can be computed with.
func (f *randomField) number() bool {
	return f.generated == "" && (strings.HasSuffix(f.typ(), "integer") || f.typ() == "float")
}

// randomModels are some of the models t0 to t3 with some of the fields f0 to f5.
func randomModels(r *rand.Rand) []*randomModel {
	var list []*randomModel
	for i := range 4 {
		if i == 0 || r.IntN(4) > 0 {
			list = append(list, &randomModel{name: fmt.Sprintf("t%d", i), many: map[string]string{}})
		}
	}
	for _, m := range list {
		for j := range 6 {
			if r.IntN(3) > 0 {
				m.fields = append(m.fields, randomFieldOf(r, list, fmt.Sprintf("f%d", j)))
			}
		}
		m.atLeastOne()
		m.declare(r)
	}
	pairs(r, list)
	return list
}

func randomFieldOf(r *rand.Rand, list []*randomModel, name string) *randomField {
	f := &randomField{name: name, kind: r.IntN(len(randomKinds))}
	if r.IntN(8) == 0 {
		f.column = "Col_" + name
	}
	f.vary(r, list)
	return f
}

// atLeastOne gives a model without fields one.
func (m *randomModel) atLeastOne() {
	if len(m.fields) == 0 {
		m.fields = []*randomField{{name: "only", null: true}}
	}
}

// vary draws everything but name and type.
func (f *randomField) vary(r *rand.Rand, list []*randomModel) {
	k := randomKinds[f.kind]
	f.null, f.index, f.unique, f.set, f.generated = r.IntN(2) == 0, r.IntN(4) == 0, false, "", ""
	if k.typ == "foreign_key" || k.typ == "one_to_one" {
		f.target = list[r.IntN(len(list))].name
		f.onDelete = []string{"cascade", "protect", "set_null", "restrict", "do_nothing"}[r.IntN(5)]
		f.null = true
		return
	}
	f.target, f.onDelete = "", ""
	if f.null && k.typ != "boolean" && k.typ != "json" && r.IntN(4) == 0 {
		f.unique, f.index = true, false
		return
	}
	if k.value != "" {
		f.set = []string{"default", "default", "db_default", "both"}[r.IntN(4)]
	} else {
		f.null = true
	}
}

// pairs gives some models many_to_many fields.
func pairs(r *rand.Rand, list []*randomModel) {
	for _, m := range list {
		if m.many = map[string]string{}; r.IntN(3) == 0 {
			m.many["many"] = list[r.IntN(len(list))].name
		}
	}
}

// declare gives a model some indexes and constraints that its rows meet, and a
// generated field.
func (m *randomModel) declare(r *rand.Rand) {
	m.declared = nil
	m.fields = withoutGenerated(m.fields)
	if len(m.fields) == 0 {
		return
	}
	field := func() *randomField { return m.fields[r.IntN(len(m.fields))] }
	null := func(f *randomField) string {
		if !f.null {
			return "MODEL.id > 0"
		}
		return "MODEL." + f.name + [2]string{" == null", " != null"}[r.IntN(2)]
	}
	plain := func(f *randomField) bool { return f.typ() != "json" && f.typ() != "binary" }
	for i := range 2 {
		if f, g := field(), field(); r.IntN(2) == 0 && plain(f) && plain(g) {
			fields := `"` + [2]string{"", "-"}[r.IntN(2)] + f.name + `"`
			if g != f {
				fields += `, "` + g.name + `"`
			}
			condition := ""
			if r.IntN(2) == 0 {
				condition = "\n    condition = " + null(field())
			}
			m.declared = append(m.declared, fmt.Sprintf("index \"MODEL_x%d\" {\n    fields = [%s]%s\n  }", i, fields, condition))
		}
		if f := field(); r.IntN(3) == 0 {
			m.declared = append(m.declared, fmt.Sprintf("check \"MODEL_c%d\" { condition = %s || MODEL.id > 0 }", i, null(f)))
		}
		if f := field(); r.IntN(3) == 0 && plain(f) {
			m.declared = append(m.declared, fmt.Sprintf("unique \"MODEL_u%d\" { fields = [\"id\", %q] }", i, f.name))
		}
		if f := field(); r.IntN(3) == 0 && f.number() {
			m.declared = append(m.declared, fmt.Sprintf("index \"MODEL_e%d\" { expressions = [desc(abs(MODEL.%s)), MODEL.id + %d] }", i, f.name, r.IntN(3)))
		}
	}
	if f := field(); r.IntN(2) == 0 && f.number() {
		kind := 0
		for i, k := range randomKinds {
			if k.typ == "float" {
				kind = i
			}
		}
		m.fields = append(m.fields, &randomField{name: "computed", kind: kind, null: f.null, generated: fmt.Sprintf("MODEL.%s * %d", f.name, 2+r.IntN(2))})
	}
}

func withoutGenerated(fields []*randomField) []*randomField {
	var rest []*randomField
	for _, f := range fields {
		if f.generated == "" {
			rest = append(rest, f)
		}
	}
	return rest
}

// changed is the models after some time: some are gone, new or renamed, and so are
// their fields; some fields have other attributes, and a few another type.
func changed(r *rand.Rand, before []*randomModel) []*randomModel {
	var list []*randomModel
	renamed := map[string]string{}
	for i, old := range before {
		if i > 0 && r.IntN(6) == 0 {
			continue
		}
		m := *old
		m.former, m.many = "", map[string]string{}
		if r.IntN(4) == 0 {
			m.former, m.name = old.name, old.name+"x"
			renamed[old.name] = m.name
		}
		list = append(list, &m)
	}
	if r.IntN(3) == 0 {
		list = append(list, &randomModel{name: "t9"})
	}
	has := map[string]bool{}
	for _, m := range list {
		has[m.name] = true
	}
	for _, m := range list {
		var fields []*randomField
		for _, old := range withoutGenerated(m.fields) {
			if r.IntN(6) == 0 {
				continue
			}
			f := *old
			f.former = ""
			switch r.IntN(10) {
			case 0, 1:
				f.former, f.name = old.name, old.name+"x"
			case 2, 3, 4:
				f.vary(r, list)
			case 5:
				if r.IntN(4) == 0 {
					f.kind = r.IntN(len(randomKinds))
					f.vary(r, list)
				}
			}
			if name := renamed[f.target]; name != "" {
				f.target = name
			}
			if f.relation() && !has[f.target] {
				continue
			}
			fields = append(fields, &f)
		}
		for j := range 2 {
			if r.IntN(3) == 0 {
				fields = append(fields, randomFieldOf(r, list, fmt.Sprintf("g%d", j)))
			}
		}
		m.fields = fields
		m.atLeastOne()
		if r.IntN(2) == 0 || len(m.declared) > 0 {
			m.declare(r)
		}
	}
	pairs(r, list)
	return list
}

// blocks are the models as a site file has them; with again they say nothing of
// former names.
func randomBlocks(list []*randomModel, again bool) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "model %q {\n", m.name)
		if m.former != "" && !again {
			fmt.Fprintf(&b, "  renamed_from = %q\n", m.former)
		}
		for _, f := range m.fields {
			f.write(&b, m, again)
		}
		for name, target := range m.many {
			fmt.Fprintf(&b, "  field %q { type = many_to_many(model.%s) }\n", name, target)
		}
		for _, d := range m.declared {
			b.WriteString("  " + strings.ReplaceAll(d, "MODEL", m.name) + "\n")
		}
		b.WriteString("}\n")
	}
	return b.String()
}

func (f *randomField) write(b *strings.Builder, m *randomModel, again bool) {
	typ := f.typ()
	if f.relation() {
		typ += "(model." + f.target + ")"
	}
	fmt.Fprintf(b, "  field %q {\n    type = %s\n", f.name, typ)
	attr := func(when bool, name, value string) {
		if when {
			fmt.Fprintf(b, "    %s = %s\n", name, value)
		}
	}
	attr(f.former != "" && !again, "renamed_from", fmt.Sprintf("%q", f.former))
	attr(f.column != "", "db_column", fmt.Sprintf("%q", f.column))
	attr(f.generated != "", "generated", strings.ReplaceAll(f.generated, "MODEL", m.name))
	attr(f.null, "null", "true")
	attr(f.unique, "unique", "true")
	attr(f.index, "index", "true")
	attr(f.relation(), "on_delete", f.onDelete)
	attr(f.relation(), "related_name", `"+"`)
	value := randomKinds[f.kind].value
	attr(f.set == "default" || f.set == "both", "default", value)
	attr(f.set == "db_default" || f.set == "both", "db_default", value)
	b.WriteString("  }\n")
}

// randomSite is the site of models.
func randomSite(t *testing.T, list []*randomModel, again bool) *schema.Site {
	t.Helper()
	return load(t, randomBlocks(list, again))
}
