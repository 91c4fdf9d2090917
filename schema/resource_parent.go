package schema

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Parent is the row that the rows of a nested resource belong to, which captures of
// every one of its routes find: the post of /posts/<slug:post>/comments/.
type Parent struct {
	// Name is the foreign key of the rows that points at it, ForeignKey that.
	Name       string
	ForeignKey *Field
	// LookupName is lookup_field, Lookup the field of the parent whose value is captured:
	// the primary key unless written.
	LookupName String
	Lookup     *Field
	// Capture is the name of the capture, where it is not Name; see CaptureName.
	Capture String
	// Queryset narrows the rows that may be a parent for a request.
	Queryset GoRef
	// Parent is the row that the parent belongs to in turn; nil for none.
	Parent    *Parent
	DeclRange hcl.Range
}

// Model is the model of the parent, nil where the foreign key is not known.
func (p *Parent) Model() *Model {
	if p.ForeignKey == nil {
		return nil
	}
	return p.ForeignKey.Target.Target
}

// CaptureName is the name of the capture that finds the parent.
func (p *Parent) CaptureName() string {
	if p.Capture.V != "" {
		return p.Capture.V
	}
	return p.Name
}

// Parents are those of a resource, the nearest first.
func (r *ResourceView) Parents() []*Parent {
	var out []*Parent
	for p := r.Parent; p != nil; p = p.Parent {
		out = append(out, p)
	}
	return out
}

// ParentOf is the parent that the capture of a route finds; nil for none.
func (r *ResourceView) ParentOf(capture string) *Parent {
	for _, p := range r.Parents() {
		if p.CaptureName() == capture {
			return p
		}
	}
	return nil
}

func parentOf(v *View, capture string) *Parent {
	if v == nil || v.Resource == nil {
		return nil
	}
	return v.Resource.ParentOf(capture)
}

// isParent reports whether a field is the foreign key that points at the parent.
func (r *ResourceView) isParent(f *Field) bool {
	return r.Parent != nil && r.Parent.ForeignKey == f
}

// ownCaptures are the captures of a resource's route that do not find its parents.
func (r *Route) ownCaptures() []Segment {
	return slices.DeleteFunc(r.captures(), func(c Segment) bool { return parentOf(r.View.Target, c.Name) != nil })
}

func parentBlock() *block {
	parent := &block{
		Type: "parent", Label: "foreign key", LabelInto: "Name", Once: true, Into: reflect.TypeFor[Parent](),
		Doc: "The rows belong to the row that their foreign key points at, which every route of the resource captures: " +
			"without that row all is 404, rows of others are not there, and a new row belongs to it; " +
			"a parent may belong to a parent of its own.",
		Ancestor: "drf-nested-routers NestedDefaultRouter",
		Example: `view "comments" {
  resource {
    model = model.comment
    parent "post" { lookup_field = "slug" }
  }
}
route "/posts/<slug:post>/comments/" { view = view.comments }
route "/posts/<slug:post>/comments/<int:id>/" {
  view = view.comments
  name = "comment"
}`,
		Attrs: []*attr{
			{Name: "lookup_field", Into: "LookupName", Type: stringType(), Check: checkNotEmpty, Ancestor: "lookup_field",
				Doc: "The field of the parent whose value is captured, which no other row has; the primary key when not written."},
			{Name: "capture", Type: stringType(), Check: checkNotEmpty, Ancestor: "lookup_url_kwarg",
				Doc: "The name of the capture; the foreign key's when not written."},
			{Name: "queryset", Type: querysetType{}, Ancestor: "get_queryset",
				Doc: "A Go function of the project that is func(*web.Request, model.Query[models.T]) (model.Query[models.T], error) and narrows the rows that may be the parent for a request."},
		},
	}
	parent.Blocks = []*block{parent}
	return parent
}

// checkParents finds the foreign keys of nested resources and what their parents are found
// by. It runs before forms are looked at, which do not ask for a parent.
func (d *decoder) checkParents() {
	for _, v := range d.site.Views {
		r := v.Resource
		if r == nil || r.Model.Target == nil {
			continue
		}
		captured := map[string]*Parent{}
		m := r.Model.Target
		for _, p := range r.Parents() {
			if first := captured[p.CaptureName()]; first != nil {
				d.report(parentCapturedTwice(p, first, d.attrRange(p, "capture", d.labels[p])))
				d.broken(r)
				break
			}
			captured[p.CaptureName()] = p
			if m = d.checkParent(m, p); m == nil {
				d.broken(r)
				break
			}
		}
		if d.brokenOnes[r] {
			continue
		}
		for _, s := range r.Set {
			if r.isParent(s.Field) {
				d.report(parentIsSet(s).and(r.Parent.DeclRange, "the parent is here"))
			}
		}
	}
}

