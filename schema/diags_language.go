package schema

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// The files diags_*.go hold the wording of everything that can be wrong with a
// site. Summaries are short phrases; details say what is wrong in one
// sentence and what to do in the next.

// didYouMean is " Did you mean X?" worded as a statement, or nothing.
func didYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return fmt.Sprintf(" Perhaps %s is meant.", suggestion)
}

// enumerate is "a, b and c".
func enumerate(words []string, last string) string {
	switch len(words) {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

func quoteAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = fmt.Sprintf("%q", w)
	}
	return out
}

func saidTwice(what, name string, at, first hcl.Range) Diagnostic {
	return errorAt(at, fmt.Sprintf("Second %s %s", name, what),
		"The %s %s may be written once. Join the two, or take one away.", what, name).
		and(first, "the first %s is here", name)
}

// subject is an attribute as the subject of a sentence.
func subject(u *use) string { return "The attribute " + u.attr.Name }

func missingAttribute(s *scope, a *attr) Diagnostic {
	return errorAt(s.decl, fmt.Sprintf("Missing %s", a.Name),
		"%s needs the attribute %s. Write %s = %s.", capital(blockName(s)), a.Name, a.Name, exampleOf(s, a))
}

// exampleOf shows how a required attribute may look.
func exampleOf(s *scope, a *attr) string {
	if s.table.Type == "server" {
		return `"http://127.0.0.1:9000"`
	}
	if s.table.Type == "email" && a.Name == "url" {
		return `"console:"`
	}
	switch a.Type.(type) {
	case goFuncType, commandRefType:
		return "go.PACKAGE.Function"
	case refType[Model]:
		return "model.NAME"
	case refType[View]:
		return "view.NAME"
	case fieldType:
		return "char(200)"
	case fieldList:
		return `["NAME"]`
	case dateField:
		return `"NAME"`
	case conditionType:
		return "MODEL.FIELD > 0"
	case formHandlerType, webSocketType:
		return "go.views.NAME"
	case wordType:
		return a.Enum[0]
	}
	known := map[string]string{
		"url": `"sqlite:data/site.db"`, "address": `"127.0.0.1:8000"`, "certificate": `"cert.pem"`, "key": `"key.pem"`, "root": `"/var/www/media"`,
		"path": `"/healthz"`, "cookie": `"server"`, "rate": `"20/s"`, "connections": "10", "percent": "5", "doc": `"Send the newsletter."`, "upstream": "upstream.NAME", "uri": `"/verify"`, "file": `"errors/404.html"`,
		"to": `"https://example.com${request.uri}"`, "source": "request.host", "default": `""`, "values": `{ "example.com" = "main" }`, "from": `"site@example.com"`, "regex": `"[0-9]{4}"`, "query": `"SELECT COUNT(*) AS n FROM post"`,
	}[a.Name]
	if known == "" {
		panic("stackgen: unreachable: required attribute without an example: " + a.Name)
	}
	return known
}

func missingBlock(s *scope, b *block) Diagnostic {
	label := ""
	if b.Label != "" {
		label = ` "NAME"`
	}
	return errorAt(s.decl, fmt.Sprintf("Missing %s", b.Type),
		"%s needs at least one %s block. Write %s%s { … } in it.", capital(blockName(s)), b.Type, b.Type, label)
}

