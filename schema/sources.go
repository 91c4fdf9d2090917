package schema

import "sort"

// Sources holds the text of every file that diagnostics may show. The zero
// value is empty and ready.
type Sources struct {
	files map[string][]byte
}

// Add puts a file's text in under the name that ranges have.
func (s *Sources) Add(filename string, text []byte) {
	if s.files == nil {
		s.files = map[string][]byte{}
	}
	s.files[filename] = text
}

// Bytes is the text of a file, nil when it is not known.
func (s *Sources) Bytes(filename string) []byte { return s.files[filename] }

// Names lists the files, sorted.
func (s *Sources) Names() []string {
	names := make([]string, 0, len(s.files))
	for name := range s.files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Has reports whether the file is known.
func (s *Sources) Has(filename string) bool { _, ok := s.files[filename]; return ok }

// NewSources returns an empty set of files.
func NewSources() *Sources { return &Sources{} }
