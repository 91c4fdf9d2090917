package schema

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// templatesDir is where pages lie in a project.
const templatesDir = "templates"

// exists reports whether a path beneath the project is there, and a folder.
func (d *decoder) exists(name string) (found, dir bool) {
	info, err := os.Stat(filepath.Join(d.site.Dir, filepath.FromSlash(name)))
	if err != nil {
		return false, false
	}
	return true, info.IsDir()
}

// filesBelow lists the files of a folder of the project, relative to it.
func (d *decoder) filesBelow(dir string) []string {
	var names []string
	root := os.DirFS(filepath.Join(d.site.Dir, dir))
	_ = fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return nil
	})
	return names
}

// checkTemplates reports pages that are not there.
func (d *decoder) checkTemplates() {
	var names []string
	for _, v := range d.site.Views {
		if v.Template.V == "" {
			continue
		}
		name, _, _ := strings.Cut(v.Template.V, "#") // a partial of a template
		if found, dir := d.exists(path.Join(templatesDir, name)); found && !dir {
			continue
		}
		if slices.Contains(BuiltinTemplates(), name) && slices.ContainsFunc(d.site.Middleware, func(m Middleware) bool { return m.Name == "auth" }) {
			continue
		}
		if names == nil {
			names = d.filesBelow(templatesDir)
		}
		d.report(templateMissing(v, d.site.Dir, Suggest(v.Template.V, names)))
	}
}

// checkShown warns of queries whose name stands in no template.
func (d *decoder) checkShown() {
	var words map[string]bool
	for _, v := range d.site.Views {
		if v.JSON != nil {
			continue
		}
		for _, q := range v.Queries {
			if words == nil {
				words = d.templateWords()
			}
			if len(words) > 0 && !words[q.Name] {
				d.report(queryNotShown(q, v))
			}
		}
	}
}

// templateWords are the identifiers in all templates together.
func (d *decoder) templateWords() map[string]bool {
	words := map[string]bool{}
	for _, name := range d.filesBelow(templatesDir) {
		text, err := os.ReadFile(filepath.Join(d.site.Dir, templatesDir, filepath.FromSlash(name)))
		if err != nil {
			continue
		}
		for _, w := range strings.FieldsFunc(string(text), func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			words[w] = true
		}
	}
	return words
}

// checkStatic reports folders that would become part of the binary but are not there.
func (d *decoder) checkStatic() {
	for _, l := range d.site.Proxy.Locations {
		if l.Static == nil || l.Static.Dir.V == "" {
			continue
		}
		found, dir := d.exists(l.Static.Dir.V)
		if !found || !dir {
			d.report(staticMissing(l, d.site.Dir, d.near(l.Static.Dir.V)))
		}
	}
}
