package schema

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

func twoKinds(v *View, other, first saying) Diagnostic {
	return errorAt(other.at, "View of two kinds", "The view %s answers by %s already, and a view has one kind. Move %s to a view of its own.", v.Name, first.word, other.word).
		and(first.at, "%s is here", first.word)
}

func viewWithoutKind(v *View) Diagnostic {
	return errorAt(v.DeclRange, "View without an answer", "Nothing says how the view %s answers. Write template = \"%s.html\", or one of handler, websocket, list, detail, archive, date_detail, create, update, delete, form, resource, openapi, redirect, json and text.", v.Name, v.Name)
}

func besideKind(word string, at hcl.Range, kind saying) Diagnostic {
	detail := "A view that answers by %s has no use for %s. Take it away."
	if kind.word == "handler" && word == "query" {
		detail = "A view that answers by %s reads its own rows and has no use for %s. Take it away, and call the package gen/models in Go."
	}
	if kind.word == "list" && word == "content_type" {
		detail = "A view that answers by %s has no use for %s. Take it away, or read the rows with a query beside template."
	}
	return errorAt(at, fmt.Sprintf("No use for %s", word), detail, kind.word, word).
		and(kind.at, "the view's kind is here")
}

func methodOfOtherKind(m String, own []string, kind saying) Diagnostic {
	return errorAt(m.Range, "Method that the view does not answer", "A view that answers by %s takes %s, and methods only narrows that. Take %s away.",
		kind.word, enumerate(own, "and"), m.V).and(kind.at, "the view's kind is here")
}

func jsonOfNothing(v *View) Diagnostic {
	return errorAt(v.JSON.DeclRange, "JSON of nothing", "The view %s has nothing to show as JSON. Write list, detail or a query beside it.", v.Name)
}

func jsonFieldsOfMany(v *View, at hcl.Range) Diagnostic {
	x := errorAt(at, "Fields of several queries", "The view %s shows several queries, so it is open whose fields these are. Take them away, or make a view of each query.", v.Name)
	for _, q := range v.Queries {
		x = x.and(q.DeclRange, "query %q is here", q.Name)
	}
	return x
}

func cachedAndNot(v *View, at, cache hcl.Range) Diagnostic {
	return errorAt(at, "Kept and never kept", "The view %s keeps its pages and tells browsers never to. Take one of the two away.", v.Name).and(cache, "cache is here")
}

func streamedAndKept(v *View, at, cache hcl.Range) Diagnostic {
	return errorAt(at, "Streamed and kept", "The view %s sends its pages in pieces and keeps them, which takes the whole. Take one of the two away.", v.Name).and(cache, "cache is here")
}

func queryShadows(q *Query, v *View) Diagnostic {
	return errorAt(q.DeclRange, "Name taken in the template", "The view %s shows its own rows under %s. Give the query another name.", v.Name, q.Name)
}

func contextTwice(q *Query, at hcl.Range) Diagnostic {
	return errorAt(q.DeclRange, "Name taken in the template", "The view's context has %s already. Give one of the two another name.", q.Name).and(at, "it is here")
}

func redirectTwice(at, first hcl.Range) Diagnostic {
	return errorAt(at, "Redirect to two places", "A redirect leads to an address or to a view. Take one of the two away.").and(first, "the address is here")
}

func redirectNowhere(r *RedirectView) Diagnostic {
	return errorAt(r.DeclRange, "Redirect to nowhere", "Nothing says where the redirect leads. Write view = view.NAME, or to = \"https://example.com/\".")
}

func formField(f *Field, at hcl.Range, why string) Diagnostic {
	return errorAt(at, "Field that no form asks for", "A form cannot ask for %s, as %s. Take it out of the list.", f.Name, why).
		and(f.DeclRange, "%s is declared here", f.Name)
}

func setAndAsked(s SetField, fields hcl.Range) Diagnostic {
	return errorAt(s.Range, "Field asked for and set", "The form asks for %s, and set gives it a value. Take one of the two away.", s.Field.Name).and(fields, "the form's fields are here")
}

func formOfNothing(at hcl.Range) Diagnostic {
	return errorAt(at, "Form without fields", "The form asks for nothing and sets nothing. Name the fields that it is about.")
}

func formWithout(f form, field *Field, fields hcl.Range) Diagnostic {
	return errorAt(fields, "Form without a field that rows need", "A row of %s needs %s, and neither the form nor set gives it one. Add %q to fields, or give the field a default or null = true.", f.model.Name, field.Name, field.Name).
		and(field.DeclRange, "%s is declared here", field.Name)
}

func successWithoutRoute(ref Ref[View]) Diagnostic {
	return errorAt(ref.Range, "View without a route", "The client cannot go to view.%s, as no route leads there. Write route \"/…/\" { view = view.%s }.", ref.Name, ref.Name).
		and(ref.Target.DeclRange, "view.%s is declared here", ref.Name)
}

func successNotReversible(ref Ref[View], m *Model, r *Route) Diagnostic {
	name, why := "", ""
	for _, c := range r.captures() {
		if why = r.unfilled(c, m); why != "" {
			name = c.Name
			break
		}
	}
	return errorAt(ref.Range, "Route that the row does not fill", "The route %q captures %s, and %s. Name a view whose captures are fields of %s, or have none.", r.Full, name, why, m.Name).
		and(r.DeclRange, "the route is here")
}

func redirectNotReversible(ref Ref[View], target, from *Route) Diagnostic {
	return errorAt(ref.Range, "Route that the redirect does not fill", "The route %q captures what %q does not. Capture the same names in both, and numbers by int.", target.Full, from.Full).
		and(target.DeclRange, "the route to view.%s is here", ref.Name).and(from.DeclRange, "the route of the redirect is here")
}

func successMissing(word string, m *Model, at hcl.Range) Diagnostic {
	return errorAt(at, "Form that leads nowhere", "No view with a route shows a row of %s or lists them, so it is open where the client goes after %s. Write success = view.NAME.", m.Name, word)
}

func unusedView(v *View, named bool) Diagnostic {
	if named {
		return warningAt(v.DeclRange, "View without a route", "No route leads to view.%s. Write route \"/…/\" { view = view.%s }.", v.Name, v.Name)
	}
	return warningAt(v.DeclRange, "Unused view", "No route leads to view.%s. Write route \"/…/\" { view = view.%s }, or take the view away.", v.Name, v.Name)
}

func queryNotShown(q *Query, v *View) Diagnostic {
	return warningAt(q.DeclRange, "Unused query", "No template has the word %s, so the rows are read and never shown. Show them with {%% for row in %s %%}, or take the query away.", q.Name, q.Name)
}

func orphansWithoutPages(l *ListView) Diagnostic {
	return errorAt(l.Orphans.Range, "More orphans than rows of a page", "As many as %d rows are to join the page before them, and a page has %d. Raise paginate_by, or lower paginate_orphans.", l.Orphans.V, l.PaginateBy.V)
}
