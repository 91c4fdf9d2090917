package generator

import (
	"path"
	"sort"
	"strings"
)

// FileSet is the files of a generated project in memory, by path relative to
// the project with slashes. All of them lie beneath gen/ or .stackgen/.
type FileSet struct {
	files map[string][]byte
}

// roots are the folders that belong to stackgen alone.
var roots = []string{"gen/", ".stackgen/"}

// Add puts a file into the set. Adding a path twice, or one outside
// stackgen's folders, is a bug of the generator.
func (s *FileSet) Add(name string, content []byte) {
	if !owned(name) {
		panic("stackgen: unreachable: generated file outside the generator's folders: " + name)
	}
	if _, taken := s.files[name]; taken {
		panic("stackgen: unreachable: generated file written twice: " + name)
	}
	if s.files == nil {
		s.files = map[string][]byte{}
	}
	s.files[name] = content
}

// Paths lists the files, sorted.
func (s *FileSet) Paths() []string {
	paths := make([]string, 0, len(s.files))
	for p := range s.files {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	return paths
}

// Content is the file of that path, nil when there is none.
func (s *FileSet) Content(name string) []byte { return s.files[name] }

// Has reports whether the set holds the path.
func (s *FileSet) Has(name string) bool { _, ok := s.files[name]; return ok }

func owned(name string) bool {
	if name != path.Clean(name) {
		return false
	}
	for _, root := range roots {
		if strings.HasPrefix(name, root) {
			return true
		}
	}
	return false
}
