package schema

import (
	"cmp"
	"strings"
)

// ancestor is a word of nginx, gunicorn or Django.
type ancestor struct{ tool, word string }

// ancestors reads what a table says of its ancestors: "nginx listen, gunicorn
// bind". What stands behind a word explains it: "nginx proxy_pass with a path".
func ancestors(text string) []ancestor {
	var out []ancestor
	tool := ""
	for _, part := range strings.Split(text, ", ") {
		words := strings.Fields(part)
		if len(words) > 0 && (words[0] == "nginx" || words[0] == "gunicorn" || words[0] == "Django") {
			tool, words = words[0], words[1:]
		}
		if tool == "" || len(words) == 0 {
			continue
		}
		word, _, _ := strings.Cut(words[0], "(")
		out = append(out, ancestor{tool, word[strings.LastIndexByte(word, '.')+1:]})
	}
	return out
}

// fromAncestor says what stands here for a word of nginx, gunicorn or Django
// that is written in a block; "" for any other word. What the block itself has
// comes first.
func fromAncestor(s *scope, name string) string {
	top := s
	for top.parent != nil {
		top = top.parent
	}
	found := ""
	look := func(b *block, place string) {
		for _, a := range b.Attrs {
			if a.Name != name {
				found = cmp.Or(found, heir(a.Ancestor, name, "the attribute "+a.Name+place))
			}
		}
		for _, c := range b.Blocks {
			if c.Type != name {
				found = cmp.Or(found, heir(c.Ancestor, name, "the block "+c.Type+place))
			}
		}
	}
	look(s.table, "")
	for _, c := range s.table.Blocks {
		look(c, " of "+c.Type)
	}
	top.table.walk(func(_ []string, b *block) {
		if b.Type == "" {
			look(b, " at the top of the file")
		} else {
			look(b, " of "+b.Type)
		}
	})
	return found
}

func heir(ancestry, name, here string) string {
	for _, a := range ancestors(ancestry) {
		if a.word == name {
			return " What " + a.tool + " calls " + name + " is " + here + "."
		}
	}
	return ""
}
