package generator

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	stackgen "stackgen.dev"
	"stackgen.dev/schema"
)

// Require is a module that a project needs because of the runtime.
type Require struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// moduleNeeds is what one package of the runtime asks of a project's go.mod
// and go.sum, as `go mod tidy` writes it.
type moduleNeeds struct {
	Requires []Require `json:"requires"`
	Sums     []string  `json:"sums"`
}

// modulesJSON holds the needs of every package of the runtime that has any.
// It is made by `go test ./generator -run TestModules -update`, where there is
// a network; building a site needs none.
//
//go:embed modules.json
var modulesJSON []byte

// needsOf is what the given packages of the runtime need together.
func needsOf(pkgs []string) moduleNeeds {
	var table map[string]moduleNeeds
	if err := json.Unmarshal(modulesJSON, &table); err != nil {
		panic("stackgen: unreachable: modules.json: " + err.Error())
	}
	versions := map[string]string{}
	sums := map[string]bool{}
	for _, pkg := range pkgs {
		for _, r := range table[pkg].Requires {
			versions[r.Path] = r.Version
		}
		for _, s := range table[pkg].Sums {
			sums[s] = true
		}
	}
	var all moduleNeeds
	for path, version := range versions {
		all.Requires = append(all.Requires, Require{path, version})
	}
	sort.Slice(all.Requires, func(i, j int) bool { return all.Requires[i].Path < all.Requires[j].Path })
	for s := range sums {
		all.Sums = append(all.Sums, s)
	}
	sort.Strings(all.Sums)
	return all
}

// goVersion is the language version of the runtime.
func goVersion() string {
	f, err := modfile.ParseLax("go.mod", stackgen.GoMod(), nil)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return f.Go.Version
}

// runtimeVersion stands in go.mod for the copy in .stackgen/.
const runtimeVersion = "v0.0.0"

// planModule works out the project's go.mod and go.sum: the user's files with
// stackgen's lines brought up to date, or new ones.
func planModule(plan *Plan, path string, needs moduleNeeds) error {
	for _, r := range needs.Requires {
		plan.requires = append(plan.requires, r.Path)
	}
	old, mod, err := editGoMod(plan, path, needs)
	if err != nil {
		return err
	}
	plan.changeModule("go.mod", old, mod)
	oldSum, err := readOptional(plan.Dir, "go.sum")
	if err != nil {
		return err
	}
	plan.changeModule("go.sum", oldSum, mergeSums(oldSum, needs.Sums))
	return nil
}

// changeModule adds one of the user's module files to the plan, if it changes.
func (p *Plan) changeModule(path string, old, content []byte) {
	switch {
	case bytes.Equal(old, content):
	case old == nil:
		p.module = append(p.module, Change{Path: path, Action: Create, New: content})
	default:
		p.module = append(p.module, Change{Path: path, Action: Modify, Old: old, New: content})
	}
}

