package generator

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// pairsOf are those of a form's fields that are pairs with rows of another model.
func pairsOf(list []*schema.Field) []*schema.Field {
	return slices.DeleteFunc(slices.Clone(list), func(f *schema.Field) bool { return f.Kind != schema.ManyToMany })
}

// stored stores a row by a method of it, and its pairs in the same transaction.
func (e *viewEmitter) stored(method string, m *schema.Model, list []*schema.Field) jen.Code {
	pairs := pairsOf(list)
	if len(pairs) == 0 {
		return jen.Id("row").Dot(method).Call(jen.Id("r"))
	}
	body := []jen.Code{unlessFailed(jen.Id("row").Dot(method).Call(jen.Id("tx")))}
	last := len(pairs) - 1
	for _, f := range pairs[:last] {
		body = append(body, unlessFailed(e.paired(m, f, "tx")))
	}
	body = append(body, jen.Return(e.paired(m, pairs[last], "tx")))
	return jen.Qual(pkgModel, "Atomic").Call(jen.Id("r"), jen.Func().Params(jen.Id("tx").Qual(pkgModel, "Source")).Error().Block(body...))
}

// storedSent stores a row of a resource and its pairs, within the transaction that src is;
// with some those alone that the client sent.
func (e *viewEmitter) storedSent(method string, m *schema.Model, list []*schema.Field, some bool) []jen.Code {
	row := jen.Id("row").Dot(method).Call(jen.Id("src"))
	pairs := pairsOf(list)
	if len(pairs) == 0 {
		return []jen.Code{jen.Return(row)}
	}
	body := []jen.Code{unlessFailed(row)}
	for _, f := range pairs {
		set := unlessFailed(e.paired(m, f, "src"))
		if some {
			set = jen.If(jen.Id("form").Dot("Lookup").Call(jen.Lit(f.Name)).Op("!=").Nil()).Block(set)
		}
		body = append(body, set)
	}
	return append(body, jen.Return(jen.Nil()))
}

// paired pairs the row with those that its form chose.
func (e *viewEmitter) paired(m *schema.Model, f *schema.Field, src string) *jen.Statement {
	return e.modelField(m, f).Dot("SetKeys").Call(jen.Id(src), jen.Id("row"), jen.Id("form").Dot("Keys").Call(jen.Lit(f.Name)).Op("..."))
}

// unlessFailed returns the error of a call, and goes on where there is none.
func unlessFailed(call jen.Code) *jen.Statement {
	return jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// chosen reads the keys of the rows that a row is paired with, for its form.
func (e *viewEmitter) chosen(m *schema.Model, list []*schema.Field) jen.Code {
	pairs := pairsOf(list)
	if len(pairs) == 0 {
		return nil
	}
	pkg := e.module + "/gen/models"
	var relations, keys []jen.Code
	for _, f := range pairs {
		relations = append(relations, e.modelField(m, f))
		to := f.Target.Target
		key := jen.Func().Params(jen.Id("other").Op("*").Add(e.row(to))).Int64().Block(jen.Return(jen.Id("other").Dot(models.FieldName(to.PrimaryKey()))))
		keys = append(keys, jen.Lit(f.Name).Op(":").Qual(pkgForms, "KeysOf").Call(jen.Id("paired").Dot(models.FieldName(f)), key))
	}
	key := m.PrimaryKey()
	return emit.Field("Chosen", e.function(
		[]jen.Code{request("r"), jen.Id("row").Op("*").Add(e.row(m))}, []jen.Code{jen.Map(jen.String()).Any(), jen.Error()},
		jen.List(jen.Id("paired"), jen.Err()).Op(":=").Qual(pkg, models.PluralName(m)).Call(jen.Id("r")).Dot("Filter").Call(
			e.modelField(m, key).Dot("Eq").Call(jen.Id("row").Dot(models.FieldName(key)))).Dot("PrefetchRelated").Call(relations...).Dot("Get").Call(),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(jen.Map(jen.String()).Any().Add(emit.Rows(keys...)), jen.Nil())))
}
