package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
)

// sourceFile is one file of the site.
type sourceFile struct {
	name string
	// included is where another file names it; the zero range for the site file.
	included hcl.Range
}

// item is one thing at the top of a file: a block, or an attribute.
type item struct {
	block *hcl.Block
	attr  *hcl.Attribute
}

func (i item) at() hcl.Range {
	if i.block != nil {
		return declRange(i.block)
	}
	return i.attr.NameRange
}

// parseFile reads one file in its native or its JSON form.
func parseFile(name string, text []byte) (hcl.Body, hcl.Diagnostics) {
	if strings.HasSuffix(name, ".json") {
		f, diags := json.Parse(text, name)
		if f == nil {
			return nil, diags
		}
		return f.Body, diags
	}
	f, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if f == nil {
		return nil, diags
	}
	return f.Body, diags
}

// read parses the site file and whatever it includes, and returns all that
// stands at the top of them, in order. ok is false when a file does not parse.
func (d *decoder) read(name string, text []byte, root *scope, included hcl.Range, key []int) (items []item, ok bool) {
	d.sources.Add(name, text)
	d.files = append(d.files, &sourceFile{name: name, included: included})
	d.keys[name] = key
	d.reading[name] = true
	defer delete(d.reading, name)
	body, diags := parseFile(name, text)
	d.reportHCL(diags)
	if diags.HasErrors() || body == nil {
		return nil, false
	}
	content := d.content(body, root)
	for _, b := range content.Blocks {
		items = append(items, item{block: b})
	}
	for _, a := range content.Attributes {
		items = append(items, item{attr: a})
	}
	sort.SliceStable(items, func(i, j int) bool { return items[i].at().Start.Byte < items[j].at().Start.Byte })

	ok = true
	var all []item
	for _, i := range items {
		if i.attr == nil || i.attr.Name != "include" {
			all = append(all, i)
			continue
		}
		for _, path := range d.includePaths(i.attr) {
			more, good := d.include(path, root, key)
			all = append(all, more...)
			ok = ok && good
		}
	}
	return all, ok
}

// includePath is one path of an include attribute.
type includePath struct {
	text string
	at   hcl.Range
}

// includePaths reads the attribute's constant strings.
func (d *decoder) includePaths(a *hcl.Attribute) []includePath {
	e, diags := native(a.Expr, false)
	d.reportHCL(diags)
	if e == nil {
		return nil
	}
	exprs := []hclsyntax.Expression{e}
	if t, ok := e.(*hclsyntax.TupleConsExpr); ok {
		exprs = t.Exprs
	}
	var paths []includePath
	for _, e := range exprs {
		text, ok := literalString(e)
		if !ok {
			d.report(includeNotConstant(e.Range()))
			continue
		}
		paths = append(paths, includePath{text, e.Range()})
	}
	return paths
}

// include reads one file that the site names.
func (d *decoder) include(p includePath, root *scope, key []int) ([]item, bool) {
	if !filepath.IsLocal(filepath.FromSlash(p.text)) {
		d.report(includeOutside(p))
		return nil, true
	}
	name := filepath.Join(d.site.Dir, filepath.FromSlash(p.text))
	for _, f := range d.files {
		if f.name == name {
			d.report(includedTwice(p, f, d.reading[name]))
			return nil, true
		}
	}
	text, err := readBeneath(d.site.Dir, p.text)
	if err != nil {
		d.report(includeMissing(p, d.near(p.text)))
		return nil, true
	}
	return d.read(name, text, root, p.at, append(key[:len(key):len(key)], p.at.Start.Byte))
}

// readBeneath reads a file of the project; symbolic links do not lead out of it.
func readBeneath(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the project's folder: %w", err)
	}
	defer root.Close()
	return root.ReadFile(filepath.FromSlash(name))
}

// near suggests a file beside a missing one.
func (d *decoder) near(path string) string {
	dir := filepath.Dir(filepath.FromSlash(path))
	entries, err := os.ReadDir(filepath.Join(d.site.Dir, dir))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, filepath.ToSlash(filepath.Join(dir, e.Name())))
	}
	return Suggest(path, names)
}

// includeType lets the tables describe include; reading files has dealt with it.
type includeType struct{}

func (includeType) word() string          { return "list of strings" }
func (includeType) json() any             { return jsonList(jsonString("")) }
func (includeType) goType() reflect.Type  { return nil }
func (includeType) symbolic() bool        { return false }
func (includeType) decode(*decoder, *use) {}
