package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// loadArchive loads the site of a valid archive, which has to be without fault.
func loadArchive(t *testing.T, name string) *Site {
	t.Helper()
	file := project(t, archives(t, "valid")[name])
	return loadClean(t, file)
}

func loadClean(t *testing.T, file string) *Site {
	t.Helper()
	site, sources, diags := Load(file)
	if len(diags) > 0 {
		var text bytes.Buffer
		Render(&text, diags, sources, RenderOptions{})
		t.Fatalf("a valid site is found invalid:\n%s", text.String())
	}
	return site
}

func TestValidSitesAreWithoutFault(t *testing.T) {
	for name := range archives(t, "valid") {
		t.Run(name, func(t *testing.T) { loadArchive(t, name) })
	}
}

func TestValidSitesAreFormatted(t *testing.T) {
	for name, a := range archives(t, "valid") {
		for _, f := range a.Files {
			if !strings.HasSuffix(f.Name, ".hcl") {
				continue
			}
			t.Run(name+"/"+f.Name, func(t *testing.T) {
				once, diags := Format(f.Name, f.Data)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				if twice, _ := Format(f.Name, once); !bytes.Equal(once, twice) {
					t.Errorf("formatting twice differs:\n%s", twice)
				}
			})
		}
	}
}

func TestJSONFormGivesTheSameSite(t *testing.T) {
	a := archives(t, "valid")["blog"]
	native := loadClean(t, project(t, a))
	text := section(a, "json/site.hcl.json")
	if err := os.WriteFile("site.hcl.json", text, 0o644); err != nil {
		t.Fatal(err)
	}
	fromJSON := loadClean(t, "site.hcl.json")
	native.File, fromJSON.File = "", ""
	stripRanges(reflect.ValueOf(native), map[uintptr]bool{})
	stripRanges(reflect.ValueOf(fromJSON), map[uintptr]bool{})
	compare(t, "site", reflect.ValueOf(native), reflect.ValueOf(fromJSON), map[uintptr]bool{})
}

// stripRanges sets every place in a site to nothing.
func stripRanges(v reflect.Value, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		stripRanges(v.Elem(), seen)
	case reflect.Slice:
		for i := range v.Len() {
			stripRanges(v.Index(i), seen)
		}
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		inner := reflect.New(v.Elem().Type()).Elem()
		inner.Set(v.Elem())
		stripRanges(inner, seen)
		v.Set(inner)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[hcl.Range]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				stripRanges(v.Field(i), seen)
			}
		}
	}
}

// compare is deep equality that says where two sites differ.
func compare(t *testing.T, path string, a, b reflect.Value, seen map[uintptr]bool) {
	t.Helper()
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		t.Errorf("%s: %v and %v", path, a, b)
		return
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				t.Errorf("%s is nil in one form only", path)
			}
			return
		}
		if !seen[a.Pointer()] {
			seen[a.Pointer()] = true
			compare(t, path, a.Elem(), b.Elem(), seen)
		}
	case reflect.Slice:
		if a.Len() != b.Len() {
			t.Errorf("%s has %d and %d elements", path, a.Len(), b.Len())
			return
		}
		for i := range a.Len() {
			compare(t, path+"[]", a.Index(i), b.Index(i), seen)
		}
	case reflect.Interface:
		compare(t, path, a.Elem(), b.Elem(), seen)
	case reflect.Struct:
		if !strings.HasPrefix(a.Type().PkgPath(), "stackgen.dev") {
			if !reflect.DeepEqual(a.Interface(), b.Interface()) {
				t.Errorf("%s: %v and %v", path, a, b)
			}
			return
		}
		for i := range a.NumField() {
			if a.Type().Field(i).IsExported() {
				compare(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i), seen)
			}
		}
	default:
		if !a.IsValid() {
			return
		}
		if !a.Equal(b) {
			t.Errorf("%s: %v and %v", path, a, b)
		}
	}
}

func TestDefaults(t *testing.T) {
	s := loadArchive(t, "smallest")
	p, w := s.Proxy, s.Workers
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"module", s.Module.V, "hello"},
		{"time zone", s.TimeZone.V, "UTC"},
		{"language", s.LanguageCode.V, "en"},
		{"data folder", s.DataDir.V, "data"},
		{"listeners", len(p.Listens), 1},
		{"listener", p.Listens[0].Name, "default"},
		{"address", p.Listens[0].Address.V, "127.0.0.1:8000"},
		{"locations", len(p.Locations), 1},
		{"location", p.Locations[0].Path, "/"},
		{"forward", p.Locations[0].Forward.App, true},
		{"body", p.MaxBody.V, int64(32 << 20)},
		{"header timeout", p.HeaderTimeout.V, 10 * time.Second},
		{"keepalive", p.KeepaliveTimeout.V, 75 * time.Second},
		{"mode", w.Mode.V, "inline"},
		{"workers", w.Count.V, 1},
		{"timeout", w.Timeout.V, 30 * time.Second},
		{"database", s.Database, (*Database)(nil)},
		{"route name", s.AllRoutes()[0].FullName, "home"},
		{"written", w.Timeout.Set, false},
		{"place of a default", w.Timeout.Range, s.DeclRange},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestStaticFolderIsServedWhereNoLocationIsWritten(t *testing.T) {
	s := loadArchive(t, "guestbook")
	if l := s.Proxy.Locations; len(l) != 2 || l[0].Static == nil || l[0].Path != "/static/" || l[0].Static.Dir.V != "static" {
		t.Errorf("the folder static is not served: %+v", l)
	}
}

