package schema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// eachBlock visits every block of the language.
func eachBlock(t *testing.T, check func(t *testing.T, path string, b *block)) {
	t.Helper()
	rootBlock().walk(func(path []string, b *block) {
		t.Run(strings.Join(append([]string{"file"}, path...), "."), func(t *testing.T) {
			check(t, strings.Join(path, "."), b)
		})
	})
}

func TestEveryAttributeHasAFieldOfItsType(t *testing.T) {
	eachBlock(t, func(t *testing.T, _ string, b *block) {
		for _, a := range b.Attrs {
			want := a.Type.goType()
			if want == nil {
				continue
			}
			f, ok := b.Into.FieldByName(a.field())
			if !ok {
				t.Errorf("%s has no field %s for %s", b.Into, a.field(), a.Name)
			} else if f.Type != want {
				t.Errorf("%s.%s is %s, and %s is decoded to %s", b.Into, a.field(), f.Type, a.Name, want)
			}
		}
		if b.Label != "" {
			if f, ok := b.Into.FieldByName(b.LabelInto); !ok || f.Type.Kind() != reflect.String {
				t.Errorf("%s has no string %s for the label", b.Into, b.LabelInto)
			}
		}
	})
}

func TestEveryBlockHasAFieldOfItsParent(t *testing.T) {
	eachBlock(t, func(t *testing.T, _ string, b *block) {
		for _, c := range b.Blocks {
			if c.Inline || c.Free {
				continue
			}
			f, ok := b.Into.FieldByName(c.field())
			if !ok {
				t.Errorf("%s has no field %s for block %s", b.Into, c.field(), c.Type)
				continue
			}
			holds := f.Type
			if c.Once == (holds.Kind() == reflect.Slice) {
				t.Errorf("%s.%s is %s, and the block %s stands there once: %v", b.Into, c.field(), holds, c.Type, c.Once)
			}
			if holds.Kind() == reflect.Slice {
				holds = holds.Elem()
			}
			if !reflect.PointerTo(c.Into).AssignableTo(holds) {
				t.Errorf("%s.%s holds %s, and block %s makes *%s", b.Into, c.field(), holds, c.Type, c.Into)
			}
		}
	})
}

func TestEverythingIsDocumented(t *testing.T) {
	sentence := regexp.MustCompile(`^[A-Z0-9].*[^.]\.$`)
	name := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	check := func(t *testing.T, what, doc string) {
		t.Helper()
		if !sentence.MatchString(doc) || strings.Contains(doc, ". ") || strings.Contains(doc, "\n") {
			t.Errorf("the documentation of %s is not one sentence: %q", what, doc)
		}
	}
	eachBlock(t, func(t *testing.T, path string, b *block) {
		check(t, "block "+path, b.Doc)
		if b.Type != "" && !name.MatchString(b.Type) {
			t.Errorf("block %q is not lower_snake", b.Type)
		}
		for _, a := range b.Attrs {
			check(t, a.Name, a.Doc)
			if !name.MatchString(a.Name) {
				t.Errorf("attribute %q is not lower_snake", a.Name)
			}
			if a.Required && a.Default != "" {
				t.Errorf("%s is required and has a default", a.Name)
			}
		}
	})
	for _, k := range kinds() {
		check(t, string(k.kind), k.doc)
	}
	for _, v := range validators() {
		check(t, v.name, v.doc)
	}
	for _, c := range converters() {
		check(t, c.name, c.doc)
	}
	for _, b := range builtins() {
		check(t, b.name, b.doc)
	}
	for _, f := range functions("") {
		check(t, f.name, f.doc)
		if !strings.HasPrefix(f.call, f.name+"(") {
			t.Errorf("the example of %s does not call it: %s", f.name, f.call)
		}
	}
}

func TestEveryRequiredAttributeHasAnExample(t *testing.T) {
	eachBlock(t, func(t *testing.T, _ string, b *block) {
		for _, a := range b.Attrs {
			if a.Required && exampleOf(&scope{table: b}, a) == "" {
				t.Errorf("nothing shows how %s is written", a.Name)
			}
		}
	})
}

func TestEveryDefaultIsAccepted(t *testing.T) {
	eachBlock(t, func(t *testing.T, _ string, b *block) {
		for _, a := range b.Attrs {
			if a.Default == "" {
				continue
			}
			d := &decoder{site: &Site{}, sources: NewSources(), names: newNames(), written: map[any]map[string]hcl.Range{}}
			d.eval = newEvaluator(d)
			v := reflect.New(b.Into)
			u := &use{scope: &scope{table: b, owner: v.Interface()}, attr: a, expr: a.defaultExpr(), target: v.Elem().FieldByName(a.field())}
			a.Type.decode(d, u)
			if len(d.diags) > 0 {
				t.Errorf("the default %s of %s is refused: %v", a.Default, a.Name, d.diags)
			}
		}
	})
}

func TestExamplesOfBlocksUseKnownNames(t *testing.T) {
	root := rootBlock()
	eachBlock(t, func(t *testing.T, path string, b *block) {
		if b.Example == "" {
			return
		}
		f, diags := hclsyntax.ParseConfig([]byte(b.Example+"\n"), "example.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if formatted, _ := Format("example.hcl", []byte(b.Example+"\n")); string(formatted) != b.Example+"\n" {
			t.Errorf("the example is not in its canonical layout, which is\n%s", formatted)
		}
		var walk func(body *hclsyntax.Body, table *block)
		walk = func(body *hclsyntax.Body, table *block) {
			for name := range body.Attributes {
				if table.attr(name) == nil && !table.Free {
					t.Errorf("the example of %s has an unknown attribute %s", path, name)
				}
			}
			for _, c := range body.Blocks {
				if table.block(c.Type) == nil {
					t.Errorf("the example of %s has an unknown block %s", path, c.Type)
					continue
				}
				walk(c.Body, table.block(c.Type))
			}
		}
		top := root
		if first := f.Body.(*hclsyntax.Body).Blocks; len(first) == 1 && first[0].Type == b.Type {
			top = &block{Blocks: []*block{b}}
		}
		walk(f.Body.(*hclsyntax.Body), top)
	})
}

func TestReferenceIsFresh(t *testing.T) {
	path := filepath.Join("..", "docs", "reference.md")
	if *update {
		if err := os.WriteFile(path, Reference(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != string(Reference()) {
		t.Error("docs/reference.md is not what the tables say; run go test ./schema -update")
	}
}

func TestReferenceLinksLeadSomewhere(t *testing.T) {
	text := string(Reference())
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		anchors[strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")] = true
	}
	for _, m := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(text, -1) {
		if !anchors[m[1]] {
			t.Errorf("nothing has the anchor %s", m[1])
		}
	}
}

func TestJSONSchemaKnowsEveryName(t *testing.T) {
	var s struct {
		Properties map[string]any `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	text := JSONSchema()
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	root := rootBlock()
	root.walk(func(path []string, b *block) {
		properties := s.Properties
		if len(path) > 0 {
			properties = s.Defs[definitionName(root, b)].Properties
		}
		for _, a := range b.Attrs {
			if properties[a.Name] == nil {
				t.Errorf("%s of %v is missing", a.Name, path)
			}
		}
		for _, c := range b.Blocks {
			if properties[c.Type] == nil {
				t.Errorf("%s of %v is missing", c.Type, path)
			}
		}
	})
	for _, m := range regexp.MustCompile(`#/\$defs/([a-z_]+)`).FindAllStringSubmatch(string(text), -1) {
		if _, ok := s.Defs[m[1]]; !ok {
			t.Errorf("nothing defines %s", m[1])
		}
	}
}
