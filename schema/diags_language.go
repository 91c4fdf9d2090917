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

func fileStart(name string) hcl.Range {
	return hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
}

func siteFileMissing(file string) Diagnostic {
	return errorAt(hcl.Range{Filename: file}, "No site file",
		"The file %s cannot be read. Name the site file, or write one with stackgen new.", file)
}

func siteMissing(file string) Diagnostic {
	return errorAt(fileStart(file), "Site without a name",
		"A site file needs a site block. Write site \"blog\" { domains = [\"blog.example.com\"] }.")
}

func includeNotConstant(at hcl.Range) Diagnostic {
	return errorAt(at, "Include of no constant path",
		"Files are included before anything is computed. Write the paths as plain strings: include = [\"models.hcl\"].")
}

func includeOutside(p includePath) Diagnostic {
	return errorAt(p.at, "Include from outside of the project",
		"The path %q leads out of the project. Included files lie beneath the project's folder, and their paths begin there.", p.text)
}

func includeMissing(p includePath, near string) Diagnostic {
	if near != "" {
		near = fmt.Sprintf("%q", near)
	}
	return errorAt(p.at, "Included file not found",
		"There is no file %q in the project's folder.%s Paths are relative to that folder.", p.text, didYouMean(near))
}

func includedTwice(p includePath, f *sourceFile, site bool) Diagnostic {
	if site {
		return errorAt(p.at, "Include of the site file",
			"The file %s is the site file, so including it would go round in a circle. Take the line away.", f.name)
	}
	return errorAt(p.at, "File included twice",
		"The file %s is part of the site already. Take one of the two lines away.", f.name).
		and(f.included, "it is included here first")
}

func saidTwice(what, name string, at, first hcl.Range) Diagnostic {
	return errorAt(at, fmt.Sprintf("Second %s %s", name, what),
		"The %s %s may be written once. Join the two, or take one away.", what, name).
		and(first, "the first %s is here", name)
}

func missingAttribute(s *scope, a *attr) Diagnostic {
	example := ""
	if e := exampleOf(a); e != "" {
		example = fmt.Sprintf(" Write %s = %s.", a.Name, e)
	}
	return errorAt(s.decl, fmt.Sprintf("Missing %s", a.Name),
		"%s needs %s: %s%s", capital(blockName(s)), a.Name, lowerFirst(a.Doc), example)
}

// exampleOf shows how a required attribute may look.
func exampleOf(a *attr) string {
	switch a.Type.(type) {
	case refType[Model]:
		return "model.NAME"
	case refType[View]:
		return "view.NAME"
	case fieldType:
		return "char(200)"
	case fieldList:
		return `["NAME"]`
	}
	return map[string]string{
		"address": `"127.0.0.1:8000"`, "certificate": `"cert.pem"`, "key": `"key.pem"`, "root": `"/var/www/media"`,
		"to": `"https://example.com${request.uri}"`,
	}[a.Name]
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

func capital(text string) string    { return strings.ToUpper(text[:1]) + text[1:] }
func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

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
			"%s is a block. Write it without the equals sign: %s { … }.", capital(name), headerOf(b))
	}
	return errorAt(at, fmt.Sprintf("Unknown attribute %q", name),
		"There is no attribute %s %s.%s", name, inBlock(s), hint(s, name))
}

func unknownBlock(s *scope, name string, at hcl.Range) Diagnostic {
	if a := s.table.attr(name); a != nil {
		return errorAt(at, "Attribute written as a block",
			"%s is an attribute, %s. Write %s = … instead.", capital(name), withArticle(a.Type.word()), name)
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

// hint says what an unknown attribute or block may be meant for: the nearest
// name here, or the blocks that have one of that name.
func hint(s *scope, name string) string {
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
	if _, bare := a.Type.(wordType); bare {
		quoted = func(words []string) []string { return words }
	}
	for _, e := range a.Enum {
		if e == text {
			return nil
		}
	}
	near := Suggest(strings.ToLower(text), a.Enum)
	for _, e := range a.Enum {
		if strings.EqualFold(e, text) {
			near = e
		}
	}
	if near != "" {
		near = quoted([]string{near})[0]
	}
	return &problem{fmt.Sprintf("Unknown %s", a.Name),
		fmt.Sprintf("%s is %s, not %s.%s", capital(a.Name), enumerate(quoted(a.Enum), "or"), quoted([]string{text})[0], didYouMean(near))}
}

func wrongType(u *use, expr hclsyntax.Expression, v cty.Value, want cty.Type) Diagnostic {
	word := u.attr.Type.word()
	if want == cty.String && strings.Contains(word, " of strings") {
		word = "string"
	}
	x := errorAt(expr.Range(), "Value of the wrong type", "%s is %s, and this is %s.", capital(u.attr.Name), withArticle(word), describe(v))
	switch {
	case v.IsNull() || !v.IsKnown():
	case want == cty.Number && v.Type() == cty.String && isNumber(v.AsString()):
		x.Detail += fmt.Sprintf(" Take the quotes away: %s = %s.", u.attr.Name, v.AsString())
	case want == cty.Bool && v.Type() == cty.String && (v.AsString() == "true" || v.AsString() == "false"):
		x.Detail += fmt.Sprintf(" Take the quotes away: %s = %s.", u.attr.Name, v.AsString())
	case want.IsListType() && v.Type() == cty.String:
		x.Detail += fmt.Sprintf(" Put it in brackets: %s = [%q].", u.attr.Name, v.AsString())
	case want == cty.String && v.Type() == cty.Number && word == "duration":
		x.Detail += fmt.Sprintf(" Say the unit: \"%ss\".", v.AsBigFloat().Text('f', -1))
	case want == cty.String && v.Type() == cty.Number && word == "size":
		x.Detail += fmt.Sprintf(" Say the unit: \"%sB\".", v.AsBigFloat().Text('f', -1))
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
	return errorAt(at, "List expected", "%s is %s. Write it in brackets: %s.", capital(u.attr.Name), withArticle(u.attr.Type.word()), example)
}

func notAnObject(u *use, example string, at hcl.Range) Diagnostic {
	return errorAt(at, "Map expected", "%s is %s. Write it in braces: %s.", capital(u.attr.Name), withArticle(u.attr.Type.word()), example)
}

func quotedWord(u *use, at hcl.Range, text string) Diagnostic {
	word := u.attr.Enum[0]
	for _, e := range u.attr.Enum {
		if e == strings.ToLower(text) {
			word = e
		}
	}
	return errorAt(at, "Quoted word", "%s is a bare word. Write %s = %s.", capital(u.attr.Name), u.attr.Name, word)
}

func notAWord(u *use, at hcl.Range) Diagnostic {
	return errorAt(at, "Word expected", "%s is one of the words %s. Write it without quotes: %s = %s.",
		capital(u.attr.Name), enumerate(u.attr.Enum, "and"), u.attr.Name, u.attr.Enum[0])
}
