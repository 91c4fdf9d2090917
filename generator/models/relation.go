package models

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

const sqltextPkg = modelPkg + "/sqltext"

// relation is a way from a model to another, in either direction.
type relation struct {
	name   string // of the struct field
	field  string // of the site file, for people
	target *schema.Model
	step   sqltext.Step
	// pairs goes on to the target, for a many_to_many.
	pairs *sqltext.Step
	// many says that there may be several rows, back that the foreign key is the target's.
	many, back bool
	link       *schema.Field // the foreign key of a relation that is not back
}

// Relation is a way from a model to another, as a row has it.
type Relation struct {
	// Name is the site file's word, Field the field of the Go struct.
	Name, Field string
	Target      *schema.Model
	// Many says that the field holds any number of rows.
	Many bool
}

// Relations are a model's relations: its foreign keys in their order, its
// many_to_many fields, and what leads back to it.
func Relations(m *schema.Model) []Relation {
	var list []Relation
	for _, r := range relationsOf(m) {
		list = append(list, Relation{Name: r.field, Field: r.name, Target: r.target, Many: r.many})
	}
	return list
}

// relationsOf are the relations with their steps.
func relationsOf(m *schema.Model) []relation {
	var list []relation
	for _, f := range m.Fields {
		if f.Kind == schema.ForeignKey {
			list = append(list, relation{name: RelationName(f), field: f.Name, target: f.Target.Target, step: stepOf(m, f), link: f})
		}
	}
	for _, f := range m.ManyToMany {
		if f.Source != nil {
			list = append(list, acrossPairs(f, RelationName(f), f.Name, m, f.Source, f.Dest))
		}
	}
	for _, r := range m.Reverse {
		name := schema.GoName(r.Name)
		if methods[name] {
			name += "Field"
		}
		f := r.Field
		if f.Kind == schema.ManyToMany {
			list = append(list, acrossPairs(f, name, r.Name, m, f.Dest, f.Source))
			continue
		}
		list = append(list, relation{
			name: name, field: r.Name, target: r.From, many: !r.One(), back: true,
			step: sqltext.Step{
				Table: TableName(r.From), Alias: alias(m, r.Name), Column: ColumnName(m.PrimaryKey()),
				Key: ColumnName(f), PK: ColumnName(r.From.PrimaryKey()), Optional: r.One(), Many: !r.One(),
			},
		})
	}
	return list
}

// acrossPairs is a many_to_many from the side whose key the pairs have in here.
func acrossPairs(f *schema.Field, name, field string, m *schema.Model, here, there *schema.Field) relation {
	pairs := f.Through.Target
	target := there.Target.Target
	return relation{
		name: name, field: field, target: target, many: true, back: true,
		step: sqltext.Step{
			Table: TableName(pairs), Alias: alias(m, TableName(pairs)), Column: ColumnName(m.PrimaryKey()),
			Key: ColumnName(here), PK: ColumnName(pairs.PrimaryKey()), Many: true,
		},
		pairs: &sqltext.Step{
			Table: TableName(target), Alias: alias(m, field), Column: ColumnName(there),
			Key: ColumnName(target.PrimaryKey()), PK: ColumnName(target.PrimaryKey()),
		},
	}
}

// related lowers a condition on the row that the path leads to. A relation to
// several rows becomes a subquery, so that no row is found twice.
func (s *statement) related(m *schema.Model, path []schema.Hop, term schema.Predicate) sqltext.Expr {
	if len(path) == 0 {
		return s.predicate(m, term)
	}
	r := crossed(m, path[0])
	rest := s.related(r.target, path[1:], term)
	if !r.many {
		return sqltext.Across{Path: sqltext.Path{r.step}, Term: rest}
	}
	if r.pairs != nil {
		rest = sqltext.Across{Path: sqltext.Path{*r.pairs}, Term: rest}
	}
	return sqltext.Exists{Select: &sqltext.Select{Table: r.step.Table, Key: r.step.PK, Where: sqltext.And{
		sqltext.Compare{
			Left: sqltext.Column{Table: r.step.Table, Name: r.step.Key}, Op: sqltext.Eq,
			Right: sqltext.Outer{Of: sqltext.Column{Name: r.step.Column}},
		}, rest,
	}}}
}