// blockName is how messages call a block: view "home".
func blockName(s *scope) string {
	if s.table.Type == "" {
		return "the site file"
	}
	if s.label == "" {
		return "the " + s.table.Type + " block"
	}
	return fmt.Sprintf("%s %q", s.table.Type, s.label)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// inBlock is where something stands: "a view block", or "a site file outside of blocks".
func inBlock(s *scope) string {
	if s.table.Type == "" {
		return "at the top of a site file"
	}
	return "in " + withArticle(s.table.Type) + " block"
}

func unknownAttribute(s *scope, name string, at hcl.Range) Diagnostic {
	if b := s.table.block(name); b != nil {
		return errorAt(at, "Block written as an attribute",
			"The name %s is that of a block. Write it without the equals sign: %s { … }.", name, headerOf(b))
	}
	help := hint(s, name)
	if s.table.Type == "model" && strings.HasPrefix(help, " What may") {
		help = fmt.Sprintf(" A field is written field %q { type = char(200) }.", name)
	}
	return errorAt(at, fmt.Sprintf("Unknown attribute %q", name), "There is no attribute %s %s.%s", name, inBlock(s), help)
}

func unknownBlock(s *scope, name string, at hcl.Range) Diagnostic {
	if a := s.table.attr(name); a != nil {
		return errorAt(at, "Attribute written as a block",
			"The name %s is that of an attribute, %s. Write %s = …, with an equals sign.", name, withArticle(a.Type.word()), name)
	}
	return errorAt(at, fmt.Sprintf("Unknown block %q", name),
		"There is no block %s %s.%s", name, inBlock(s), hint(s, name))
}

func headerOf(b *block) string {
	if b.Label == "" {
		return b.Type
	}
	return fmt.Sprintf("%s %q", b.Type, strings.ToUpper(b.Label))
}

// hint says what an unknown attribute or block may be meant for: what stands
// here for a word of nginx, gunicorn or Django, the nearest name, or the blocks
// that have one of that name.
func hint(s *scope, name string) string {
	if heir := fromAncestor(s, name); heir != "" {
		return heir
	}
	var here []string
	for _, a := range s.table.Attrs {
		here = append(here, a.Name)
	}
	for _, b := range s.table.Blocks {
		here = append(here, b.Type)
	}
	if near := Suggest(name, here); near != "" {
		return didYouMean(near)
	}
	top := s
	for top.parent != nil {
		top = top.parent
	}
	found := map[string]bool{}
	top.table.walk(func(_ []string, b *block) {
		if b != s.table && (b.attr(name) != nil || b.block(name) != nil) {
			found[b.Type] = true
		}
	})
	var places []string
	for p := range found {
		if p == "" {
			p = "the top of the file"
		}
		places = append(places, p)
	}
	sort.Strings(places)
	if len(places) > 0 {
		return fmt.Sprintf(" It belongs to %s.", enumerate(places, "and"))
	}
	sort.Strings(here)
	if len(here) == 0 {
		return " Nothing may stand there."
	}
	return fmt.Sprintf(" What may stand there is %s.", enumerate(here, "and"))
}

func labelMissing(b *block, at hcl.Range) Diagnostic {
	return errorAt(at, fmt.Sprintf("Missing %s", b.Label), "A block %s has its %s in quotes before the brace. Write %s { … }.", b.Type, b.Label, headerOf(b))
}

func labelUnwanted(b *block, at hcl.Range) Diagnostic {
	if b.Label == "" {
		return errorAt(at, "Label that a block does not have", "A block %s has no name. Write %s { … }.", b.Type, b.Type)
	}
	return errorAt(at, "Second label of a block", "A block %s has one label, its %s. Take this one away.", b.Type, b.Label)
}

func badName(what, name string, at hcl.Range) Diagnostic {
	example := snake(name)
	if what == "site" {
		return errorAt(at, "Name in the wrong form",
			"The name %q is not made of small letters and digits, with - or _ between words. Write it as in %q.", name, "my-blog")
	}
	x := errorAt(at, "Name in the wrong form",
		"The name %q is not made of small letters and digits, with one _ between words.", name)
	if namePattern.MatchString(example) {
		x.Detail += fmt.Sprintf(" Write %q.", example)
	} else {
		x.Detail += ` Write it as in "post_detail".`
	}
	return x
}

// snake brings a name near lower_snake.
func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			if i > 0 && !strings.HasSuffix(out.String(), "_") {
				out.WriteByte('_')
			}
			out.WriteRune(r + 'a' - 'A')
		case r == '-' || r == ' ' || r == '.':
			out.WriteByte('_')
		default:
			out.WriteRune(r)
		}
	}
	parts := strings.FieldsFunc(out.String(), func(r rune) bool { return r == '_' })
	return strings.Join(parts, "_")
}

func reservedName(what, name, why string, at hcl.Range) Diagnostic {
	return errorAt(at, "Reserved name",
		"%s cannot be called %q, as that stands for %s. Give it another name.", capital(withArticle(what)), name, why)
}

func declaredTwice(kind, name string, at, first hcl.Range) Diagnostic {
	return errorAt(at, fmt.Sprintf("Second %s %q", kindWord(kind), name),
		"There is %s called %q already. Give one of the two another name.", withArticle(kindWord(kind)), name).
		and(first, "the first is here")
}

func goNameTwice(kind, name, firstName, goName string, at, first hcl.Range) Diagnostic {
	return errorAt(at, "Two names that are one in Go",
		"The names %q and %q both become %s in the generated Go code. Give one of the two another name.", firstName, name, goName).
		and(first, "%s %q is here", kind, firstName)
}

// badValue reports what a check has against a value.
func badValue(at hcl.Range, p *problem, b *Binding) Diagnostic {
	x := errorAt(at, p.summary, "%s", p.detail)
	if b == nil {
		return x
	}
	for _, part := range b.Parts {
		if part.Variable != nil {
			x = x.and(part.Variable.DeclRange, "var.%s has its default here", part.Variable.Name)
		}
	}
	return x
}

