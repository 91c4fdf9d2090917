package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// unknownName is a reference whose kind is right and whose name there is not.
func unknownName(n *names, kind, name string, at hcl.Range) Diagnostic {
	x := errorAt(at, fmt.Sprintf("Unknown %s", kindWord(kind)), "There is no %s called %q.", kindWord(kind), name)
	known := n.list(kind)
	if near := Suggest(name, known); near != "" {
		x.Detail += didYouMean(kind + "." + near)
		return x.and(n.lookup(kind, near).at, "%s.%s is declared here", kind, near)
	}
	if other := n.elsewhere(kind, name); other != nil {
		x.Detail += fmt.Sprintf(" The name belongs to %s, %s.%s.", withArticle(kindWord(other.kind)), other.kind, name)
		return x.and(other.at, "%s.%s is declared here", other.kind, name)
	}
	switch {
	case len(known) == 0:
		x.Detail += " " + declareIt(kind, name)
	case len(known) <= 6:
		var all []string
		for _, k := range known {
			all = append(all, kind+"."+k)
		}
		verb := "are"
		if len(all) == 1 {
			verb = "is"
		}
		x.Detail += fmt.Sprintf(" There %s %s.", verb, enumerate(all, "and"))
	default:
		x.Detail += " " + declareIt(kind, name)
	}
	return x
}

func declareIt(kind, name string) string {
	if kind == "local" {
		return fmt.Sprintf("Declare it with locals { %s = … }.", name)
	}
	return fmt.Sprintf("Declare it with %s %q { … }.", kindWord(kind), name)
}

// notAValue is a name in an expression that is neither var.x nor local.x.
func notAValue(n *names, t hcl.Traversal, where string) Diagnostic {
	names, _ := steps(t)
	root := names[0]
	at := t.SourceRange()
	if len(names) == 1 {
		switch {
		case n.lookup("var", root) != nil:
			return errorAt(at, "Reference without its kind", "Variables are named with var before them. Write var.%s.", root)
		case n.lookup("local", root) != nil:
			return errorAt(at, "Reference without its kind", "Locals are named with local before them. Write local.%s.", root)
		case root == "var" || root == "local":
			return errorAt(at, "Reference without a name", "Say which one is meant, as in %s.NAME.", root)
		}
	}
	switch root {
	case "view", "model", "upstream", "go", "app":
		return errorAt(at, "Reference out of place",
			"The value of %s is computed from variables and locals, and %s is neither. Write a value.", where, dotted(t))
	case "request", "url":
		return errorAt(at, "Reference out of place",
			"There is no request where %s stands, so %s has no value. The request is known in where, in set and in the redirects of locations.", where, dotted(t))
	case "env":
		return environmentReference(at, strings.Join(names[1:], "."))
	}
	near := Suggest(root, []string{"var", "local"})
	if near != "" && len(names) > 1 {
		return errorAt(at, "Unknown name", "There is nothing called %q.%s", root, didYouMean(near+"."+strings.Join(names[1:], ".")))
	}
	if len(names) == 1 {
		return errorAt(at, "Unknown name", "There is nothing called %q. Text is written in quotes: %q.", root, root)
	}
	return errorAt(at, "Unknown name", "There is nothing called %q. Values come from var and local.", root)
}

func environmentReference(at hcl.Range, name string) Diagnostic {
	if name == "" {
		name = "NAME"
	}
	return errorAt(at, "Environment outside of a variable",
		"The environment enters through variables alone. Declare variable %q { env = %q } and write var.%s.", strings.ToLower(name), name, strings.ToLower(name))
}

func unknownFunction(name string, at hcl.Range, known []string, where string) Diagnostic {
	switch name {
	case "env", "getenv":
		return environmentReference(at, "")
	case "now":
		return errorAt(at, "Clock outside of a query",
			"The value of %s is computed when the site is generated, so now() has no meaning there. It is known in where, in set and in the default of a field.", where)
	}
	return errorAt(at, "Unknown function", "There is no function %s.%s", name, orList(Suggest(name, known), "()", "The reference lists the functions."))
}

