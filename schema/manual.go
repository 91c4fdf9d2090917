package schema

import (
	"bytes"
	"fmt"
	"strings"
)

// Reference is the manual of the site language in Markdown, made from the
// tables. docs/reference.md holds a copy.
func Reference() []byte {
	m := &manual{}
	m.text("<!-- Made from the tables in schema/. DO NOT EDIT: go test ./schema -update -->", "", "# The site file", "")
	m.text(
		"A site file describes a whole site. `site.hcl` describes the project in its own folder, `NAME.hcl` the one in the folder",
		"`NAME/` beside it. The language is [HCL](https://github.com/hashicorp/hcl); the same in JSON works in a file whose name ends",
		"in `.hcl.json`, where references, conditions and field types are strings, and `\"//\"` is a comment.",
		"",
	)
	m.basics()
	root := rootBlock()
	m.text("## At the top of a file", "")
	m.attributes(root)
	m.text("| block | what it is |", "|---|---|")
	for _, b := range root.Blocks {
		m.text(fmt.Sprintf("| [`%s`](#%s) | %s |", headerOf(b), anchor([]string{b.Type}), cell(b.Doc)))
	}
	m.text("")
	root.walk(func(path []string, b *block) {
		if len(path) > 0 && b.Field != "Nodes" {
			m.block(path, b)
		}
	})
	m.lists()
	return m.Bytes()
}

type manual struct{ bytes.Buffer }

func (m *manual) text(lines ...string) {
	for _, l := range lines {
		m.WriteString(l + "\n")
	}
}

// basics says what holds for all blocks.
func (m *manual) basics() {
	m.text("## Values", "",
		"- References name blocks and stand without quotes: `view.home`, `model.post`, `upstream.legacy`, `go.views.Checkout`.",
		"- Durations are strings such as `\"30s\"`, `\"1h30m\"` and `\"365d\"`; the units are "+unitNames(durationUnits())+".",
		"- Sizes are strings such as `\"10MB\"`; the units are "+unitNames(sizeUnits())+", each 1024 of the one before.",
		"- Values may be computed from `var.NAME`, `local.NAME` and the functions below.",
		"- A variable with `env` is read when the site starts. Attributes marked *at start* take such a variable, by itself or in a",
		"  string: `\"https://${var.host}/\"`. There is no `env()`.",
		"- `null` stands for an attribute that is not written.",
		"")
}

func unitNames(units []unit) string {
	var names []string
	for _, u := range units {
		names = append(names, "`"+u.name+"`")
	}
	return enumerate(names, "and")
}

func (m *manual) block(path []string, b *block) {
	level := strings.Repeat("#", min(len(path)+1, 4))
	m.text(level+" "+strings.Join(path, " "), "", b.Doc, "")
	var facts []string
	if b.Label != "" {
		facts = append(facts, fmt.Sprintf("Written `%s { … }`.", headerOf(b)))
	} else {
		facts = append(facts, fmt.Sprintf("Written `%s { … }`.", b.Type))
	}
	switch {
	case b.Once && b.Required:
		facts = append(facts, "Needed once.")
	case b.Once:
		facts = append(facts, "At most once.")
	case b.Required:
		facts = append(facts, "Needed at least once.")
	}
	if b.Ancestor != "" {
		facts = append(facts, "Ancestor: "+b.Ancestor+".")
	}
	m.text(strings.Join(facts, " "), "")
	if b.Example != "" {
		m.text("```hcl", b.Example, "```", "")
	}
	if b.Free {
		m.text("Every attribute is a name of its own, whatever its value.", "")
	}
	m.attributes(b)
	if len(b.Blocks) > 0 {
		var names []string
		for _, c := range b.Blocks {
			to := append(path[:len(path):len(path)], c.Type)
			switch {
			case c.Field == "Nodes":
				to = []string{c.Type}
			case c == b:
				to = path // one within one of its kind
			}
			names = append(names, fmt.Sprintf("[`%s`](#%s)", c.Type, anchor(to)))
		}
		m.text("Blocks within: "+enumerate(names, "and")+".", "")
	}
}

