package schema

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// checkField settles one field by itself.
func checkField(d *decoder, s *scope) {
	f := s.owner.(*Field)
	relatedNameOf(f, s)
	if f.VerboseName.V == "" {
		f.VerboseName = String{V: strings.ReplaceAll(f.Name, "_", " "), Range: f.DeclRange}
	}
	if f.Kind == "" {
		return
	}
	at := func(name string) Value[bool] { return Bool{Range: d.attrRange(f, name, f.DeclRange)} }
	foreign := f.Kind == ForeignKey
	if f.OneToOne {
		f.Unique.V = true
	}
	if f.Kind == ManyToMany {
		d.checkManyToMany(f)
		return
	}
	switch {
	case !foreign && f.RelatedName.Set:
		d.report(relationAttribute(f, "related_name", f.RelatedName.Range))
	case f.Through.Name != "":
		d.report(relationAttribute(f, "through", f.Through.Range))
	}
	switch {
	case foreign && !f.OnDelete.Set && !d.isWritten(f, "on_delete"):
		d.report(onDeleteMissing(f))
	case !foreign && f.OnDelete.Set:
		d.report(onDeleteWithoutKey(f))
	case f.OnDelete.V == "set_null" && !f.Null.V:
		d.report(setNullNeedsNull(f, at("null").Range))
	}
	if foreign && d.isWritten(f, "default") {
		d.report(foreignDefault(f, at("default").Range))
	}
	if f.PrimaryKey.V {
		d.checkKey(f)
	}
	if isAuto(f.Kind) && !f.PrimaryKey.V {
		d.report(autoWithoutKey(f))
	}
	timed := f.Kind == DateTime || f.Kind == Date || f.Kind == TimeOfDay
	for _, name := range []string{"auto_now", "auto_now_add"} {
		on := name == "auto_now" && f.AutoNow.V || name == "auto_now_add" && f.AutoNowAdd.V
		switch {
		case on && !timed:
			d.report(autoNowOfOtherKind(f, name, at(name).Range))
		case on && d.isWritten(f, "default"):
			d.report(autoNowWithDefault(name, at(name).Range, at("default").Range))
		}
	}
	if f.AutoNow.V && f.AutoNowAdd.V {
		d.report(autoNowTwice(at("auto_now_add").Range, at("auto_now").Range))
	}
	if f.UploadTo.Set && f.Kind != FileKind && f.Kind != ImageKind {
		d.report(uploadToOfOtherKind(f))
	}
	d.checkChoices(f)
	d.checkDatabaseValue(f)
}

func (d *decoder) checkKey(f *Field) {
	switch f.Kind {
	case Auto, BigAuto, Integer, BigInteger, SmallInteger, PositiveInt, PositiveSmall, PositiveBig, Char, Slug, UUID:
	default:
		d.report(badKeyKind(f))
	}
	if f.Null.V {
		d.report(keyWithNull(d.attrRange(f, "null", f.DeclRange), d.attrRange(f, "primary_key", f.DeclRange)))
	}
}

// checkChoices holds choices and default against each other and against the type.
func (d *decoder) checkChoices(f *Field) {
	if len(f.Choices) == 0 {
		return
	}
	if !isText(f.Kind) && !isWhole(f.Kind) {
		d.report(choicesOfOtherKind(f, d.attrRange(f, "choices", f.DeclRange)))
		return
	}
	found := false
	for _, c := range f.Choices {
		if isText(f.Kind) {
			if _, p := literalFor(f, cty.StringVal(c.Key)); p != nil {
				d.report(badValue(c.Value.Range, p, nil))
			}
			found = found || f.Default.V == c.Key
			continue
		}
		n, err := cty.ParseNumberVal(c.Key)
		if err != nil {
			d.report(choiceNotWhole(f, c.Key, c.Value.Range))
			continue
		}
		literal, p := literalFor(f, n)
		if p != nil {
			d.report(badValue(c.Value.Range, p, nil))
		}
		found = found || f.Default.V == literal
	}
	if f.Default.V != nil && !found {
		d.report(defaultNotAChoice(f, d.attrRange(f, "choices", f.DeclRange)))
	}
}