// orList is a suggestion, or what to do without one.
func orList(near, suffix, otherwise string) string {
	if near == "" {
		return " " + otherwise
	}
	return didYouMean(near + suffix)
}

// quotedReference is a reference in quotes.
func quotedReference(n *names, u *use, kind, text string, at hcl.Range) Diagnostic {
	target := text
	if !strings.HasPrefix(text, kind+".") {
		target = kind + "." + text
	}
	name := strings.TrimPrefix(target, kind+".")
	if n.lookup(kind, name) == nil {
		if near := Suggest(name, n.list(kind)); near != "" {
			target = kind + "." + near
		}
	}
	if kind == "upstream" && text == "app" {
		target = "app"
	}
	if !namePattern.MatchString(strings.TrimPrefix(target, kind+".")) {
		target = kind + ".NAME"
	}
	return errorAt(at, "Quoted reference", "References are not written in quotes. Write %s.", assignment(u, target))
}

// assignment shows an attribute with its value; in a call or a list only the value.
func assignment(u *use, value string) string {
	switch u.attr.Name {
	case "type":
		return "foreign_key(" + value + ")"
	case "middleware":
		return value
	}
	return u.attr.Name + " = " + value
}

func notAReference(u *use, kind string, at hcl.Range) Diagnostic {
	example := kind + ".NAME"
	if kind == "go" {
		example = "go.views.NAME"
	}
	return errorAt(at, "Reference expected",
		"%s is %s, which stands by itself and is not computed. Write it as in %s.", subject(u), withArticle(u.attr.Type.word()), assignment(u, example))
}

// longReference is a reference with more steps than a name has.
func longReference(u *use, kind string, t hcl.Traversal) Diagnostic {
	names, _ := steps(t)
	example := kind + ".NAME"
	if len(names) > 1 {
		example = kind + "." + names[1]
	}
	return errorAt(t.SourceRange(), "Reference with too many steps",
		"%s names a whole %s, and there is nothing beneath it. Write %s.", subject(u), kindWord(kind), assignment(u, example))
}

// wrongReference is a reference of another kind, or of none.
func wrongReference(n *names, u *use, kind string, t hcl.Traversal) Diagnostic {
	names, _ := steps(t)
	at, root := t.SourceRange(), names[0]
	if kind == "go" {
		return errorAt(at, "Reference of another kind",
			"%s names a Go function. Write it as in %s.", subject(u), assignment(u, "go.views."+GoName(names[len(names)-1])))
	}
	if len(names) == 1 {
		if x := n.lookup(kind, root); x != nil {
			return errorAt(at, "Reference without its kind", "Write the kind before the name: %s.", assignment(u, kind+"."+root)).
				and(x.at, "%s.%s is declared here", kind, root)
		}
		if root == kind {
			return errorAt(at, "Reference without a name", "Say which %s is meant, as in %s.NAME.", kindWord(kind), kind)
		}
		if near := Suggest(root, n.list(kind)); near != "" {
			return errorAt(at, fmt.Sprintf("Unknown %s", kindWord(kind)), "There is nothing called %q.%s", root, didYouMean(kind+"."+near)).
				and(n.lookup(kind, near).at, "%s.%s is declared here", kind, near)
		}
		if kind == "upstream" {
			return errorAt(at, "Unknown upstream", "A location forwards to app or to an upstream, and %q is neither.%s Upstreams are written upstream.NAME.", root, didYouMean(Suggest(root, []string{"app"})))
		}
		return errorAt(at, fmt.Sprintf("Unknown %s", kindWord(kind)), "There is no %s called %q. References are written %s.NAME.", kindWord(kind), root, kind)
	}
	for _, other := range [...]string{"view", "model", "upstream", "var", "local", "go", "url", "request"} {
		if root == other {
			x := errorAt(at, "Reference of another kind", "%s names %s, and %s is none. Write it as in %s.",
				subject(u), withArticle(kindWord(kind)), dotted(t), assignment(u, kind+".NAME"))
			if d := n.lookup(other, names[1]); d != nil {
				x = x.and(d.at, "%s.%s is declared here", other, names[1])
			}
			return x
		}
	}
	if Suggest(root, []string{kind}) != "" {
		return errorAt(stepRange(t, 0), "Unknown kind of name", "There is nothing called %q.%s", root, didYouMean(kind+"."+strings.Join(names[1:], ".")))
	}
	return errorAt(at, "Unknown kind of name", "There is nothing called %q. %s names %s: write it as in %s.",
		root, subject(u), withArticle(kindWord(kind)), assignment(u, kind+".NAME"))
}

