package generator

import (
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// rowOf is the type of the rows of that Go name in gen/models, which a function of
// the project hands to templates: a model's or those of a sql block; nil for
// any other name.
func (p *project) rowOf(name string) *template.Type {
	for _, m := range p.site.Models {
		if models.TypeName(m) == name {
			return p.handedRow(m)
		}
	}
	for _, q := range p.site.SQL {
		if q.Row != nil && len(q.Columns) > 0 && models.TypeName(q.Row) == name {
			return p.handedRow(q.Row)
		}
	}
	return nil
}

// handedRow is a row of which nobody knows here what was read along with it: what its
// relations lead to is None, or no rows, where nothing was. Models may refer to
// each other in a circle, so there is one type for each.
func (p *project) handedRow(m *schema.Model) *template.Type {
	if t := p.handed[m]; t != nil {
		return t
	}
	t := p.modelType(m, nil)
	if p.handed == nil {
		p.handed = map[*schema.Model]*template.Type{}
	}
	p.handed[m] = t
	for _, r := range models.Relations(m) {
		row := p.handedRow(r.Target)
		to := &template.Type{Kind: template.Nullable, Elem: row}
		if r.Many {
			to = &template.Type{Kind: template.List, Elem: row}
		}
		t.Members[r.Name] = &template.Member{Field: r.Field, Type: to}
	}
	return t
}