func checkEnum(a *attr, text string) *problem {
	quoted := func(words []string) []string { return quoteAll(words) }
	switch a.Type.(type) {
	case wordType, wordList:
		quoted = func(words []string) []string { return words }
	}
	for _, e := range a.Enum {
		if e == text {
			return nil
		}
	}
	near := Suggest(text, a.Enum)
	for _, e := range a.Enum {
		if strings.EqualFold(e, text) {
			near = e
		}
	}
	if near != "" {
		near = quoted([]string{near})[0]
	}
	subject, what := "The attribute "+a.Name+" is", a.Name
	if _, list := a.Type.(stringList); list {
		subject, what = "Each of the "+a.Name+" is", "value in "+a.Name
	}
	return &problem{fmt.Sprintf("Unknown %s", what),
		fmt.Sprintf("%s %s, not %s.%s", subject, enumerate(quoted(a.Enum), "or"), quoted([]string{text})[0], didYouMean(near))}
}

func wrongType(u *use, expr hclsyntax.Expression, v cty.Value, want cty.Type) Diagnostic {
	word := u.attr.Type.word()
	if want == cty.String && strings.Contains(word, " of strings") {
		word = "string"
	}
	x := errorAt(expr.Range(), "Value of the wrong type", "%s is %s, and this is %s.", subject(u), withArticle(word), describe(v))
	switch {
	case v.IsNull() || !v.IsKnown():
	case want == cty.Number && v.Type() == cty.String && isNumber(v.AsString()):
		x.Detail += fmt.Sprintf(" Take the quotes away: %s = %s.", u.attr.Name, v.AsString())
	case want == cty.Bool && v.Type() == cty.String && (v.AsString() == "true" || v.AsString() == "false"):
		x.Detail += fmt.Sprintf(" Take the quotes away: %s = %s.", u.attr.Name, v.AsString())
	case want.IsListType() && v.Type() == cty.String:
		x.Detail += fmt.Sprintf(" Put it in brackets: %s = [%q].", u.attr.Name, v.AsString())
	case want == cty.String && v.Type() == cty.Number && word == "duration":
		x.Detail += fmt.Sprintf(" Say the unit: \"%ss\".", v.AsBigFloat().Text('g', 10))
	case want == cty.String && v.Type() == cty.Number && word == "size":
		x.Detail += fmt.Sprintf(" Say the unit: \"%sB\".", v.AsBigFloat().Text('g', 10))
	case want == cty.String && v.Type().IsPrimitiveType():
		x.Detail += " Put it in quotes."
	}
	return x
}

func isNumber(text string) bool {
	_, err := cty.ParseNumberVal(text)
	return err == nil
}

// describe says what a value is, without saying the value.
func describe(v cty.Value) string {
	t := v.Type()
	switch {
	case v.IsNull():
		return "null"
	case t == cty.String:
		return "a string"
	case t == cty.Number:
		return "a number"
	case t == cty.Bool:
		return "true or false"
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return "a list"
	case t.IsObjectType() || t.IsMapType():
		return "a map"
	}
	return "something else"
}

func notAList(u *use, example string, at hcl.Range) Diagnostic {
	return errorAt(at, "List expected", "%s is %s. Write it in brackets: %s.", subject(u), withArticle(u.attr.Type.word()), example)
}

func notAnObject(u *use, example string, at hcl.Range) Diagnostic {
	return errorAt(at, "Map expected", "%s is %s. Write it in braces: %s.", subject(u), withArticle(u.attr.Type.word()), example)
}

func keyOfOtherType(u *use, v cty.Value, at hcl.Range) Diagnostic {
	return errorAt(at, "Key of the wrong type", "The keys of %s are words, strings or numbers, and this is %s. Put it in quotes.", u.attr.Name, describe(v))
}

func keyTwice(u *use, key string, at, first hcl.Range) Diagnostic {
	return errorAt(at, "Key written twice", "The map %s has the key %q already. Take one of the two away.", u.attr.Name, key).and(first, "it is here first")
}

func quotedWord(u *use, at hcl.Range, text string) Diagnostic {
	word := u.attr.Enum[0]
	for _, e := range u.attr.Enum {
		if e == strings.ToLower(text) {
			word = e
		}
	}
	return errorAt(at, "Quoted word", "%s is a bare word. Write %s = %s.", subject(u), u.attr.Name, word)
}

func notAWord(u *use, at hcl.Range) Diagnostic {
	return errorAt(at, "Word expected", "%s is one of the words %s. Write it without quotes: %s = %s.",
		subject(u), enumerate(u.attr.Enum, "and"), u.attr.Name, u.attr.Enum[0])
}

func notAWordList(u *use, at hcl.Range) Diagnostic {
	return errorAt(at, "List of words expected", "%s is a list of the words %s. Write them without quotes: %s = [%s].",
		subject(u), enumerate(u.attr.Enum, "and"), u.attr.Name, strings.Join(u.attr.Enum, ", "))
}

func wordTwice(u *use, word string, at hcl.Range) Diagnostic {
	return errorAt(at, "Word twice", "%s names %s a second time. Take one out.", subject(u), word)
}