func quotedGoReference(u *use, text string, at hcl.Range) Diagnostic {
	target := "go.views.NAME"
	if strings.HasPrefix(text, "go.") {
		target = text
	} else if i := strings.LastIndexByte(text, '.'); i > 0 {
		target = "go." + strings.ReplaceAll(text, "/", ".")
	}
	return errorAt(at, "Quoted reference", "References are not written in quotes. Write %s.", assignment(u, target))
}

func badGoReference(t hcl.Traversal) Diagnostic {
	names, _ := steps(t)
	x := errorAt(t.SourceRange(), "Reference to no Go function",
		"A Go function is written go.PACKAGE.Function, with the package's folder in the project and a capital letter.")
	if len(names) == 2 {
		x.Detail += fmt.Sprintf(" Write it as in go.views.%s.", GoName(names[1]))
	} else if len(names) > 2 {
		last := names[len(names)-1]
		x.Detail += fmt.Sprintf(" Write %s.%s.", strings.Join(names[:len(names)-1], "."), capital(last))
	}
	return x
}

func generatedGoReference(t hcl.Traversal) Diagnostic {
	return errorAt(t.SourceRange(), "Reference to generated code",
		"The folder gen belongs to stackgen and is written anew by every build. Put the function in a package of your own, such as views.")
}

func quotedMiddleware(text string, at hcl.Range) Diagnostic {
	target := text
	if strings.Contains(text, ".") && !strings.HasPrefix(text, "go.") {
		target = "go." + text
	}
	return errorAt(at, "Quoted middleware", "Middleware is named without quotes. Write %s.", target)
}

func unknownMiddleware(word string, at hcl.Range) Diagnostic {
	near := Suggest(word, builtinNames())
	if near != "" {
		return errorAt(at, "Unknown middleware", "There is no middleware called %q.%s", word, didYouMean(near))
	}
	return errorAt(at, "Unknown middleware", "There is no middleware called %q. Built in are %s; a function of the project is written go.middleware.%s.",
		word, enumerate(builtinNames(), "and"), GoName(word))
}

func unknownRequestAttr(t hcl.Traversal) Diagnostic {
	names, _ := steps(t)
	var all []string
	for _, a := range requestAttrs() {
		if a == "header" || a == "cookie" {
			a += ".NAME"
		}
		all = append(all, "request."+a)
	}
	all = append(append(append(all, "request.query.NAME"), clientAttrs()...), "match.GROUP", "map.NAME")
	near := ""
	if len(names) > 1 && names[0] == "request" {
		if s := Suggest(names[1], requestAttrs()); s != "" {
			near = "request." + s
		}
	}
	if names[0] == "response" || len(names) == 2 && slices.Contains(answerAttrs(), "request."+names[1]) {
		return errorAt(t.SourceRange(), "Unknown attribute of the answer", "Only a log block and the values of headers see what was answered, the latter without response.bytes, which nobody knows before. There are %s.", enumerate(append(answerAttrs(), "response.header.NAME"), "and"))
	}
	return errorAt(t.SourceRange(), "Unknown attribute of the request",
		"There are %s.%s", enumerate(all, "and"), didYouMean(near))
}
