package schema

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Map makes one text of another (map), or of the client's address (geo).
type Map struct {
	Name string
	// Source is what is looked up.
	Source RequestTemplate
	// Default is the value where no key fits.
	Default RequestTemplate
	Values  []MapRow
	// Networks says that the keys are networks, as Source is the client's address.
	Networks  bool
	DeclRange hcl.Range
}

// MapRow is a key with its value.
type MapRow struct {
	Key   string
	Value RequestTemplate
	Range hcl.Range
}

func mapBlock() *block {
	return &block{
		Type: "map", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Map](), Kind: "map",
		Doc:      "Makes one text of another, wherever attributes of the request may stand, as map.NAME: the text itself comes first, then the longest \"*.example.com\", then the longest \"/api/*\", then the first regular expression, \"~ ^/v[0-9]\" or without regard to case \"~* ^/v[0-9]\"; where the source is client.address the keys are networks, of which the longest wins.",
		Ancestor: "nginx map, geo",
		Example: `map "tier" {
  source  = request.header.X-Api-Key
  default = "free"
  values = {
    "k-4711"    = "gold"
    "~ ^trial-" = "trial"
  }
}`,
		Attrs: []*attr{
			{Name: "source", Type: requestTemplate{}, Required: true, Ancestor: "nginx map",
				Doc: "What is looked up: an attribute, or text with several in it; letters from A to Z count alike in either case, but for those of regular expressions."},
			{Name: "default", Type: requestTemplate{}, Required: true, Ancestor: "nginx map default",
				Doc: "The value where no key fits; \"\" for none."},
			{Name: "values", Type: mapRows{}, Required: true, Ancestor: "nginx map",
				Doc: "The keys with their values, in which attributes may stand, and the groups of a key that is a regular expression: match[1] or match.NAME."},
		},
		Check: checkMap,
	}
}

// mapRows are the keys of a map.
type mapRows struct{}

func (mapRows) word() string         { return "map of strings with ${request.…} in them" }
func (mapRows) goType() reflect.Type { return reflect.TypeFor[[]MapRow]() }
func (mapRows) symbolic() bool       { return false }
func (mapRows) json() any {
	return map[string]any{"type": "object", "additionalProperties": jsonString("")}
}

func (mapRows) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*[]MapRow)
	object, ok := u.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		d.report(errorAt(u.expr.Range(), "Map without keys", "The keys and values stand in braces. Write values = { \"example.com\" = \"main\" }."))
		return
	}
	d.eachItem(u, object, func(key string, at hcl.Range, value hclsyntax.Expression) {
		row := *u
		row.key = key
		if t, ok := d.template(&row, value); ok {
			*into = append(*into, MapRow{Key: key, Value: t, Range: at})
		}
	})
}

// checkMap looks at the keys, and at maps that are made of each other.
func checkMap(d *decoder, s *scope) {
	m := s.owner.(*Map)
	m.Networks = len(m.Source.Parts) == 1 && m.Source.Parts[0].Attr == "client.address"
	first := map[string]hcl.Range{}
	for _, row := range m.Values {
		key, p := mapKey(row.Key, m.Networks)
		if p != nil {
			d.report(badValue(row.Range, p, nil))
			continue
		}
		if at, ok := first[key]; ok {
			d.report(errorAt(row.Range, "Key written twice", "The key %q finds the same as another one of the map %s. Take one of the two away.", row.Key, m.Name).and(at, "it is here first"))
		}
		first[key] = row.Range
	}
	d.wait(resolveConditions, func() { d.checkMapCycle(m) })
}

// mapKey is a key as it is compared, or what is wrong with it.
func mapKey(key string, network bool) (string, *problem) {
	if network {
		return networkText(key), checkClientNetwork(key)
	}
	if source, ok := locationPattern(key); ok {
		if _, err := regexp.Compile(source); err != nil {
			return "", &problem{"Invalid regular expression", "The key " + quote(key) + " is not a regular expression: " + regexpError(err) + ". The syntax is that of Go's package regexp."}
		}
		return key, nil
	}
	begins, ends := strings.HasPrefix(key, "*"), strings.HasSuffix(key, "*")
	if stars := strings.Count(key, "*"); stars > 1 || stars == 1 && (!begins && !ends || len(key) == 1) {
		return "", &problem{"Star in the middle", "The key " + quote(key) + " cannot be compared. One star may stand at one end, as in \"*.example.com\" or \"/api/*\"; write a regular expression, as in \"~ ^a.*b$\", for more, and default for everything."}
	}
	return asciiLower(key), nil
}

// asciiLower is text as maps compare it: letters beyond ASCII stay as they are.
func asciiLower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, text)
}

func quote(text string) string { return "\"" + text + "\"" }

// checkMapCycle reports a map that is made of itself, once for each circle: at the map that stands first.
func (d *decoder) checkMapCycle(m *Map) {
	var way []*Map
	var find func(x *Map) bool
	find = func(x *Map) bool {
		if len(way) > 0 && x == m {
			return true
		}
		if slices.Contains(way, x) {
			return false // a circle of others
		}
		way = append(way, x)
		for _, name := range x.uses() {
			if other := d.names.lookup("map", name); other != nil && find(other.owner.(*Map)) {
				return true
			}
		}
		way = way[:len(way)-1]
		return false
	}
	if !find(m) {
		return
	}
	var names []string
	for _, x := range way {
		if d.before(x.DeclRange, m.DeclRange) {
			return // said there
		}
		names = append(names, "map."+x.Name)
	}
	d.report(errorAt(m.DeclRange, "Map that is made of itself", "The map %s needs itself to be made: %s. Take one of these references away.", m.Name, strings.Join(append(names, "map."+m.Name), ", which needs ")))
}

// uses are the maps that a map is made of.
func (m *Map) uses() (names []string) {
	templates := []RequestTemplate{m.Source, m.Default}
	for _, row := range m.Values {
		templates = append(templates, row.Value)
	}
	for _, t := range templates {
		for _, p := range t.Parts {
			if name, ok := strings.CutPrefix(p.Attr, "map."); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// mapAttr reads map.NAME, whose map is looked for when all are known.
func (d *decoder) mapAttr(t hcl.Traversal, name string) RequestPart {
	d.wait(resolveReferences, func() {
		if x := d.names.lookup("map", name); x != nil {
			d.names.used[x.owner] = true
			return
		}
		d.report(unknownName(d.names, "map", name, stepRange(t, 1)))
	})
	return RequestPart{Attr: "map." + name}
}

// rowGroup holds a group's name against the key that is a regular expression.
func (d *decoder) rowGroup(u *use, t hcl.Traversal, group string) (RequestPart, bool) {
	source, ok := locationPattern(u.key)
	if u.attr.Name != "values" || !ok {
		d.report(errorAt(t.SourceRange(), "Group without a pattern", "Only the value of a key that is a regular expression has groups. Write the key as in \"~ ^/users/([0-9]+)$\"."))
		return RequestPart{}, false
	}
	return d.groupOf(t, group, u.key, source)
}
