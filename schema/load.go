package schema

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Load reads a site file and everything it includes, and returns the site,
// the text of the files, and what is wrong with them. The site is nil when a
// file does not parse; after other errors it holds what could be understood,
// with references that name nothing left without a target.
//
// A file called site.hcl describes the project in its own folder, NAME.hcl
// the one in the folder NAME beside it; .hcl.json works like .hcl.
func Load(file string) (*Site, *Sources, Diagnostics) {
	sources := NewSources()
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, sources, Diagnostics{siteFileMissing(file, err, siteFiles(filepath.Dir(file)))}
	}
	site, diags := load(file, text, sources)
	return site, sources, diags
}

// siteFiles lists up to three files of a folder that may be site files.
func siteFiles(dir string) []string {
	var found []string
	for _, pattern := range []string{"*.hcl", "*.hcl.json"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil // a folder with the characters of a pattern in its name
		}
		found = append(found, names...)
	}
	return found[:min(len(found), 3)]
}

func load(file string, text []byte, sources *Sources) (*Site, Diagnostics) {
	d := &decoder{
		site:    &Site{File: file, Dir: ProjectDir(file)},
		sources: sources,
		names:   newNames(),
		reading: map[string]bool{},
		written: map[any]map[string]hcl.Range{},
		labels:  map[any]hcl.Range{},
		keys:    map[string][]int{},

		brokenOnes: map[any]bool{},
		packages:   map[string]*goPackage{},
	}
	root := &scope{table: rootBlock(), owner: d.site, blocks: map[string][]hcl.Range{}, decl: hcl.Range{Filename: file}}
	items, ok := d.read(file, text, root, hcl.Range{}, nil)
	if !ok {
		return nil, d.diags.Sorted()
	}
	d.decode(items, root)
	d.complete()
	d.builtinModels()
	d.resolve()
	d.check()
	d.site.places = d.places()
	return d.site, d.diags.Sorted()
}

// ProjectDir is the folder of the project that a site file describes.
func ProjectDir(file string) string {
	dir, name := filepath.Split(file)
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".hcl")
	if name == "site" {
		return filepath.Clean(dir)
	}
	return filepath.Join(dir, name)
}

// decode fills the site from what stands at the top of the files: variables
// first, as everything else may name them, then locals and converters, then the rest.
func (d *decoder) decode(items []item, root *scope) {
	d.eval = newEvaluator(d)
	for _, i := range items {
		if i.block != nil && i.block.Type == "variable" {
			d.nested(i.block, root.table.block("variable"), root)
		}
	}
	for _, v := range d.site.Variables {
		if d.eval.variables[v.Name] == nil {
			d.eval.variables[v.Name] = v
		}
	}
	d.eval.refresh()
	for _, i := range items {
		if i.block != nil && i.block.Type == "locals" {
			d.eval.addLocals(i.block.Body)
		}
	}
	d.eval.evaluateLocals()
	d.modelBlocks = map[string]*hcl.Block{}
	for _, i := range items {
		if i.block != nil && i.block.Type == "model" && len(i.block.Labels) > 0 && d.modelBlocks[i.block.Labels[0]] == nil {
			d.modelBlocks[i.block.Labels[0]] = i.block
		}
	}
	for _, i := range items {
		if i.block != nil && i.block.Type == "converter" {
			d.nested(i.block, root.table.block("converter"), root) // patterns are read by them
		}
	}
	for _, i := range items {
		switch {
		case i.attr != nil:
			d.topAttribute(i.attr, root)
		case i.block.Type != "variable" && i.block.Type != "locals" && i.block.Type != "converter":
			d.nested(i.block, root.table.block(i.block.Type), root)
		}
	}
	if len(root.blocks["site"]) == 0 && !d.brokenOnes[d.site] {
		d.report(siteMissing(d.site.File))
	}
}

// topAttribute decodes an attribute outside of blocks; it may stand in one file only.
func (d *decoder) topAttribute(a *hcl.Attribute, root *scope) {
	if first, ok := d.tops[a.Name]; ok {
		d.report(saidTwice("attribute", a.Name, a.NameRange, first))
		return
	}
	if d.tops == nil {
		d.tops = map[string]hcl.Range{}
	}
	d.tops[a.Name] = a.NameRange
	d.attribute(a, root.table.attr(a.Name), root)
}

// complete puts in what a site has though its file does not write it.
func (d *decoder) complete() {
	d.withoutAbstract()
	d.routes(d.site.Routes, "", "", String{}, false)
	if d.site.Proxy == nil {
		d.site.Proxy = defaults[Proxy](d, proxyBlock(), d.site.DeclRange)
	}
	if d.site.Workers == nil {
		d.site.Workers = defaults[Workers](d, workersBlock(), d.site.DeclRange)
	}
	p := d.site.Proxy
	if len(p.Listens) == 0 {
		l := defaults[Listen](d, listenBlock(), p.DeclRange)
		l.Name = "default"
		l.Address = String{V: "127.0.0.1:8000", Range: p.DeclRange}
		p.Listens = []*Listen{l}
	}
	if len(p.Locations) == 0 {
		if info, err := fs.Stat(os.DirFS(d.site.Dir), "static"); err == nil && info.IsDir() {
			l := d.location("/static/")
			l.Static = defaults[Static](d, staticBlock(), p.DeclRange)
			p.Locations = append(p.Locations, l)
		}
		l := d.location("/")
		l.Forward = Forward{App: true, Range: p.DeclRange}
		p.Locations = append(p.Locations, l)
	}
}

// location is a location that the site file does not write.
func (d *decoder) location(path string) *Location {
	l := defaults[Location](d, locationBlock(), d.site.Proxy.DeclRange)
	l.Pattern, l.Path = path, path
	return l
}

// defaults makes the struct of a block in which nothing is written.
func defaults[T any](d *decoder, table *block, at hcl.Range) *T {
	out := new(T)
	v := reflect.ValueOf(out).Elem()
	v.FieldByName("DeclRange").Set(reflect.ValueOf(at))
	s := &scope{table: table, owner: out, decl: at}
	for _, a := range table.Attrs {
		if a.Default == "" {
			continue
		}
		d.noteSetting(s, a, hcl.Range{}, false)
		u := &use{scope: s, attr: a, expr: a.defaultExpr(), at: at, name: at, target: v.FieldByName(a.field())}
		a.Type.decode(d, u)
	}
	return out
}
