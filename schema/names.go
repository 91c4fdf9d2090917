package schema

import (
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// names is the table of everything that a reference may name.
type names struct {
	kinds map[string]*namesOfKind
	// used holds the structs and locals that something refers to.
	used map[any]bool
}

// namesOfKind are the names below one first step: all views, all models.
type namesOfKind struct {
	byName map[string]*declared
	order  []*declared
}

// declared is one name, with the place that declares it.
type declared struct {
	kind, name string
	at         hcl.Range
	owner      any
}

func newNames() *names {
	return &names{kinds: map[string]*namesOfKind{}, used: map[any]bool{}}
}

func (n *names) of(kind string) *namesOfKind {
	if n.kinds[kind] == nil {
		n.kinds[kind] = &namesOfKind{byName: map[string]*declared{}}
	}
	return n.kinds[kind]
}

// declare enters a name; the second declaration of one is reported and ignored.
func (n *names) declare(d *decoder, kind, name string, at hcl.Range, owner any) bool {
	k := n.of(kind)
	if first := k.byName[name]; first != nil {
		d.report(declaredTwice(kind, name, at, first.at))
		return false
	}
	x := &declared{kind: kind, name: name, at: at, owner: owner}
	k.byName[name] = x
	k.order = append(k.order, x)
	return true
}

// lookup returns what the name stands for, or nil.
func (n *names) lookup(kind, name string) *declared { return n.of(kind).byName[name] }

// list returns the names of a kind, sorted.
func (n *names) list(kind string) []string {
	var all []string
	for _, x := range n.of(kind).order {
		all = append(all, x.name)
	}
	sort.Strings(all)
	return all
}

// elsewhere finds the name among the other kinds, in a fixed order.
func (n *names) elsewhere(kind, name string) *declared {
	for _, other := range referenceKinds {
		if other == kind {
			continue
		}
		if x := n.lookup(other, name); x != nil {
			return x
		}
	}
	return nil
}

// referenceKinds are the first steps of references to blocks.
var referenceKinds = [...]string{"view", "model", "permission", "upstream", "map", "sql", "var", "local"}

// kindWord is how messages call what a first step stands for.
func kindWord(kind string) string {
	switch kind {
	case "var":
		return "variable"
	case "go":
		return "Go function"
	}
	return kind
}

// withArticle puts "a" or "an" before a word.
func withArticle(word string) string {
	switch {
	case word == "url" || word == "uuid":
		return "a " + word
	case strings.ContainsRune("aeiou", rune(word[0])):
		return "an " + word
	}
	return "a " + word
}
