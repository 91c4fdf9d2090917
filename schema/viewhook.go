package schema

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The steps of a generic view that a Go function of the project may take part in.

func querysetAttr() *attr {
	return &attr{Name: "queryset", Type: querysetType{}, Ancestor: "Django get_queryset",
		Doc: "A Go function of the project that is func(*web.Request, model.Query[models.T]) (model.Query[models.T], error) and narrows the rows that there are for a request."}
}

func formValidAttr() *attr {
	return &attr{Name: "form_valid", Type: rowHookType{}, Ancestor: "Django form_valid, perform_create, perform_update",
		Doc: "A Go function of the project that is func(*web.Request, *forms.Form, *models.T) error; it gets a row with what was sent before it is stored, may change it, and may add errors to the form."}
}

func formInvalidAttr() *attr {
	return &attr{Name: "form_invalid", Type: formInvalidType{}, Ancestor: "Django form_invalid",
		Doc: "A Go function of the project that is func(*web.Request, *forms.Form) (*web.Response, error); it gets a form that is not valid, and what it answers stands for the page with the form, unless it is nil."}
}

// formInvalidType names a Go function that is told of an invalid form.
type formInvalidType struct{ goRefType }

func (formInvalidType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: formInvalid})
	}
}

// contextMap is an object of names for a template: constants, and Go functions.
type contextMap struct{ stringMap }

func (contextMap) word() string { return "map of strings and references to Go functions" }

func (contextMap) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*StringMap)
	object, ok := u.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		*into = readStringMap(d, u)
		return
	}
	d.eachItem(u, object, func(key string, at hcl.Range, value hclsyntax.Expression) {
		named := value
		if w, ok := value.(*hclsyntax.TemplateWrapExpr); ok {
			named = w.Wrapped // "${go.views.Name}", as the JSON form has it
		}
		if t, ok := named.(*hclsyntax.ScopeTraversalExpr); ok && t.Traversal.RootName() == "go" {
			if ref, ok := d.goRef(u, named); ok {
				*into = append(*into, StringPair{Key: key, Value: String{Range: value.Range(), Set: true}, Go: ref})
				d.goes = append(d.goes, &goUse{ref: ref, shape: contextFunction})
			}
			return
		}
		if v, ok := stringType().read(d, u, value); ok {
			*into = append(*into, StringPair{Key: key, Value: v})
		}
	})
}

// checkViewHooks reports functions beside what they have no use for.
func (d *decoder) checkViewHooks() {
	for _, v := range d.site.Views {
		var owner any
		var queryset, invalid GoRef
		switch {
		case v.List != nil:
			owner, queryset = v.List, v.List.Queryset
		case v.Detail != nil:
			owner, queryset = v.Detail, v.Detail.Queryset
		case v.Archive != nil:
			owner, queryset = v.Archive, v.Archive.Queryset
		case v.DateDetail != nil:
			owner, queryset = v.DateDetail, v.DateDetail.Queryset
		case v.Create != nil:
			owner, invalid = v.Create, v.Create.FormInvalid
		case v.Update != nil:
			owner, queryset, invalid = v.Update, v.Update.Queryset, v.Update.FormInvalid
		case v.Delete != nil:
			owner, queryset = v.Delete, v.Delete.Queryset
		default:
			continue
		}
		if queryset.Set() && d.isWritten(owner, "where") {
			d.report(twoNarrowings(queryset.Range, d.attrRange(owner, "where", v.DeclRange)))
		}
		if invalid.Set() && v.JSON != nil {
			d.report(besideKind("form_invalid", invalid.Range, saying{"json", v.JSON.DeclRange}))
		}
	}
}

func twoNarrowings(queryset, where hcl.Range) Diagnostic {
	return errorAt(queryset, "Rows narrowed twice", "A view with queryset takes its rows from there. Write the condition in Go as well, with Filter.").
		and(where, "where is here")
}

// RowOf is the model of the row that a view is about; nil for a view without one.
func (v *View) RowOf() *Model {
	m, _ := rowModel(v)
	return m
}

var _ attrType = contextMap{}

// Functions are the Go functions of the project that the view calls, in the
// order in which a request meets them.
func (v *View) Functions() (list []GoRef) {
	refs := []GoRef{v.UserPassesTest, v.Handler, v.HTTP}
	switch {
	case v.WebSocket != nil:
		refs = append(refs, v.WebSocket.Handler)
	case v.List != nil:
		refs = append(refs, v.List.Queryset)
	case v.Detail != nil:
		refs = append(refs, v.Detail.Queryset)
	case v.Archive != nil:
		refs = append(refs, v.Archive.Queryset)
	case v.DateDetail != nil:
		refs = append(refs, v.DateDetail.Queryset)
	case v.Create != nil:
		refs = append(refs, v.Create.FormValid, v.Create.FormInvalid)
	case v.Update != nil:
		refs = append(refs, v.Update.Queryset, v.Update.FormValid, v.Update.FormInvalid)
	case v.Delete != nil:
		refs = append(refs, v.Delete.Queryset)
	case v.Form != nil:
		refs = append(refs, v.Form.Handler, v.Form.FormInvalid)
	case v.Resource != nil:
		for _, p := range v.Resource.Parents() {
			refs = append(refs, p.Queryset)
		}
		refs = append(refs, v.Resource.Queryset, v.Resource.FormValid)
	}
	if m := v.RowOf(); m != nil {
		refs = append(refs, m.Clean)
	}
	for _, pair := range v.Context {
		refs = append(refs, pair.Go)
	}
	for _, ref := range refs {
		if ref.Set() {
			list = append(list, ref)
		}
	}
	return list
}
