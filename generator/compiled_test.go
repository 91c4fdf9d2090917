package generator

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"stackgen.dev/schema"
)

// Ensure that what is generated compiles whatever a site calls its parts.
func TestCompiledArchives(t *testing.T) {
	files, err := filepath.Glob("testdata/compiled/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			compile(t, name, a.Files)
		})
	}
}

// Ensure that every kind of field compiles in every generic view, as a page and
// as JSON, whether it may be null and whether it has a default.
func TestCompiledKinds(t *testing.T) {
	kinds := []struct{ kind, literal string }{
		{"boolean", "true"}, {"char(40)", `"a"`}, {"text", `"a"`}, {"slug", `"a"`}, {"email", `"a@b.de"`}, {"url", `"https://a.de/"`},
		{"uuid", `"0a000000-0000-4000-8000-00000000000a"`}, {"integer", "7"}, {"big_integer", "8589934592"}, {"positive_integer", "0"},
		{"float", "0.5"}, {"decimal(10, 2)", `"1.50"`}, {"date", `"2026-01-31"`}, {"datetime", `"2026-01-31T12:00:00Z"`},
		{"time", `"12:30:00"`}, {"duration", `"7d12h"`}, {"json", "{ a = [1, 2] }"},
	}
	variants := map[string]string{
		"plain": "", "null": "null = true\nblank = true\n", "default": "default = %s\n", "null_default": "null = true\ndefault = %s\n",
		"blank_default": "blank = true\ndefault = %s\n",
	}
	for name, attributes := range variants {
		t.Run(name, func(t *testing.T) {
			var model, set, show strings.Builder
			var fields []string
			field := func(name, kind, attributes string) {
				fmt.Fprintf(&model, "  field %q {\n    type = %s\n%s  }\n", name, kind, attributes)
				fields = append(fields, fmt.Sprintf("%q", name))
				fmt.Fprintf(&show, "{{ row.%s }}\n", name)
			}
			for i, k := range kinds {
				own := attributes
				if strings.Contains(own, "%s") {
					own = fmt.Sprintf(own, k.literal)
				}
				field(fmt.Sprintf("f%d", i), k.kind, own)
				if k.kind != "json" { // not set to constants
					fmt.Fprintf(&set, "f%d = %s\n", i, k.literal)
				}
			}
			for _, target := range []string{"hub", "tag", "count"} {
				field("to_"+target, "foreign_key(model."+target+")", "    on_delete = cascade\n")
				field("perhaps_"+target, "foreign_key(model."+target+")", "    on_delete = set_null\n    null = true\n")
			}
			site := strings.NewReplacer("FIELDS", strings.Join(fields, ", "), "MODEL", model.String(), "SET", set.String()).Replace(kindsSite)
			page := "<p>{% for row in object_list %}" + show.String() + "{% endfor %}</p>"
			form := "<form>{% csrf_token %}{{ form }}</form>"
			compile(t, name, []txtar.File{
				{Name: "site.hcl", Data: []byte(site)},
				{Name: "templates/all_list.html", Data: []byte(page)},
				{Name: "templates/all_detail.html", Data: []byte("{% with row=object %}<p>" + show.String() + "</p>{% endwith %}")},
				{Name: "templates/all_form.html", Data: []byte(form)},
				{Name: "templates/all_confirm_delete.html", Data: []byte("<form>{% csrf_token %}{{ object }}</form>")},
			})
		})
	}
}

// kindsSite has all generic views of a model with FIELDS.
const kindsSite = `
site "kinds" { time_zone = "Europe/Berlin" }
database { url = "sqlite:data/k.db" }
middleware = [session, csrf]
model "hub" {
  field "id" {
    type        = uuid
    primary_key = true
  }
}
model "tag" {
  field "slug" {
    type        = slug
    primary_key = true
  }
}
model "count" {
  field "n" {
    type        = integer
    primary_key = true
  }
}
model "all" {
MODEL
}
view "list" {
  list {
    model          = model.all
    paginate_by    = 5
    select_related = ["to_hub", "to_tag", "to_count", "perhaps_hub", "perhaps_tag", "perhaps_count"]
  }
}
view "detail" {
  detail {
    model          = model.all
    select_related = ["to_hub", "to_tag", "to_count", "perhaps_hub", "perhaps_tag", "perhaps_count"]
  }
}
view "create" {
  create {
    model  = model.all
    fields = [FIELDS]
  }
}
view "update" {
  update {
    model  = model.all
    fields = [FIELDS]
  }
}
view "set" {
  template = "all_form.html"
  update {
    model   = model.all
    fields  = ["to_hub"]
    success = view.of
    set     = {
SET
    }
  }
}
view "of" {
  detail {
    model          = model.all
    where          = all.to_hub == url.to_hub
    select_related = ["to_hub", "to_tag", "to_count", "perhaps_hub", "perhaps_tag", "perhaps_count"]
  }
}
view "delete" {
  delete { model = model.all }
}
view "list_json" {
  list { model = model.all }
  json {}
}
view "detail_json" {
  detail { model = model.all }
  json {}
}
view "create_json" {
  create {
    model  = model.all
    fields = [FIELDS]
  }
  json {}
}
view "update_json" {
  update {
    model  = model.all
    fields = [FIELDS]
  }
  json {}
}
view "delete_json" {
  delete { model = model.all }
  json {}
}
route "/" { view = view.list }
route "/new/" { view = view.create }
route "/<int:id>/" { view = view.detail }
route "/<int:id>/edit/" { view = view.update }
route "/<int:id>/set/" { view = view.set }
route "/<int:id>/delete/" { view = view.delete }
route "/<uuid:to_hub>/<int:to_count>/<slug:to_tag>/<int:id>/" { view = view.of }
route "/json/" { view = view.list_json }
route "/json/new/" { view = view.create_json }
route "/json/<int:id>/" { view = view.detail_json }
route "/json/<int:id>/edit/" { view = view.update_json }
route "/json/<int:id>/delete/" { view = view.delete_json }
`

// compile lays a site out, generates it and has the go command compile the
// result as if it were a part of this module.
func compile(t *testing.T, name string, files []txtar.File) {
	t.Helper()
	dir := t.TempDir()
	virtual, err := filepath.Abs(filepath.Join("testdata", "compiled", name))
	if err != nil {
		t.Fatal(err)
	}
	module := "stackgen.dev/generator/testdata/compiled/" + name
	overlay := map[string]string{}
	add := func(path string, content []byte) {
		write(t, dir, path, string(content))
		if strings.HasSuffix(path, ".go") || strings.HasPrefix(path, "gen/") {
			overlay[filepath.Join(virtual, filepath.FromSlash(path))] = filepath.Join(dir, filepath.FromSlash(path))
		}
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".go") {
			f.Data = []byte(strings.ReplaceAll(string(f.Data), `"`+name+"/", `"`+module+"/"))
		}
		add(f.Name, f.Data)
	}
	site, sources, diags := schema.Load(filepath.Join(dir, "site.hcl"))
	if diags.HasErrors() {
		t.Fatal(rendered(diags, sources))
	}
	set, p := generate(site, sources, module)
	if len(p.diags) > 0 {
		t.Fatal(rendered(p.diags, sources))
	}
	for _, path := range set.Paths() {
		add(path, set.Content(path))
	}
	b, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(list, b, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-overlay", list, "-o", os.DevNull, module+"/gen")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go build: %v\n%s", err, out)
	}
}