func anchor(path []string) string { return strings.Join(path, "-") }

func (m *manual) attributes(b *block) {
	if len(b.Attrs) == 0 {
		return
	}
	m.text("| attribute | type | default | |", "|---|---|---|---|")
	for _, a := range b.Attrs {
		m.text(fmt.Sprintf("| `%s` | %s | %s | %s |", a.Name, cell(typeCell(a)), defaultCell(a), cell(docCell(a))))
	}
	m.text("")
}

func typeCell(a *attr) string {
	word := a.Type.word()
	if len(a.Enum) > 0 {
		words := quoteAll(a.Enum)
		if _, bare := a.Type.(wordType); bare {
			words = a.Enum
		}
		for i, w := range words {
			words[i] = "`" + w + "`"
		}
		word += ": " + enumerate(words, "or")
	}
	if a.Bindable {
		word += ", *at start*"
	}
	return word
}

func defaultCell(a *attr) string {
	switch {
	case a.Required:
		return "needed"
	case a.Default != "":
		return "`" + a.Default + "`"
	}
	return ""
}

func docCell(a *attr) string {
	if a.Ancestor == "" {
		return a.Doc
	}
	return a.Doc + " *(" + a.Ancestor + ")*"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// lists are the tables that attributes choose from.
func (m *manual) lists() {
	m.text("## Field types", "", "| type | what it holds |", "|---|---|")
	for _, k := range kinds() {
		m.text(fmt.Sprintf("| `%s` | %s |", k.kind, cell(k.doc)))
	}
	m.text("", "## Validators", "", "A field's `validators` are these, and Go functions.", "", "| validator | on | what it asks for |", "|---|---|---|")
	for _, v := range validators() {
		m.text(fmt.Sprintf("| `%s` | %s | %s |", v.name, v.on, cell(v.doc)))
	}
	m.text("", "## Converters of routes", "", "Captures are written `<converter:name>`, or `<name>` for `str`.", "",
		"| converter | what it matches |", "|---|---|")
	for _, c := range converters() {
		m.text(fmt.Sprintf("| `%s` | %s |", c.name, cell(c.doc)))
	}
	m.text("", "## Middleware", "", "The layers have to stand in this order.", "", "| name | what it does | ancestor |", "|---|---|---|")
	for _, b := range builtins() {
		m.text(fmt.Sprintf("| `%s` | %s | %s |", b.name, cell(b.doc), b.ancestor))
	}
	m.text("", "## Conditions", "",
		"A `where` compares fields, written `MODEL.FIELD`, with values, and joins comparisons by `&&`, `||` and `!`.", "",
		"| written | meaning |", "|---|---|")
	for _, c := range conditionForms() {
		m.text(fmt.Sprintf("| `%s` | %s |", cell(c[0]), cell(c[1])))
	}
	m.text("", "Values are constants, `var.NAME`, `local.NAME`, `url.NAME` (a capture of the route), `request.query.NAME` (a parameter, for",
		"text), `now()` and `now() - duration(\"7d\")`.", "", "## Functions", "", "| call | what it gives |", "|---|---|")
	for _, f := range functions("") {
		m.text(fmt.Sprintf("| `%s` | %s |", cell(f.call), cell(f.doc)))
	}
}

// conditionForms are the forms of conditions, with their meaning.
func conditionForms() [][2]string {
	return [][2]string{
		{"post.title == \"x\"", "The field has the value; also `!=`, `<`, `<=`, `>` and `>=`."},
		{"post.draft", "The boolean field is true; `!post.draft` that it is false."},
		{"post.published == null", "The field has no value; `!= null` that it has one."},
		{"contains([\"a\", \"b\"], post.slug)", "The field has one of the values."},
		{"contains(post.title, \"x\")", "The text field contains the text; `icontains` whatever the case of letters."},
		{"startswith(post.title, \"x\")", "The text field begins so; `istartswith` whatever the case of letters."},
		{"endswith(post.title, \"x\")", "The text field ends so; `iendswith` whatever the case of letters."},
		{"iexact(post.title, \"x\")", "The text field is the text, whatever the case of letters."},
	}
}