func editGoMod(plan *Plan, name string, needs moduleNeeds) (old, edited []byte, err error) {
	old, err = readOptional(plan.Dir, "go.mod")
	if err != nil {
		return nil, nil, err
	}
	src := old
	if src == nil {
		src = fmt.Appendf(nil, "module %s\n\ngo %s\n", name, goVersion())
	}
	f, err := modfile.Parse("go.mod", src, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("the project's go.mod does not parse: %w", err)
	}
	if f.Module == nil {
		if err := f.AddModuleStmt(name); err != nil {
			return nil, nil, err
		}
	}
	if f.Go == nil || semver.Compare("v"+f.Go.Version, "v"+goVersion()) < 0 {
		if err := f.AddGoStmt(goVersion()); err != nil {
			return nil, nil, err
		}
	}
	wanted := map[string]string{}
	for _, r := range needs.Requires {
		wanted[r.Path] = r.Version
	}
	direct := userImports(plan.Dir)
	// The user's requirements, less what an earlier run of ours put there and
	// nobody needs any more.
	var list []*modfile.Require
	earlier := map[string]bool{}
	for _, path := range plan.manifest.Requires {
		earlier[path] = !imported(direct, path)
	}
	for _, r := range f.Require {
		path := r.Mod.Path
		if need := wanted[path]; need != "" {
			// A newer version that the user asked for stays.
			if semver.Compare(r.Mod.Version, need) > 0 {
				wanted[path] = r.Mod.Version
			}
			continue
		}
		if path != stackgen.Module && !earlier[path] {
			list = append(list, &modfile.Require{Mod: r.Mod, Indirect: r.Indirect})
		}
	}
	add := func(path, version string, indirect bool) {
		list = append(list, &modfile.Require{Mod: module.Version{Path: path, Version: version}, Indirect: indirect})
	}
	add(stackgen.Module, runtimeVersion, false)
	for _, r := range needs.Requires {
		add(r.Path, wanted[r.Path], !imported(direct, r.Path))
	}
	f.SetRequireSeparateIndirect(list)
	f.DropReplace(stackgen.Module, "")
	if err := f.AddReplace(stackgen.Module, "", "./"+strings.TrimSuffix(runtimeRoot, "/"), ""); err != nil {
		return nil, nil, err
	}
	f.Cleanup()
	f.SortBlocks()
	edited, err = f.Format()
	return old, edited, err
}

// checkModule holds the module path of the user's go.mod against the site's.
func (p *project) checkModule() {
	src := p.read("go.mod")
	if src == nil {
		return
	}
	found := modfile.ModulePath(src)
	if found == "" || found == p.site.Module.V {
		return // a file that does not parse is an error of planModule's
	}
	p.fail(schema.Diagnostic{
		Severity: schema.Error,
		Summary:  "go.mod names another module",
		Detail: fmt.Sprintf("The module of the site is %s, and %s says %s. Write module = %q in the site block, or change go.mod.",
			p.site.Module.V, filepath.Join(p.site.Dir, "go.mod"), found, found),
		Subject: p.site.Module.Range,
	})
}

// userImports is every import path in the user's own Go.
func userImports(dir string) map[string]bool {
	all := map[string]bool{}
	for _, file := range userGoFiles(dir) {
		if src, err := os.ReadFile(file); err == nil {
			for _, imp := range allImports(file, src) {
				all[imp] = true
			}
		}
	}
	return all
}

// imported reports whether a package of the module is among the imports.
func imported(imports map[string]bool, module string) bool {
	for imp := range imports {
		if imp == module || strings.HasPrefix(imp, module+"/") {
			return true
		}
	}
	return false
}

// mergeSums adds lines to a go.sum and keeps it sorted; nothing is taken out,
// since a sum too many is harmless and the user's are not ours to judge.
func mergeSums(old []byte, lines []string) []byte {
	seen := map[string]bool{}
	var all []string
	for _, line := range append(strings.Split(string(old), "\n"), lines...) {
		if line = strings.TrimSpace(line); line != "" && !seen[line] {
			seen[line] = true
			all = append(all, line)
		}
	}
	if len(all) == 0 {
		return old
	}
	sort.SliceStable(all, func(i, j int) bool { return sumLess(all[i], all[j]) })
	return []byte(strings.Join(all, "\n") + "\n")
}

// sumLess orders lines of a go.sum as the go command does: by path, then by version.
func sumLess(a, b string) bool {
	fa, fb := strings.Fields(a), strings.Fields(b)
	if len(fa) < 2 || len(fb) < 2 || fa[0] != fb[0] {
		return a < b
	}
	va, amod := strings.CutSuffix(fa[1], "/go.mod")
	vb, bmod := strings.CutSuffix(fb[1], "/go.mod")
	if c := semver.Compare(va, vb); c != 0 {
		return c < 0
	}
	return !amod && bmod
}

func readOptional(dir, name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return b, nil
}
