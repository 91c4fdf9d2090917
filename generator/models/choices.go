package models

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// DisplayName is the method that has what people read for the field's value
// (get_FOO_display).
func DisplayName(f *schema.Field) string { return schema.GoName(f.Name) + "Display" }

// choiceNames are the constants of the field's choices, in their order:
// PostStatusDraft by the value, or for numbers by what people read.
func choiceNames(m *schema.Model, f *schema.Field) []string {
	prefix := TypeName(m) + schema.GoName(f.Name)
	taken := map[string]bool{}
	var names []string
	for i, c := range f.Choices {
		word := c.Key
		if !kindOf(f).text {
			word = c.Value.V
		}
		name := prefix + identifier(word)
		if name == prefix || taken[name] {
			name = prefix + identifier(c.Key)
		}
		if name == prefix || taken[name] {
			name = prefix + strconv.Itoa(i+1)
		}
		taken[name] = true
		names = append(names, name)
	}
	return names
}

// identifier is a text as part of a Go name: "not yet" is NotYet, "-1" is Minus1.
func identifier(text string) string {
	if rest, ok := strings.CutPrefix(text, "-"); ok && rest != "" && unicode.IsDigit(rune(rest[0])) {
		text = "minus " + rest
	}
	var words []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words = append(words, strings.ToLower(word))
	}
	return schema.GoName(strings.Join(words, "_"))
}

// choices writes the constants of fields with choices, and the methods for what
// people read.
func (w modelWriter) choices() {
	for _, f := range w.m.Fields {
		if len(f.Choices) == 0 {
			continue
		}
		names := choiceNames(w.m, f)
		var consts []jen.Code
		for i, c := range f.Choices {
			consts = append(consts, jen.Id(names[i]).Add(ValueType(f)).Op("=").Add(choiceValue(f, c)))
		}
		w.Doc("The values of " + FieldName(f) + ".")
		w.Const().Defs(consts...)
		w.Line()
		value := jen.Id(w.self).Dot(FieldName(f))
		var body []jen.Code
		if f.Null.V {
			body = append(body, jen.If(jen.Op("!").Add(value.Clone().Dot("Valid"))).Block(jen.Return(jen.Lit(""))))
			value = value.Clone().Dot("V")
		}
		var cases []jen.Code
		for i, c := range f.Choices {
			cases = append(cases, jen.Case(jen.Id(names[i])).Block(jen.Return(jen.Lit(c.Value.V))))
		}
		body = append(body, jen.Switch(value.Clone()).Block(cases...), jen.Return(asText(f, value.Clone())))
		w.Doc(DisplayName(f) + " is what people read for the value of " + FieldName(f) + "; a value that is none of the\nchoices as it is.")
		w.method(DisplayName(f)).Params().String().Block(body...)
		w.Line()
	}
}

func choiceValue(f *schema.Field, c schema.Choice) jen.Code {
	if kindOf(f).text {
		return jen.Lit(c.Key)
	}
	n, err := strconv.ParseInt(c.Key, 10, 64)
	if err != nil {
		panic("stackgen: unreachable: choice that schema lets pass: " + err.Error())
	}
	return jen.Lit(int(n))
}
