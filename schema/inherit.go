package schema

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// An abstract model has no table; its fields, constraints, indexes and order are
// those of the models that name it among their bases. Its blocks are decoded once
// more for each of them, so that references and conditions are about that model.

// basesType is the list of abstract models that a model goes on from.
type basesType struct{}

func (basesType) word() string         { return "list of references to abstract models" }
func (basesType) json() any            { return jsonList(jsonString(`^model\.[a-z0-9_]+$`)) }
func (basesType) goType() reflect.Type { return reflect.TypeFor[[]Ref[Model]]() }
func (basesType) symbolic() bool       { return true }

func (basesType) decode(d *decoder, u *use) {
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.report(notAList(u, "bases = [model.timestamped]", u.expr.Range()))
		return
	}
	m := u.owner.(*Model)
	if d.inheriting == nil {
		d.inheriting = map[*Model][]string{}
	}
	own := d.inheriting[m] == nil // and not those of a base
	for _, e := range list.Exprs {
		t, ok := d.reference(u, e, "model")
		if !ok {
			continue
		}
		names, _ := steps(t)
		if own {
			m.Bases = append(m.Bases, Ref[Model]{Name: names[1], Range: t.SourceRange()})
		}
		d.inherit(u.scope, names[1], t.SourceRange())
	}
}

// inherit decodes the blocks of an abstract model into the model of the scope.
func (d *decoder) inherit(s *scope, name string, at hcl.Range) {
	m := s.owner.(*Model)
	for _, seen := range d.inheriting[m] {
		if seen == name {
			return // two ways to one base
		}
	}
	base := d.modelBlocks[name]
	switch {
	case base == nil:
		d.waitForNames(func() Diagnostic { return unknownName(d.names, "model", name, at) })
		return
	case name == m.Name:
		d.report(baseOfItself(m, at))
		return
	}
	d.inheriting[m] = append(d.inheriting[m], name)
	d.wait(resolveReferences, func() {
		if x := d.names.lookup("model", name); x != nil {
			d.names.used[x.owner] = true
			if !x.owner.(*Model).Abstract.V {
				d.report(baseWithTable(name, at, x.at))
			}
		}
	})
	as := *s
	as.alias = name
	content := d.content(base.Body, &as)
	if b := content.Attributes["bases"]; b != nil {
		before := d.written[m]["bases"]
		d.attribute(b, s.table.attr("bases"), &as)
		d.markWritten(m, "bases", before)
	}
	if o := content.Attributes["ordering"]; o != nil && d.orders[m] == nil {
		if d.orders == nil {
			d.orders = map[*Model]func(){}
		}
		d.orders[m] = func() { d.attribute(o, s.table.attr("ordering"), &as) }
	}
	fields, constraints, indexes := len(m.Fields), len(m.Constraints), len(m.Indexes)
	for _, b := range content.Blocks {
		d.nested(b, s.table.block(b.Type), &as)
	}
	for _, f := range m.Fields[fields:] {
		f.inherited = name
	}
	for _, c := range m.Constraints[constraints:] {
		c.Name = m.Name + "_" + c.Name
	}
	for _, x := range m.Indexes[indexes:] {
		x.Name = m.Name + "_" + x.Name
	}
}

// inheritRest settles what the model's own block has the first word on: the
// fields that it declares itself, and the order.
func (d *decoder) inheritRest(m *Model) {
	own := map[string]bool{}
	for _, f := range m.Fields {
		if f.inherited == "" {
			own[f.Name] = true
		}
	}
	fields := m.Fields[:0:0]
	for _, f := range m.Fields {
		if f.inherited == "" || !own[f.Name] {
			fields = append(fields, f)
		}
	}
	m.Fields = fields
	if order := d.orders[m]; order != nil && !d.isWritten(m, "ordering") {
		order()
	}
}

// withoutAbstract takes the abstract models away, which have no table.
func (d *decoder) withoutAbstract() {
	var models []*Model
	for _, m := range d.site.Models {
		if !m.Abstract.V {
			models = append(models, m)
		}
	}
	d.site.Models = models
}

// root is what conditions call the model: its name, or that of the abstract
// model whose block they stand in.
func (c *condition) root() string {
	for s := c.u.scope; s != nil; s = s.parent {
		if s.alias != "" {
			return s.alias
		}
	}
	return c.model.Name
}

// relatedNameOf puts the model's name in place of Django's %(class)s.
func relatedNameOf(f *Field, s *scope) {
	if m, ok := s.parent.owner.(*Model); ok {
		f.RelatedName.V = strings.ReplaceAll(f.RelatedName.V, "%(class)s", m.Name)
	}
}

func baseOfItself(m *Model, at hcl.Range) Diagnostic {
	return errorAt(at, "Model that is its own base", "The model %s cannot go on from itself. Take it out of the list.", m.Name)
}

func baseWithTable(name string, at, other hcl.Range) Diagnostic {
	return errorAt(at, "Base that is not abstract", "Models take fields from abstract models only, and %s has a table of its own. Write abstract = true there, or point at it with one_to_one(model.%s).", name, name).
		and(other, "model.%s is declared here", name)
}

func abstractReference(name string, at, other hcl.Range) Diagnostic {
	return errorAt(at, "Abstract model", "The model %s is abstract: it has no table and no rows. Name a model that has it among its bases.", name).
		and(other, "model.%s is declared here", name)
}