// checkParent finds one, and returns its model, nil after a report.
func (d *decoder) checkParent(m *Model, p *Parent) *Model {
	f := d.fieldOf(m, p.Name, d.labels[p])
	switch {
	case f == nil, f.Kind == "":
		return nil
	case f.Kind != ForeignKey:
		d.report(parentNoKey(p, f, d.labels[p]).and(f.DeclRange, "%s is declared here", f.Name))
		return nil
	case f.Target.Target == nil:
		return nil
	}
	p.ForeignKey = f
	to := f.Target.Target
	p.Lookup = to.PrimaryKey()
	if p.LookupName.Set {
		if p.Lookup = d.fieldOf(to, p.LookupName.V, p.LookupName.Range); p.Lookup == nil {
			return nil
		}
	}
	if to.keyless() {
		d.report(errorAt(d.labels[p], "Parent without a key", "Rows of model.%s have no primary key that others could point at.", to.Name))
		return nil
	}
	if !p.finds() {
		d.report(parentsMany(p, to, d.attrRange(p, "lookup_field", d.labels[p])).and(p.Lookup.DeclRange, "%s is declared here", p.Lookup.Name))
		return nil
	}
	return to
}

// finds reports whether what is captured is of one row at most: its field is unique, or is so
// among the rows of the parent's own parent.
func (p *Parent) finds() bool {
	if p.Lookup.PrimaryKey.V || p.Lookup.Unique.V {
		return true
	}
	for _, c := range p.Model().Constraints {
		if c.Check || c.Condition != nil || len(c.Expressions) > 0 || len(c.Fields) == 0 {
			continue
		}
		known := !slices.ContainsFunc(c.Fields, func(f *Field) bool {
			return f != p.Lookup && (p.Parent == nil || f.Name != p.Parent.Name)
		})
		if known {
			return true
		}
	}
	return false
}

// checkParentCaptures reports a route that does not capture a parent, or not as the first one does.
func (d *decoder) checkParentCaptures(v *View, route, first *Route) bool {
	for _, p := range v.Resource.Parents() {
		c, ok := route.capture(p.CaptureName())
		switch {
		case !ok:
			d.report(parentNotCaptured(route, v, p).and(p.DeclRange, "the parent is here"))
			return false
		case !fits(p.Lookup, c) || !fills(p.Lookup, c):
			d.report(captureOfOtherKind(route, c, p.Model(), p.Lookup, route.DeclRange))
			return false
		}
		if other, ok := first.capture(p.CaptureName()); ok && other.Converter != c.Converter {
			d.report(parentCapturedElse(route, c, other).and(first.DeclRange, "the first route is here"))
			return false
		}
	}
	return true
}

// parentPath is what a nested resource's routes begin with, as an example.
func parentPath(v *View) string {
	var b strings.Builder
	parents := v.Resource.Parents()
	slices.Reverse(parents)
	for _, p := range parents {
		b.WriteString("/" + p.Name + "s/<" + converterOf(p.Lookup) + ":" + p.CaptureName() + ">")
	}
	return b.String()
}

func parentNoKey(p *Parent, f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Parent that is no foreign key", "Rows belong to a parent by a foreign key, and %s is %s. Name the foreign key that points at the parent.", p.Name, withArticle(string(f.Kind)))
}

func parentsMany(p *Parent, m *Model, at hcl.Range) Diagnostic {
	return errorAt(at, "Parent that may be several rows", "Several rows of %s may have the same %s, and rows belong to one. Write unique = true in the field, or find the parent by another one.", m.Name, p.Lookup.Name)
}

func parentCapturedTwice(p, first *Parent, at hcl.Range) Diagnostic {
	return errorAt(at, "Capture of two parents", "The capture %s finds the parent %s already. Give one of them another name, as in capture = %q.", p.CaptureName(), first.Name, p.Name+"_of").
		and(first.DeclRange, "the other parent is here")
}

func parentNotCaptured(r *Route, v *View, p *Parent) Diagnostic {
	return errorAt(r.DeclRange, "Route without the parent", "The rows of view.%s belong to the row that their %s points at, and the route captures no %s. Write it into the path, as in %q.", v.Name, p.Name, p.CaptureName(), parentPath(v)+"/"+v.Resource.Model.Name+"s/")
}

func parentCapturedElse(r *Route, c, other Segment) Diagnostic {
	return errorAt(r.DeclRange, "Parent captured in two ways", "This route captures <%s:%s>, and the first one <%s:%s>. Write the same in both.", c.Converter, c.Name, other.Converter, other.Name)
}

func parentIsSet(s SetField) Diagnostic {
	return errorAt(s.Range, "Field that the parent sets", "A new row belongs to its parent, which sets %s. Take it out of set.", s.Field.Name)
}
