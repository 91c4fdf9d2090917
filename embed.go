// Package stackgen holds what the generator copies into projects: the source of
// the runtime, the versions of the modules it uses, and the examples.
package stackgen

import (
	"bytes"
	"embed"
	"io/fs"
	"strings"
)

//go:embed go.mod go.sum runtime/*/*.go runtime/*/*/*.go runtime/web/passwords/*.gz runtime/proxy/status/page.*
var source embed.FS

//go:embed all:golden
var golden embed.FS

// Module is this module's path, and GoMod and GoSum are its files.
const Module = "stackgen.dev"

// GoMod is the module file that the runtime was built and tested with.
func GoMod() []byte { return read("go.mod") }

// GoSum holds the checksums of the modules in GoMod.
func GoSum() []byte { return read("go.sum") }

// RuntimeDirs lists the runtime's packages as folders: "runtime/web".
func RuntimeDirs() []string {
	var dirs []string
	err := fs.WalkDir(source, "runtime", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && len(RuntimeFiles(path)) > 0 {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return dirs
}

// RuntimeFiles returns the files of one runtime package, without its tests, by
// path: "runtime/web/request.go". It is empty for a folder that holds none.
func RuntimeFiles(dir string) map[string][]byte {
	entries, err := source.ReadDir(dir)
	if err != nil {
		return nil
	}
	files := map[string][]byte{}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		files[dir+"/"+name] = read(dir + "/" + name)
	}
	return files
}

// Examples lists the examples that a new project can start from.
func Examples() []string {
	entries, err := golden.ReadDir("golden")
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// Example returns the files of an example that are its author's, by path in
// the project: all but what stackgen generates. Go imports of the project's own
// packages begin with the example's name, which is its module path. It is
// nil when there is no such example.
func Example(name string) map[string][]byte {
	files := map[string][]byte{}
	root := "golden/" + name
	err := fs.WalkDir(golden, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(path, root+"/")
		if rel == "gen" {
			return fs.SkipDir
		}
		if d.IsDir() || rel == "go.mod.golden" {
			return nil
		}
		b, err := golden.ReadFile(path)
		if strings.HasSuffix(rel, ".go") {
			b = bytes.ReplaceAll(b, []byte(`"`+GoldenModule(name)+"/"), []byte(`"`+name+"/"))
		}
		files[rel] = b
		return err
	})
	if err != nil {
		return nil
	}
	return files
}

// GoldenModule is the module path that an example's golden project has, so
// that it can be compiled as part of this module.
func GoldenModule(name string) string { return Module + "/golden/" + name }

func read(path string) []byte {
	b, err := source.ReadFile(path)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return b
}
