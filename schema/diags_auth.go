package schema

import "github.com/hashicorp/hcl/v2"

func withMiddleware(x Diagnostic, list hcl.Range) Diagnostic {
	if list.Start.Line > 0 {
		return x.and(list, "the middleware is here")
	}
	return x
}

func modelOfAuth(name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Name of a built-in model", "Users come with a model %s of their own. Give this one another name.", name)
}

func modelOfSessions(at, store hcl.Range) Diagnostic {
	return errorAt(at, "Name of a built-in model", "Sessions in the database come with a model session of their own. Give this one another name.").
		and(store, "the sessions are kept in the database")
}

func modelOfCache(at, store hcl.Range) Diagnostic {
	return errorAt(at, "Name of a built-in model", "The cache in the database comes with a model cache_entry of its own. Give this one another name.").
		and(store, "the cache is kept in the database")
}

func userWithKey(f *Field) Diagnostic {
	return errorAt(f.DeclRange, "Key of model.user", "The key of model.user is its field id, and cannot be another.")
}

func userFieldTwice(f *Field) Diagnostic {
	return errorAt(f.DeclRange, "Field that every user has", "Every user has a field %s already. Take it away, or give it another name.", f.Name)
}

func accountWithoutLayer(word string, at, list hcl.Range) Diagnostic {
	return withMiddleware(errorAt(at, "View without its layer", "A %s view needs the layer auth. Add auth to middleware, behind session and csrf.", word), list)
}

func accountLeadsToCaptures(word string, a *AccountView) Diagnostic {
	return errorAt(a.Success.Range, "View that cannot lead there", "No route to the view %s is without captures, and a %s view does not know their values. Choose another view.", a.Success.Name, word).
		and(a.Success.Target.DeclRange, "view.%s is declared here", a.Success.Name)
}

func accountWithoutEmail(word string, a *AccountView) Diagnostic {
	return errorAt(a.DeclRange, "View without e-mail", "A %s view sends e-mail, and the site does not say how. Write email { url = \"console:\" from = \"site@example.com\" } to begin with.", word)
}

func accountCapture(word, name string, r *Route) Diagnostic {
	return errorAt(r.DeclRange, "Route without a capture", "A %s view finds its account by the capture %s. Write <str:%s> into the route.", word, name, name)
}

func accountAlone(word, other string, a *AccountView) Diagnostic {
	return errorAt(a.DeclRange, "Links that lead nowhere", "A %s view sends links to a %s view, and there is none.", word, other)
}

func authWithoutSession(m Middleware) Diagnostic {
	return errorAt(m.Range, "Layer without sessions", "The layer auth remembers users in the session. Add session to middleware, before it.")
}

func authWithoutDatabase(m Middleware) Diagnostic {
	return errorAt(m.Range, "Users without a database", "The layer auth keeps users in the database, and the site has none. Write database { url = \"sqlite:data/site.db\" }.")
}

func loginWithCaptures(v *View) Diagnostic {
	return errorAt(v.DeclRange, "Login that nobody can be sent to", "No route to the view %s is without captures.", v.Name)
}

func severalLogins(logins []*View) Diagnostic {
	return errorAt(logins[1].DeclRange, "Several login views", "Who has to log in can be sent to one of them. Write auth { login = view.%s }.", logins[0].Name).
		and(logins[0].DeclRange, "view.%s is declared here", logins[0].Name)
}

func guardWithoutLayer(name string, at, list hcl.Range) Diagnostic {
	return withMiddleware(errorAt(at, "Guard without its layer", "The guard %s needs the layer auth. Add auth to middleware, behind session and csrf.", name), list)
}

func guardWithoutLogin(what string, at hcl.Range) Diagnostic {
	return errorAt(at, "Nowhere to log in", "%s sends people to a login view, and the site has none. Write view \"login\" { login { success = view.home } } and a route to it.", what)
}

func notRequiredOfNothing(at hcl.Range) Diagnostic {
	return errorAt(at, "Exception from no rule", "The attribute login_not_required is for sites with the layer login_required, which middleware does not name. Take it away.")
}

func requiredAndNot(at hcl.Range, v *View) Diagnostic {
	return errorAt(at, "Required and not required", "The view %s asks for a login and is open to everybody. Take one of them away.", v.Name).and(v.DeclRange, "the view is here")
}

func userWithoutLayer(at, list hcl.Range) Diagnostic {
	return withMiddleware(errorAt(at, "No users here", "Users are known where the layer auth is used. Add auth to middleware, behind session and csrf."), list)
}

func userMayBeNobody(u userUse) Diagnostic {
	return errorAt(u.at, "User that may be nobody", "The field %s cannot be null, and who sends this form may not be logged in. Write login_required = true in the view.", u.field.Name).
		and(u.view.DeclRange, "the view is here")
}

func badUser(t hcl.Traversal) Diagnostic {
	return errorAt(t.SourceRange(), "Too much of the user", "A condition compares a foreign key with request.user itself. Write request.user.")
}

func userForOtherField(at hcl.Range, m *Model, f *Field) Diagnostic {
	return errorAt(at, "Field that holds no user", "A user is a row of model.user, and the field %s of %s is no foreign key to it.", f.Name, m.Name).
		and(f.DeclRange, "the field is here")
}
