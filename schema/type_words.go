package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// wordList is a list of bare words out of the attribute's Enum, each once.
type wordList struct{}

func (wordList) word() string         { return "list of words" }
func (wordList) json() any            { return jsonList(jsonString("")) }
func (wordList) goType() reflect.Type { return reflect.TypeFor[[]String]() }
func (wordList) symbolic() bool       { return true }

func (wordList) decode(d *decoder, u *use) {
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.report(notAWordList(u, u.expr.Range()))
		return
	}
	var out []String
	seen := map[string]bool{}
	for _, e := range list.Exprs {
		word, ok := keyword(e)
		if !ok {
			d.report(notAWordList(u, e.Range()))
			return
		}
		if p := checkEnum(u.attr, word); p != nil {
			d.report(badValue(e.Range(), p, nil))
			return
		}
		if seen[word] {
			d.report(wordTwice(u, word, e.Range()))
			return
		}
		seen[word] = true
		out = append(out, String{V: word, Range: e.Range(), Set: u.set})
	}
	u.target.Set(reflect.ValueOf(out))
}
