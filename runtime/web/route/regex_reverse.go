package route

import (
	"regexp/syntax"
	"strconv"
	"strings"
)

// form is one way to write a URL that a route with an expression matches; an
// optional group makes two of it (django.utils.regex_helper.normalize).
type form []slot

// slot is literal text, or an argument where name is set.
type slot struct {
	literal string
	name    string
	conv    *Converter // of a path capture
}

// maxForms bounds what optional groups multiply to.
const maxForms = 64

// product is every form of a followed by every form of b.
func product(a, b []form) []form {
	var out []form
	for _, x := range a {
		for _, y := range b {
			if len(out) < maxForms {
				out = append(out, append(x[:len(x):len(x)], y...))
			}
		}
	}
	return out
}

// formsOf lists the ways to write what an expression matches. positional counts the groups without a name.
func formsOf(expression string, positional *int) ([]form, error) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return walkForms(re, positional), nil
}

func walkForms(re *syntax.Regexp, positional *int) []form {
	text := func(s string) []form { return []form{{slot{literal: s}}} }
	switch re.Op {
	case syntax.OpLiteral:
		return text(string(re.Rune))
	case syntax.OpCharClass:
		return text(string(sampleOf(re.Rune)))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return text(".")
	case syntax.OpCapture:
		name := re.Name
		if name == "" {
			name = "_" + strconv.Itoa(*positional)
			*positional++
		}
		return []form{{slot{name: name}}}
	case syntax.OpConcat:
		forms := []form{nil}
		for _, sub := range re.Sub {
			forms = product(forms, walkForms(sub, positional))
		}
		return forms
	case syntax.OpAlternate:
		var forms []form
		for _, sub := range re.Sub {
			forms = append(forms, walkForms(sub, positional)...)
		}
		return forms
	case syntax.OpStar, syntax.OpQuest:
		return optional(re.Sub[0], positional)
	case syntax.OpPlus:
		return walkForms(re.Sub[0], positional)
	case syntax.OpRepeat:
		if re.Min == 0 {
			return optional(re.Sub[0], positional)
		}
		once := walkForms(re.Sub[0], positional)
		forms := once
		for range re.Min - 1 {
			forms = product(forms, once)
		}
		return forms
	}
	return []form{nil} // anchors and the empty match
}

// optional is nothing, and what captures something.
func optional(re *syntax.Regexp, positional *int) []form {
	forms := []form{nil}
	for _, f := range walkForms(re, positional) {
		for _, s := range f {
			if s.name != "" {
				forms = append(forms, f)
				break
			}
		}
	}
	return forms
}

// sampleOf is a character of a class, one that people would write where there is one.
func sampleOf(ranges []rune) rune {
	for _, c := range "0x-_/a" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return c
			}
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}

// params are the names of the arguments of a form, each once.
func (f form) params() []string {
	var names []string
	for _, s := range f {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	return names
}

// buildExpression writes the URL of a route with an expression, if the
// arguments fit one of its forms and what comes out matches.
func (c candidate) buildExpression(args []any, kwargs map[string]any) (string, bool) {
	for _, f := range c.entry.expression.forms {
		bound := c.entry.hostCaptures()
		names := append(c.entry.Captures[:bound:bound], f.params()...)
		if len(args) > 0 && len(args) != len(names) || len(args) == 0 && !c.fitsNames(names, kwargs) {
			continue
		}
		var b strings.Builder
		next, fits := bound, true
		for _, s := range f {
			if s.name == "" {
				b.WriteString(s.literal)
				continue
			}
			var value any
			if len(args) > 0 {
				value = args[next]
			} else if v, ok := kwargs[s.name]; ok {
				value = v
			} else {
				value = c.defaults[s.name]
			}
			next++
			conv := s.conv
			if conv == nil {
				conv = &Converter{}
			}
			text, err := conv.format(value)
			fits = fits && err == nil
			b.WriteString(text)
		}
		found := c.entry.expression.re.FindStringSubmatchIndex(b.String())
		if fits && found != nil && c.entry.expression.accept(b.String(), found) {
			return Guard("/" + Rest(b.String())), true
		}
	}
	return "", false
}
