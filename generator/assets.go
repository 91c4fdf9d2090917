package generator

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// assetRoot is where the copies of static files lie.
const assetRoot = sitePackage + "/assets/"

// hashLength is how many hexadecimal digits of a file's hash its name carries.
const hashLength = 12

// assetFolder is one folder that a static location serves.
type assetFolder struct {
	// dir is the folder in the project, prefix the path of the first location that serves it.
	dir, prefix string
	// fn is the generated function that gives a location the folder's files.
	fn     string
	assets []*asset
	byName map[string]*asset
}

// asset is one static file.
type asset struct {
	name    string // beneath the folder, with slashes
	hashed  string // name with the hash of content in it
	content []byte // with references to other assets under their hashed names
	hash    string
	done    bool
}

// readAssets reads the folders of all static locations.
func (p *project) readAssets() {
	seen := map[string]bool{}
	for _, l := range p.site.Proxy.Locations {
		if l.Static == nil || seen[l.Static.Dir.V] {
			continue
		}
		seen[l.Static.Dir.V] = true
		folder := &assetFolder{dir: l.Static.Dir.V, prefix: l.Path, fn: p.assetFunc(l.Static.Dir.V), byName: map[string]*asset{}}
		p.readFolder(folder, l.Static)
		for _, a := range folder.assets {
			folder.finish(a, nil)
		}
		p.assets = append(p.assets, folder)
	}
}

func (p *project) readFolder(folder *assetFolder, static *schema.Static) {
	top := filepath.Join(p.site.Dir, filepath.FromSlash(folder.dir))
	err := filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && file != top {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil // editors' and systems' files; nginx setups deny them, too
		}
		if d.IsDir() {
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, file)
		if err != nil {
			return err
		}
		a := &asset{name: filepath.ToSlash(rel), content: content}
		folder.assets = append(folder.assets, a)
		folder.byName[a.name] = a
		return nil
	})
	if err != nil {
		p.fail(schema.Diagnostic{
			Summary: "The static folder cannot be read",
			Detail:  "Reading " + folder.dir + " failed: " + err.Error() + ".",
			Subject: static.Dir.Range,
		})
	}
	sort.Slice(folder.assets, func(i, j int) bool { return folder.assets[i].name < folder.assets[j].name })
}

// cssReference is url(…) and @import "…" in a stylesheet.
var cssReference = regexp.MustCompile(`(url\(\s*['"]?|@import\s+['"])([^'"()\s]+)(['"]?\s*\)|['"])`)

// finish gives an asset its hash, after those that it refers to: the hashed
// name of a stylesheet changes when an image in it does.
func (f *assetFolder) finish(a *asset, above []*asset) {
	if a.done {
		return
	}
	for _, outer := range above {
		if outer == a {
			return // stylesheets that import each other keep plain names inside
		}
	}
	if path.Ext(a.name) == ".css" {
		a.content = cssReference.ReplaceAllFunc(a.content, func(m []byte) []byte {
			parts := cssReference.FindSubmatch(m)
			target, tail := splitReference(string(parts[2]))
			other := f.byName[path.Join(path.Dir(a.name), target)]
			if target == "" || other == nil {
				return m
			}
			f.finish(other, append(above, a))
			if other.hashed == "" {
				return m
			}
			relative := path.Join(path.Dir(target), path.Base(other.hashed))
			return bytes.Join([][]byte{parts[1], []byte(relative + tail), parts[3]}, nil)
		})
	}
	a.hash = hashOf(a.content)[:hashLength]
	ext := path.Ext(a.name)
	a.hashed = strings.TrimSuffix(a.name, ext) + "." + a.hash + ext
	a.done = true
}

// splitReference takes query and fragment off a reference; a reference to
// somewhere else than a file beside gives "".
func splitReference(ref string) (target, tail string) {
	if strings.Contains(ref, ":") || strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "#") {
		return "", ""
	}
	if i := strings.IndexAny(ref, "?#"); i >= 0 {
		return ref[:i], ref[i:]
	}
	return ref, ""
}

// static is the URL of a static file under its hashed name: what {% static %} becomes.
func (p *project) static(name string) (url string, ok bool) {
	for _, f := range p.assets {
		if a := f.byName[name]; a != nil {
			return strings.TrimSuffix(f.prefix, "/") + "/" + a.hashed, true
		}
	}
	return "", false
}

// staticNames lists every static file, for suggestions.
func (p *project) staticNames() []string {
	var names []string
	for _, f := range p.assets {
		for _, a := range f.assets {
			names = append(names, a.name)
		}
	}
	return names
}

// addAssets copies the static files into the set, under their hashed names. Of
// two folders one may lie in the other.
func (p *project) addAssets(set *FileSet) {
	added := map[string]bool{}
	for _, f := range p.assets {
		for _, a := range f.assets {
			if name := assetRoot + f.dir + "/" + a.hashed; !added[name] {
				added[name] = true
				set.Add(name, a.content)
			}
		}
	}
}

// assetFunc is a name for the function of a folder that no other one has.
func (p *project) assetFunc(dir string) string {
	base := lowerFirst(schema.GoName(strings.Map(identifierRune, dir)))
	if base == "" || base[0] < 'a' {
		base = "folder" + base // of digits, or of letters that are no part of identifiers here
	}
	name := base + "Assets"
	for n := 2; slices.ContainsFunc(p.assets, func(f *assetFolder) bool { return f.fn == name }); n++ {
		name = base + "Assets" + strconv.Itoa(n)
	}
	return name
}

// folder is the folder of a static location.
func (p *project) folder(l *schema.Location) *assetFolder {
	for _, f := range p.assets {
		if f.dir == l.Static.Dir.V {
			return f
		}
	}
	bug("static folder %s was not read", l.Static.Dir.V)
	return nil
}

// emitAssets writes the table of each static folder.
func (p *project) emitAssets(f *emit.File) {
	files := jen.Qual("embed", "FS").Values()
	if slices.ContainsFunc(p.assets, func(folder *assetFolder) bool { return len(folder.assets) > 0 }) {
		f.Line()
		f.Doc("assetFiles are the static files, under hashed names.")
		f.Comment("//go:embed all:assets")
		f.Var().Id("assetFiles").Qual("embed", "FS")
		files = jen.Id("assetFiles")
	}
	for _, folder := range p.assets {
		var rows []jen.Code
		for _, a := range folder.assets {
			rows = append(rows, jen.Values(
				emit.Field("Name", jen.Lit(a.name)), emit.Field("Hashed", jen.Lit(a.hashed)),
				emit.Field("Size", jen.Lit(len(a.content))), emit.Field("Hash", jen.Lit(a.hash)),
			))
		}
		f.Line()
		f.Doc(folder.fn + " is the folder " + folder.dir + " as it was when the site was built.")
		f.Func().Id(folder.fn).Params().Op("*").Qual(pkgProxy, "Assets").Block(
			jen.Return(jen.Qual(pkgSite, "Assets").Call(
				files, jen.Lit("assets/"+folder.dir), jen.Index().Qual(pkgProxy, "Asset").Add(emit.Rows(rows...)),
			)),
		)
	}
}

func identifierRune(r rune) rune {
	if r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
		return r
	}
	return '_'
}

// lowerFirst makes an exported Go name a local one. An initialism at the start
// goes down as a whole: APIRoot is apiRoot.
func lowerFirst(name string) string {
	n := 0
	for n < len(name) && 'A' <= name[n] && name[n] <= 'Z' {
		n++
	}
	if n > 1 && n < len(name) {
		n--
	}
	return strings.ToLower(name[:n]) + name[n:]
}
