package template

import (
	"maps"
	"slices"

	"github.com/dave/jennifer/jen"
)

// inheritByName puts a template into a parent whose name is known only at run
// time: it is compiled with each template of the site that has one of its blocks.
func (c *compiler) inheritByName(t *parsed, depth int) {
	at := t.extends.name.span
	if !c.dynamic {
		c.errorAt(at, "The name of the parent template must be constant", "A template with typed names is put together when the site is built. Name the parent in quotes, or choose between includes with if.")
		return
	}
	parents := c.possibleParents(t, depth)
	if len(parents) == 0 {
		c.errorAt(at, "No template can be the parent", "The parent has to have one of the blocks of the template that extends it; no template of the site has one.")
		return
	}
	c.note = ""
	c.comment(t.extends.span)
	name := c.unique("parent")
	v := c.eval(t.extends.name, orEmpty)
	c.stmt(jen.Id(name).Op(":=").Add(c.sure().Dot("ParentName").Call(c.boxed(v))))
	start, first := c.html, true
	var end htmlState
	stack, blocks, frame, cycles := c.stack, c.blocks, c.frame, c.cycles
	var cases []jen.Code
	for _, parent := range parents {
		body := c.nested(func() {
			c.html = start
			c.stack = slices.Clone(stack)
			c.blocks = maps.Clone(blocks)
			for name, defs := range c.blocks {
				c.blocks[name] = slices.Clip(defs)
			}
			c.frame, c.cycles = c.out, map[*cycleNode]*cycleState{}
			c.push()
			c.inherit(parent, depth)
			c.pop()
		})
		joined, ok := join(end, c.html)
		switch {
		case first:
			end, first = c.html, false
		case ok:
			end = joined
		default:
			c.errorAt(at, "The templates that can be the parent end in different places of the HTML", "After "+parent.src.name+" the text goes on in "+c.html.describe()+", after another in "+end.describe()+".")
		}
		cases = append(cases, jen.Case(jen.Lit(parent.src.name)).Block(body...))
	}
	c.stack, c.blocks, c.frame, c.cycles, c.html = stack, blocks, frame, cycles, end
	cases = append(cases, jen.Default().Block(c.state().Dot("NoTemplate").Call(jen.Id(name))))
	c.stmt(jen.Switch(jen.Id(name)).Block(cases...))
}

// possibleParents are the templates of the site that have one of the template's
// blocks, themselves or by a parent of theirs, and do not lead back to it.
func (c *compiler) possibleParents(t *parsed, depth int) []*parsed {
	var all []*parsed
	for _, name := range c.opts.Names {
		diags := len(c.diags)
		parent, _ := c.parsed(name)
		c.diags = c.diags[:diags] // said where that template is compiled
		if parent == nil || slices.Contains(c.stack[depth:], parent.src) {
			continue
		}
		if c.shares(t, parent, depth) {
			all = append(all, parent)
		}
	}
	return all
}

// shares reports whether a parent or one of its own has a block of the template.
func (c *compiler) shares(t, parent *parsed, depth int) bool {
	found := false
	for seen := map[*parsed]bool{}; parent != nil && !seen[parent]; {
		seen[parent] = true
		if slices.Contains(c.stack[depth:], parent.src) {
			return false
		}
		for _, b := range parent.order {
			found = found || c.blocks[b.name] != nil
		}
		if parent.extends == nil {
			break
		}
		name, ok := constantText(c.constantName(parent.extends.name))
		if !ok {
			return false
		}
		diags := len(c.diags)
		parent = c.load(name, parent.extends.name.span)
		c.diags = c.diags[:diags]
	}
	return found
}
