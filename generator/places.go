package generator

import (
	"bytes"
	"encoding/json"
	"path/filepath"
)

// placesPath is the file of places: the one generated file that changes when a
// line of the site file moves.
const placesPath = "gen/places.json"

// place is where a block stands.
type place struct {
	Address string `json:"address"`
	File    string `json:"file"`
	Line    int    `json:"line"`
}

// places lists every addressable block, in the order of the site file.
func (p *project) places() []byte {
	var list []place
	for _, pl := range p.site.Places() {
		list = append(list, place{pl.Address, p.sourceName(pl.Range.Filename), pl.Range.Start.Line})
	}
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false) // "<int:id>" is to be read by people
	b.WriteString("[\n")
	for i, pl := range list {
		b.WriteString("  ")
		if err := lines.Encode(pl); err != nil {
			bug("places: %v", err)
		}
		if i < len(list)-1 {
			b.Truncate(b.Len() - 1)
			b.WriteString(",\n")
		}
	}
	b.WriteString("]\n")
	return b.Bytes()
}

// sourceName is a source file's name as generated files show it: without the
// folder in which this machine happens to have the project.
func (p *project) sourceName(file string) string {
	for _, base := range []string{filepath.Dir(p.site.File), p.site.Dir} {
		if rel, err := filepath.Rel(base, file); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(file)
}