// crossed is the relation of a hop.
func crossed(m *schema.Model, hop schema.Hop) relation {
	for _, r := range relationsOf(m) {
		if r.field == hop.Name && r.back == (hop.Back || hop.Field.Kind == schema.ManyToMany) {
			return r
		}
	}
	panic("stackgen: unreachable: relation " + hop.Name + " of " + m.Name)
}

// stepOf crosses a foreign key.
func stepOf(m *schema.Model, f *schema.Field) sqltext.Step {
	target := f.Target.Target
	key := ColumnName(target.PrimaryKey())
	return sqltext.Step{
		Table: TableName(target), Alias: alias(m, f.Name), Column: ColumnName(f), Key: key, PK: key, Optional: f.Null.V,
	}
}

// alias is a name for a joined table that is not the model's own table.
func alias(m *schema.Model, name string) string {
	if name == TableName(m) {
		return name + "_"
	}
	return name
}

func (w modelWriter) relationType(r relation) jen.Code {
	name := "ToOne"
	if r.many {
		name = "ToMany"
	}
	return jen.Qual(modelPkg, name).Types(jen.Id(w.name), jen.Id(TypeName(r.target)))
}

// relation is the value of a relation.
func (w modelWriter) relation(r relation) jen.Code {
	self := jen.Id(w.self).Add(w.row())
	target := jen.Id(TypeName(r.target))
	field := jen.Op("&").Id(w.self).Dot(r.name)
	if !r.many {
		link := jen.Id(lowerFirst(w.name) + "Key")
		if !r.back {
			link = jen.Func().Params(self).Qual(modelPkg, "Value").Block(jen.Return(bind(r.link, jen.Id(w.self).Dot(FieldName(r.link)))))
		}
		return jen.Qual(modelPkg, "NewToOne").Call(
			stepCode(r.step), jen.Id(lowerFirst(TypeName(r.target))+"Columns"), jen.Parens(w.row()).Dot("scan"+r.name),
			jen.Func().Params(self).Op("**").Add(target).Block(jen.Return(field)), link,
		)
	}
	rows := jen.Func().Params(self).Op("*").Index().Op("*").Add(target).Block(jen.Return(field))
	key := jen.Id(lowerFirst(w.name) + "Key")
	if r.pairs == nil {
		return jen.Qual(modelPkg, "NewToMany").Call(stepCode(r.step), rows, key)
	}
	steps := jen.Index(jen.Lit(2)).Qual(sqltextPkg, "Step").Values(stepCode(r.step), stepCode(*r.pairs))
	return jen.Qual(modelPkg, "NewManyToMany").Call(steps, rows, key, jen.Id(lowerFirst(TypeName(r.target))+"Key"))
}

func stepCode(s sqltext.Step) jen.Code {
	fields := []jen.Code{
		emit.Field("Table", jen.Lit(s.Table)), emit.Field("Alias", jen.Lit(s.Alias)), emit.Field("Column", jen.Lit(s.Column)),
		emit.Field("Key", jen.Lit(s.Key)), emit.Field("PK", jen.Lit(s.PK)),
	}
	if s.Optional {
		fields = append(fields, emit.Field("Optional", jen.True()))
	}
	if s.Many {
		fields = append(fields, emit.Field("Many", jen.True()))
	}
	return jen.Qual(sqltextPkg, "Step").Values(fields...)
}

// keyed reports whether something asks for the key of the model's rows.
func (w modelWriter) keyed() bool {
	for _, r := range relationsOf(w.m) {
		if r.back {
			return true
		}
	}
	return false
}

// Crossed is the field of models.XField that crosses a hop, where it leads, and whether to several rows.
func Crossed(m *schema.Model, hop schema.Hop) (name string, target *schema.Model, many bool) {
	r := crossed(m, hop)
	return r.name, r.target, r.many
}