func TestBindings(t *testing.T) {
	s := loadArchive(t, "blog")
	parts := func(b *Binding) string {
		if b == nil {
			return "-"
		}
		var out []string
		for _, p := range b.Parts {
			if p.Variable != nil {
				out = append(out, "<"+p.Variable.Name+">")
			} else {
				out = append(out, p.Literal)
			}
		}
		return strings.Join(out, "|")
	}
	old := s.Proxy.Locations[3].RequestHeaders.Set[0].Value
	for _, c := range []struct {
		name, got, want string
		value, wanted   any
	}{
		{"a constant", parts(s.Domains[0].Bind), "-", s.Domains[0].V, "blog.example.com"},
		{"a variable by itself", parts(s.Domains[1].Bind), "<domain>", s.Domains[1].V, "example.org"},
		{"a variable in a string", parts(s.Domains[2].Bind), "www.|<domain>", s.Domains[2].V, "www.example.org"},
		{"a variable through a local", parts(s.Proxy.Headers.Set[1].Value.Bind), "www.|<domain>", s.Proxy.Headers.Set[1].Value.V, "www.example.org"},
		{"a number", parts(s.Workers.Count.Bind), "<workers>", s.Workers.Count.V, 4},
		{"a variable without a default", parts(old.Bind), "Bearer |<token>", old.V, ""},
		{"a variable that is constant", parts(s.Views[0].Queries[0].Limit.Bind), "-", s.Views[0].Queries[0].Limit.V, 5},
	} {
		if c.got != c.want || c.value != c.wanted {
			t.Errorf("%s is %s with %v, want %s with %v", c.name, c.got, c.value, c.want, c.wanted)
		}
	}
}

func TestSuccessIsDerived(t *testing.T) {
	for _, c := range []struct{ name, site, view, want string }{
		{"create leads to the row", "blog", "post_new", "post_detail"},
		{"update leads to the row", "blog", "post_edit", "post_detail"},
		{"delete leads to the list", "blog", "post_delete", "post_list"},
		{"a guestbook leads to itself", "guestbook", "guestbook", "guestbook"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, v := range loadArchive(t, c.site).Views {
				if v.Name != c.view {
					continue
				}
				var to Ref[View]
				switch {
				case v.Create != nil:
					to = v.Create.Success
				case v.Update != nil:
					to = v.Update.Success
				case v.Delete != nil:
					to = v.Delete.Success
				}
				if to.Target == nil || to.Target.Name != c.want || to.Name != c.want {
					t.Errorf("the form leads to %q, want %s", to.Name, c.want)
				}
				return
			}
			t.Fatalf("no view %s", c.view)
		})
	}
}

func TestRoutesAndGroups(t *testing.T) {
	var got []string
	for _, r := range loadArchive(t, "blog").AllRoutes() {
		got = append(got, r.Full+" "+r.FullName)
	}
	want := []string{
		"/ home", "/search/<int:author>/ search", "/posts/ post_list", "/posts/new/ post_new",
		"/posts/<slug:slug>/ post_detail", "/posts/<slug:slug>/edit/ post_edit", "/posts/<slug:slug>/delete/ remove",
		"/robots.txt robots", "/shop/checkout/ shop:checkout", "/shop/old/ shop:moved",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the routes are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPlacesFollowTheFiles(t *testing.T) {
	s := loadArchive(t, "blog")
	var all []string
	index := map[string]int{}
	for i, p := range s.Places() {
		all = append(all, p.Address)
		index[p.Address] = i
	}
	for _, want := range [][2]string{
		{"model.author", "model.post.slug"}, // included before the rest
		{"model.writer.name", "site"},
		{"site", "var.domain"},
		{"location./old/", "upstream.legacy.b"},
		{"go.middleware.Timing", "middleware.common"},
		{"view.home", "view.home.recent"},
		{"go.views.shop.Checkout", "route./"},
		{"route./", "route./shop/checkout/"},
	} {
		a, ok := index[want[0]]
		b, also := index[want[1]]
		if !ok || !also || a >= b {
			t.Errorf("%s does not stand before %s in %v", want[0], want[1], all)
		}
	}
}

func TestProjectDir(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"site.hcl", "."},
		{"site.hcl.json", "."},
		{"blog.hcl", "blog"},
		{filepath.Join("examples", "blog.hcl"), filepath.Join("examples", "blog")},
		{filepath.Join("a", "site.hcl"), "a"},
		{filepath.Join("a", "b.hcl.json"), filepath.Join("a", "b")},
	} {
		if got := ProjectDir(c.file); got != c.want {
			t.Errorf("ProjectDir(%q) is %q, want %q", c.file, got, c.want)
		}
	}
}

func TestMissingSiteFile(t *testing.T) {
	t.Chdir(t.TempDir())
	render := func() string {
		site, sources, diags := Load("site.hcl")
		if site != nil || diags.Errors() != 1 {
			t.Fatalf("site %v, diagnostics %v", site, diags)
		}
		var text bytes.Buffer
		Render(&text, diags, sources, RenderOptions{})
		return text.String()
	}
	if got := render(); !strings.HasPrefix(got, "site.hcl: error: No site file\n") {
		t.Errorf("rendered as %s", got)
	}
	if err := os.WriteFile("blog.hcl", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := render(); !strings.Contains(got, "such as blog.hcl") {
		t.Errorf("the site file beside it is not named: %s", got)
	}
	if err := os.Mkdir("site.hcl", 0o755); err != nil {
		t.Fatal(err)
	}
	if got := render(); !strings.Contains(got, "cannot be read: is a directory") {
		t.Errorf("the reason is not named: %s", got)
	}
}
