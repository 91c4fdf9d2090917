package template

import (
	"fmt"
	"strings"
	"testing"
)

func TestLex(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"text", "a { b", "text(a { b)"},
		{"variable", "a{{ b }}c", "text(a) variable(b) text(c)"},
		{"tag", "{% if a %}", "tag(if a)"},
		{"comment leaves nothing", "a{# b #}c", "text(a) text(c)"},
		{"no space", "{%if a%}{{b}}", "tag(if a) variable(b)"},
		{"a tag does not cross lines", "{{ a\n}}", "text({{ a\n}})"},
		{"not closed", "{{ a", "text({{ a)"},
		{"the first end counts", "{{ '}}' }}", "variable(') text(' }})"},
		{"braces in text", "{{{ a }}}", "variable({ a) text(})"},
		{"verbatim", "{% verbatim %}{{ a }}{% if %}{% endverbatim %}{{ b }}", "tag(verbatim) text({{ a }}{% if %}) tag(endverbatim) variable(b)"},
		{"named verbatim", "{% verbatim x %}{% endverbatim %}{% endverbatim x %}", "tag(verbatim x) text({% endverbatim %}) tag(endverbatim x)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, tok := range lex(newSource("t", "t", test.text)) {
				switch tok.kind {
				case textToken:
					got = append(got, "text("+tok.span.text()+")")
				case variableToken:
					got = append(got, "variable("+tok.inner.text()+")")
				case tagToken:
					got = append(got, "tag("+tok.inner.text()+")")
				}
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("got  %s\nwant %s", s, test.want)
			}
		})
	}
}

func TestWords(t *testing.T) {
	tests := []struct{ text, want string }{
		{`if a == "b c"`, `if|a|==|"b c"`},
		{`url 'x' a="b c"|upper`, `url|'x'|a="b c"|upper`},
		{`with a='it\'s' b`, `with|a='it\'s'|b`},
		{`x 'open y`, `x|'open|y`},
		{`trans _("a b") c`, `trans|_("a b")|c`},
	}
	for _, test := range tests {
		src := newSource("t", "t", test.text)
		var got []string
		for _, w := range words(span{src, 0, len(test.text)}) {
			if w.span.text() != w.text {
				t.Errorf("%s: the place of %q shows %q", test.text, w.text, w.span.text())
			}
			got = append(got, w.text)
		}
		if s := strings.Join(got, "|"); s != test.want {
			t.Errorf("%s: got %s, want %s", test.text, s, test.want)
		}
	}
}

// TestCondition ensures the operators bind as Django's do.
func TestCondition(t *testing.T) {
	tests := []struct{ text, want string }{
		{"a or b and c", "(a or (b and c))"},
		{"a and b or c", "((a and b) or c)"},
		{"not a and b", "((not a) and b)"},
		{"not a == b", "(not (a == b))"},
		{"a == b == c", "((a == b) == c)"},
		{"a in b and c not in d", "((a in b) and (c not in d))"},
		{"a is not None or not b", "((a is not None) or (not b))"},
		{"a < b <= c", "((a < b) <= c)"},
	}
	for _, test := range tests {
		src := newSource("t", "t", "{% if "+test.text+" %}{% endif %}")
		parsed, bad := parse(src, &Options{})
		if bad != nil {
			t.Fatalf("%s: %s", test.text, bad[0].Summary)
		}
		if got := show(parsed.nodes[0].(*ifNode).branches[0].cond); got != test.want {
			t.Errorf("%s: got %s, want %s", test.text, got, test.want)
		}
	}
}

func show(c *condition) string {
	switch {
	case c.op == "":
		return c.leaf.span.text()
	case c.right == nil:
		return fmt.Sprintf("(%s %s)", c.op, show(c.left))
	}
	return fmt.Sprintf("(%s %s %s)", show(c.left), c.op, show(c.right))
}

// FuzzParse ensures that no text breaks the lexer or parser, that the tokens
// are pieces of the text in order, and that what is refused has a place in it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a{{ b|default:'c' }}{% if a and not b %}x{% elif c %}{% else %}{% endif %}",
		"{% extends 'b' %}{% block a %}{{ block.super }}{% endblock a %}",
		"{% for a, b in c reversed %}{{ forloop.counter }}{% empty %}{% endfor %}",
		"{% include 'x' with a=1 only %}{% url 'n' a b as c %}{% cycle 'a' b as c silent %}",
		"{% verbatim %}{{ x }}{% endverbatim %}{# c #}{% comment %}{% endcomment %}", "{{ 'é\\'|x }}", "{{ _('a') }}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := newSource("t", "t", text)
		at := 0
		for _, tok := range lex(src) {
			if tok.span.start < at || tok.span.end > len(text) || tok.span.start >= tok.span.end {
				t.Fatalf("token %d-%d behind %d", tok.span.start, tok.span.end, at)
			}
			at = tok.span.end
		}
		if _, bad := parse(src, &Options{}); bad != nil {
			if s := bad[0].Subject; s.Start.Byte < 0 || s.End.Byte > len(text) || s.Start.Line < 1 || bad[0].Summary == "" {
				t.Fatalf("diagnostic %q at %v", bad[0].Summary, s)
			}
		}
	})
}
