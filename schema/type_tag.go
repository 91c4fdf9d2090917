package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Tag is what answers in a cache are purged by: a word, or a model whose rows they show.
type Tag struct {
	// Word is the tag as the field Cache-Tag has it, "model.post" for a model.
	Word  String
	Model Ref[Model]
}

// tagList is a list of words and models.
type tagList struct{}

func (tagList) word() string         { return "list of strings and models" }
func (tagList) json() any            { return jsonList(jsonString("")) }
func (tagList) goType() reflect.Type { return reflect.TypeFor[[]Tag]() }
func (tagList) symbolic() bool       { return false }

func (tagList) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*[]Tag)
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		for _, word := range readStrings(d, u) {
			*into = append(*into, Tag{Word: word})
		}
		return
	}
	*into = make([]Tag, len(list.Exprs)) // references are filled in later
	for i, e := range list.Exprs {
		tag := &(*into)[i]
		if t, ok := traversalOf(e); ok {
			if names, plain := steps(t); plain && len(names) == 2 && names[0] == "model" {
				tag.Word = String{V: "model." + names[1], Range: e.Range(), Set: true}
				modelRef().put(d, t, &tag.Model)
				continue
			}
		}
		if word, ok := stringType().read(d, u, e); ok {
			tag.Word = word
		}
	}
}