// checkModel settles a model by itself: its key, its names.
func checkModel(d *decoder, s *scope) {
	m := s.owner.(*Model)
	d.inheritRest(m)
	d.fieldNamesClash(m)
	columns := m.Fields[:0:0]
	for _, f := range m.Fields {
		if f.Kind == ManyToMany {
			m.ManyToMany = append(m.ManyToMany, f)
			continue
		}
		columns = append(columns, f)
	}
	m.Fields = columns
	var key *Field
	for _, f := range m.Fields {
		if !f.PrimaryKey.V {
			continue
		}
		if key != nil {
			d.report(twoKeys(m, d.attrRange(f, "primary_key", f.DeclRange), d.attrRange(key, "primary_key", key.DeclRange)))
			continue
		}
		key = f
	}
	if key == nil {
		d.implicitKey(m)
	} else {
		m.Fields = keyFirst(m.Fields, key)
	}
	m.Fields = generatedLast(m.Fields)
	if m.Table.V == "" {
		m.Table = String{V: m.Name, Range: m.DeclRange}
	}
	if m.VerboseName.V == "" {
		m.VerboseName = String{V: strings.ReplaceAll(m.Name, "_", " "), Range: m.DeclRange}
	}
	if m.VerboseNamePlural.V == "" {
		m.VerboseNamePlural = String{V: m.VerboseName.V + "s", Range: m.DeclRange}
	}
	if m.Display.Set {
		if d.fieldOf(m, m.Display.V, m.Display.Range) != nil {
			return
		}
	}
	m.Display = String{V: displayField(m), Range: m.DeclRange}
}

// displayField is what stands for a row where the model does not say it.
func displayField(m *Model) string {
	for _, f := range m.Fields {
		if f.Kind == Char {
			return f.Name
		}
	}
	return m.PrimaryKey().Name
}

func keyFirst(fields []*Field, key *Field) []*Field {
	out := []*Field{key}
	for _, f := range fields {
		if f != key {
			out = append(out, f)
		}
	}
	return out
}

// implicitKey gives the model the key that its block does not write.
func (d *decoder) implicitKey(m *Model) {
	if f := m.Field("id"); f != nil {
		d.report(idWithoutKey(m, f))
		f.PrimaryKey.V = true
		m.Fields = keyFirst(m.Fields, f)
		return
	}
	f := defaults[Field](d, fieldBlock(), m.DeclRange)
	f.Name, f.Kind, f.Implicit, f.TypeRange = "id", BigAuto, true, m.DeclRange
	f.PrimaryKey.V = true
	f.VerboseName = String{V: "ID", Range: m.DeclRange}
	m.Fields = append([]*Field{f}, m.Fields...)
}

// fieldNamesClash reports fields of one name, and those whose columns or Go
// names are one. A foreign key's column is its name with _id behind it.
func (d *decoder) fieldNamesClash(m *Model) {
	d.columnsClash(m)
	byName, byGo := map[string]*Field{}, map[string]*Field{}
	for _, f := range m.Fields {
		if first := byName[f.Name]; first != nil {
			d.report(declaredTwice("field", f.Name, f.DeclRange, first.DeclRange))
			continue
		}
		byName[f.Name] = f
		names := []string{GoName(f.Name)}
		if f.Kind == ForeignKey {
			names = append(names, GoName(f.Name+"_id"))
		}
		for _, name := range names {
			if first := byGo[name]; first != nil {
				d.report(goNameTwice("field", f.Name, first.Name, name, f.DeclRange, first.DeclRange))
				break
			}
			byGo[name] = f
		}
	}
}

// generatedLast puts the fields that the database computes behind those that are written.
func generatedLast(fields []*Field) []*Field {
	var computed []*Field
	out := fields[:0:0]
	for _, f := range fields {
		if f.IsGenerated {
			computed = append(computed, f)
		} else {
			out = append(out, f)
		}
	}
	return append(out, computed...)
}
