package schema

import "github.com/hashicorp/hcl/v2"

func settingsWithoutLayer(w layerSettings, list hcl.Range) Diagnostic {
	x := errorAt(w.at, "Settings of a layer that is not there", "The block %s is read by the layer %s, and middleware does not name it. Add %s to middleware, or take the block away.", w.layer, w.layer, w.layer)
	if list.Start.Line > 0 {
		return x.and(list, "the middleware is here")
	}
	return x
}

func cspWithoutPolicy(m Middleware) Diagnostic {
	return errorAt(m.Range, "Layer without a policy", "The layer csp sends what a block csp says, and there is none. Write csp { directive \"default-src\" { sources = [\"self\"] } }.")
}

func layerAlone(m Middleware, other string) Diagnostic {
	return errorAt(m.Range, "Layer without the other half", "The layer %s works together with %s, and middleware does not name that. Add %s to middleware.", m.Name, other, other)
}

func sessionsApart(s *Site) Diagnostic {
	x := errorAt(s.Session.Store.Range, "Sessions that workers do not share", "Worker processes do not share a cache in memory, so a visitor would lose the session from one request to the next. Write store = \"file\" in the block cache, or url = \"redis://…\", or keep sessions in signed_cookies.").
		and(s.Workers.Mode.Range, "the workers are processes")
	if s.Cache != nil {
		return x.and(s.Cache.Store.Range, "the cache is in memory")
	}
	return x
}

func sessionsWithoutDatabase(s *SessionLayer) Diagnostic {
	return errorAt(s.Store.Range, "Sessions without a database", "Sessions are to be kept in the database, and the site has none. Write database { url = \"sqlite:data/site.db\" }.")
}

func cacheTwice(url, store hcl.Range) Diagnostic {
	return errorAt(url, "Cache said twice", "The attributes store and url both say where the cache is. Take one of them away.").and(store, "store is here")
}

func unknownDirective(x *CSPDirective, at hcl.Range) Diagnostic {
	near := Suggest(x.Name, directiveNames())
	if near == "" {
		return errorAt(at, "Unknown directive", "No policy has a directive %q. An example is \"default-src\".", x.Name)
	}
	return errorAt(at, "Unknown directive", "No policy has a directive %q.%s", x.Name, didYouMean(near))
}
