package schema

import (
	"path"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// refType is a reference to a block: view.home, model.post, upstream.legacy.
type refType[T any] struct{ kind string }

func modelRef() refType[Model] { return refType[Model]{"model"} }
func viewRef() refType[View]   { return refType[View]{"view"} }

func (t refType[T]) word() string         { return "reference to " + withArticle(t.kind) }
func (t refType[T]) json() any            { return jsonString(`^` + t.kind + `\.[a-z0-9_]+$`) }
func (t refType[T]) goType() reflect.Type { return reflect.TypeFor[Ref[T]]() }
func (t refType[T]) symbolic() bool       { return true }

func (t refType[T]) decode(d *decoder, u *use) {
	if tr, ok := d.reference(u, u.expr, t.kind); ok {
		t.put(d, tr, u.target.Addr().Interface().(*Ref[T]))
	}
}

// put fills the reference in: its name now, its target when all names are known.
func (t refType[T]) put(d *decoder, tr hcl.Traversal, into *Ref[T]) {
	names, _ := steps(tr)
	*into = Ref[T]{Name: names[1], Range: tr.SourceRange()}
	d.refersToUser = d.refersToUser || t.kind == "model" && into.Name == "user"
	d.wait(resolveReferences, func() {
		if x := d.names.lookup(t.kind, into.Name); x != nil {
			d.names.used[x.owner] = true
			if m, ok := x.owner.(*Model); ok && m.Abstract.V {
				d.report(abstractReference(into.Name, into.Range, x.at))
				return
			}
			into.Target = x.owner.(*T)
			return
		}
		d.report(unknownName(d.names, t.kind, into.Name, stepRange(tr, 1)))
	})
}

// reference reads KIND.NAME; anything else is reported.
func (d *decoder) reference(u *use, expr hclsyntax.Expression, kind string) (hcl.Traversal, bool) {
	t, ok := traversalOf(expr)
	if !ok {
		if text, quoted := literalString(expr); quoted {
			d.waitForNames(func() Diagnostic { return quotedReference(d.names, u, kind, text, expr.Range()) })
			return nil, false
		}
		d.report(notAReference(u, kind, expr.Range()))
		return nil, false
	}
	names, plain := steps(t)
	switch {
	case !plain || len(names) > 2 && names[0] == kind:
		d.report(longReference(u, kind, t))
	case names[0] != kind || len(names) != 2:
		d.waitForNames(func() Diagnostic { return wrongReference(d.names, u, kind, t) })
	default:
		return t, true
	}
	return nil, false
}

// waitForNames reports something that is worded by what names there are.
func (d *decoder) waitForNames(worded func() Diagnostic) {
	d.wait(resolveReferences, func() { d.report(worded()) })
}

// forwardType is app, or a reference to an upstream.
type forwardType struct{}

func (forwardType) word() string         { return "app or a reference to an upstream" }
func (forwardType) json() any            { return jsonString(`^(app|upstream\.[a-z0-9_]+)$`) }
func (forwardType) goType() reflect.Type { return reflect.TypeFor[Forward]() }
func (forwardType) symbolic() bool       { return true }

func (forwardType) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*Forward)
	into.Range = u.at
	if word, ok := keyword(u.expr); ok && word == "app" {
		into.App = true
		return
	}
	if t, ok := d.reference(u, u.expr, "upstream"); ok {
		refType[Upstream]{"upstream"}.put(d, t, &into.Upstream)
	}
}

// goRefType names a Go function of the project: go.views.Checkout.
type goRefType struct{}

func (goRefType) word() string         { return "reference to a Go function" }
func (goRefType) json() any            { return jsonString(`^go\.[A-Za-z0-9_.]+\.[A-Z][A-Za-z0-9_]*$`) }
func (goRefType) goType() reflect.Type { return reflect.TypeFor[GoRef]() }
func (goRefType) symbolic() bool       { return true }

func (goRefType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: viewFunction})
	}
}

// goFuncType names a Go function for templates: go.tags.Initials.
type goFuncType struct{ goRefType }

func (goFuncType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: templateFunction})
	}
}

// httpRefType names a Go function that makes a handler of net/http.
type httpRefType struct{ goRefType }

func (httpRefType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: httpHandler})
	}
}

// formHandlerType names a Go function that takes a valid form.
type formHandlerType struct{ goRefType }

func (formHandlerType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: formHandler})
	}
}

// querysetType names a Go function that narrows the query of a request.
type querysetType struct{ goRefType }

func (querysetType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: querysetHook})
	}
}

// rowHookType names a Go function that gets a row before it is stored.
type rowHookType struct{ goRefType }

func (rowHookType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: rowHook})
	}
}

// rowCleanType names a Go function that says what is wrong with a row.
type rowCleanType struct{ goRefType }

func (rowCleanType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: rowClean})
	}
}

// goRef reads go.PACKAGE.Function.
func (d *decoder) goRef(u *use, expr hclsyntax.Expression) (GoRef, bool) {
	t, ok := traversalOf(expr)
	if !ok {
		if text, quoted := literalString(expr); quoted {
			d.report(quotedGoReference(u, text, expr.Range()))
			return GoRef{}, false
		}
		d.report(notAReference(u, "go", expr.Range()))
		return GoRef{}, false
	}
	names, plain := steps(t)
	if names[0] != "go" || !plain {
		d.waitForNames(func() Diagnostic { return wrongReference(d.names, u, "go", t) })
		return GoRef{}, false
	}
	last := names[len(names)-1]
	if len(names) < 3 || last[0] < 'A' || last[0] > 'Z' {
		d.report(badGoReference(t))
		return GoRef{}, false
	}
	ref := GoRef{Package: path.Join(names[1 : len(names)-1]...), Name: last, Range: t.SourceRange()}
	if strings.HasPrefix(ref.Package+"/", "gen/") {
		d.report(generatedGoReference(t))
		return GoRef{}, false
	}
	return ref, true
}

// middlewareType is the list of layers.
type middlewareType struct{}

func (middlewareType) word() string         { return "list of middleware" }
func (middlewareType) json() any            { return jsonList(jsonString("")) }
func (middlewareType) goType() reflect.Type { return reflect.TypeFor[[]Middleware]() }
func (middlewareType) symbolic() bool       { return true }

func (middlewareType) decode(d *decoder, u *use) {
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.report(notAList(u, "middleware = [security, common]", u.expr.Range()))
		return
	}
	into := u.target.Addr().Interface().(*[]Middleware)
	for _, e := range list.Exprs {
		if m, ok := d.layer(u, e); ok {
			*into = append(*into, m)
		}
	}
}

// layer reads one element: a built-in's name, or a Go function.
func (d *decoder) layer(u *use, e hclsyntax.Expression) (Middleware, bool) {
	if text, quoted := literalString(e); quoted {
		d.report(quotedMiddleware(text, e.Range()))
		return Middleware{}, false
	}
	word, ok := keyword(e)
	if !ok {
		ref, ok := d.goRef(u, e)
		if ok {
			d.goes = append(d.goes, &goUse{ref: ref, shape: middlewareFunction})
		}
		return Middleware{Go: ref, Range: e.Range()}, ok
	}
	for _, b := range builtins() {
		if b.name == word {
			return Middleware{Name: word, Range: e.Range()}, true
		}
	}
	d.report(unknownMiddleware(word, e.Range()))
	return Middleware{}, false
}
