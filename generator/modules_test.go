package generator

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	stackgen "stackgen.dev"
)

// Ensure that modules.json says what `go mod tidy` says that each package of the
// runtime needs. With -update it is written anew.
func TestModules(t *testing.T) {
	want := map[string]moduleNeeds{}
	for _, pkg := range stackgen.RuntimeDirs() {
		if !external(pkg) {
			continue
		}
		want[pkg] = tidy(t, pkg)
	}
	if *update {
		b, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("modules.json", append(b, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	var got map[string]moduleNeeds
	if err := json.Unmarshal(modulesJSON, &got); err != nil {
		t.Fatal(err)
	}
	for pkg, needs := range want {
		if !reflect.DeepEqual(got[pkg].Requires, needs.Requires) {
			t.Errorf("%s: modules.json says %v, go mod tidy %v: run go test ./generator -run TestModules -update", pkg, got[pkg].Requires, needs.Requires)
		}
	}
	for pkg := range got {
		if _, ok := want[pkg]; !ok {
			t.Errorf("modules.json has %s, which needs no module", pkg)
		}
	}
}

// external reports whether a package itself imports something that is neither
// ours nor the standard library's.
func external(pkg string) bool {
	for name, src := range stackgen.RuntimeFiles(pkg) {
		for _, imp := range allImports(name, src) {
			first, _, _ := strings.Cut(imp, "/")
			if strings.Contains(first, ".") && first != stackgen.Module {
				return true
			}
		}
	}
	return false
}

// tidy asks the go command, in a project that uses just this package.
func tidy(t *testing.T, pkg string) moduleNeeds {
	t.Helper()
	dir := t.TempDir()
	set := &FileSet{}
	set.Add("gen/main.go", []byte("package main\n\nimport _ \""+stackgen.Module+"/"+pkg+"\"\n\nfunc main() {}\n"))
	root, err := modfile.ParseLax("go.mod", stackgen.GoMod(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []Require
	for _, r := range root.Require {
		all = append(all, Require{r.Mod.Path, r.Mod.Version})
	}
	copyRuntime(set, runtimePackages(dir, set), all)
	for _, path := range set.Paths() {
		write(t, dir, path, string(set.Content(path)))
	}
	write(t, dir, "go.mod", "module probe\n\ngo "+goVersion()+"\n\nrequire "+stackgen.Module+" "+runtimeVersion+
		"\n\nreplace "+stackgen.Module+" => ./.stackgen\n")
	run := func(in string, args ...string) {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = in, append(os.Environ(), "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run(filepath.Join(dir, ".stackgen"), "mod", "tidy")
	run(dir, "mod", "tidy")
	b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.Parse("go.mod", b, nil)
	if err != nil {
		t.Fatal(err)
	}
	var needs moduleNeeds
	for _, r := range f.Require {
		if r.Mod.Path != stackgen.Module {
			needs.Requires = append(needs.Requires, Require{r.Mod.Path, r.Mod.Version})
		}
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	needs.Sums = strings.Split(strings.TrimSpace(string(sums)), "\n")
	return needs
}
