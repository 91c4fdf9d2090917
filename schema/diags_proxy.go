package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

func badLink(text string) *problem {
	return &problem{"Invalid link", fmt.Sprintf("%q is no Link field. Write one such as \"</site.css>; rel=preload; as=style\".", text)}
}

func locationExpression(text string) *problem {
	return &problem{"Location that is no path", fmt.Sprintf("%q looks like a regular expression. Write \"~ %s\" for one, \"/path/\" for a prefix or \"= /path\" for a single path.", text, text)}
}

func locationWithoutSlash(text string) *problem {
	path := strings.TrimLeft(strings.TrimPrefix(text, "="), " ")
	if strings.HasPrefix(text, "=") {
		return &problem{"Location without a slash", fmt.Sprintf("Paths begin with a slash. Write %q.", "= /"+path)}
	}
	return &problem{"Location without a slash", fmt.Sprintf("Paths begin with a slash. Write %q.", "/"+path)}
}

func locationWithCapture(text string) *problem {
	return &problem{"Capture in a location", fmt.Sprintf("%q has a capture in it, and only routes capture. Write the part of the path before it.", text)}
}

func locationWithoutAnswer(l *Location) Diagnostic {
	return errorAt(l.DeclRange, "Location without an answer", "Nothing says what answers %q. Write forward = app, or one of the blocks static, files, redirect and status.", l.Pattern)
}

func locationWithTwoAnswers(l *Location, other, first saying) Diagnostic {
	return errorAt(other.at, "Location with two answers", "The location %q answers by %s already. Take one of the two away.", l.Pattern, first.word).
		and(first.at, "%s is here", first.word)
}

func withoutForward(name string, at hcl.Range, kind saying) Diagnostic {
	return errorAt(at, fmt.Sprintf("No use for %s", name), "Only a location that forwards has a use for %s, and this one answers by %s. Take it away.", name, kind.word).
		and(kind.at, "%s is here", kind.word)
}

func prefixWithoutSlash(l *Location, at hcl.Range) Diagnostic {
	return errorAt(at, "Prefix without a slash at its end", "The location %q also matches %sx, whose name would then be looked up wrongly. Write %q.", l.Pattern, l.Path, l.Path+"/")
}

func exactStatic(l *Location, at hcl.Range) Diagnostic {
	return errorAt(at, "Folder at a single path", "The location %q is a single path, and static serves a folder. Write the prefix, as in \"/static/\", or files for a folder's single file.", l.Pattern)
}

func exactStrip(l *Location, at hcl.Range) Diagnostic {
	return errorAt(at, "Prefix of a single path", "The location %q is a single path, of which no prefix can be taken. Take strip_prefix away, or write a prefix.", l.Pattern)
}

func locationTwice(l, first *Location) Diagnostic {
	return errorAt(l.DeclRange, "Second location of one path", "The location %q stands twice, and one of the two would never answer. Join them.", l.Pattern).
		and(first.DeclRange, "the first is here")
}

func addressTwice(l, first *Listen) Diagnostic {
	return errorAt(l.Address.Range, "Two listeners at one address", "The address %q is taken. Give one of the two another port.", l.Address.V).
		and(first.Address.Range, "listen %q has it", first.Name)
}

func redirectOfTLS(l *Listen) Diagnostic {
	return errorAt(l.RedirectToHTTPS.Range, "Redirect to itself", "The listener %s speaks TLS, so redirecting to https leads back to it. Take one of the two away.", l.Name).
		and(l.TLS.DeclRange, "tls is here")
}

func redirectWithoutTLS(l *Listen) Diagnostic {
	return errorAt(l.RedirectToHTTPS.Range, "Redirect to nowhere", "No listener speaks TLS, so nothing answers under https. Write a second listen with a tls block.")
}

func onlyBackups(u *Upstream) Diagnostic {
	return errorAt(u.DeclRange, "Upstream of backups only", "All servers of %s are backups, which are used while the others are out. Take backup away from one of them.", u.Name)
}

func tlsWithoutServer(u *Upstream) Diagnostic {
	return errorAt(u.TLS.DeclRange, "TLS that no server speaks", "All servers of %s are spoken to in plain HTTP. Write https:// in a server's url, or take the block away.", u.Name).
		and(u.Servers[0].URL.Range, "the address of server %s is here", u.Servers[0].Name)
}

func managedField(name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Header field of the connection", "The field %s follows from how the message is sent. Take it away.", name)
}

func setAndRemoved(name String, set hcl.Range) Diagnostic {
	return errorAt(name.Range, "Header field set and removed", "The field %s is set in the same block. Take one of the two away.", name.V).and(set, "it is set here")
}

func impatientProxy(l *Location, w *Workers) Diagnostic {
	return errorAt(l.ReadTimeout.Range, "Proxy less patient than the workers", "The proxy gives up after %s, while the application may take %s, so long answers are lost. Raise read_timeout to workers.timeout or above, or take it away.",
		durationText(int64(l.ReadTimeout.V)), durationText(int64(w.Timeout.V))).
		and(w.Timeout.Range, "the workers' timeout is here")
}

// durationText writes a duration with one unit where it can.
func durationText(n int64) string {
	best := fmt.Sprintf("%dns", n)
	for _, u := range durationUnits() {
		if n%u.amount == 0 && u.name != "w" {
			best = fmt.Sprintf("%d%s", n/u.amount, u.name)
		}
	}
	return best
}

func publicWithoutDomains(l *Listen, s *Site) Diagnostic {
	return warningAt(l.Address.Range, "Public address without domains", "Others reach %s, and the site answers to localhost only. Write domains = [\"%s.example.com\"] in the site block.", l.Address.V, s.Name).
		and(s.DeclRange, "the site block is here")
}

func layerTwice(name string, m, first Middleware) Diagnostic {
	return errorAt(m.Range, "Middleware that stands twice", "The layer %s is in the list already. Take one of the two away.", name).and(first.Range, "it is here first")
}

func layerOrder(m, before Middleware) Diagnostic {
	return errorAt(m.Range, "Middleware in the wrong order", "The layer %s has to stand before %s. The order is %s.", m.Name, before.Name, enumerate(builtinNames(), "and")).
		and(before.Range, "%s is here", before.Name)
}

func formWithoutCSRF(v *View, list hcl.Range) Diagnostic {
	x := warningAt(v.DeclRange, "Form without csrf", "The view %s changes rows, and without the layer csrf another site may send its form in a visitor's name. Add csrf to middleware.", v.Name)
	if list.Start.Line > 0 {
		return x.and(list, "the middleware is here")
	}
	return x
}
