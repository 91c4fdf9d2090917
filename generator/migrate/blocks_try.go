package migrate

import (
	"fmt"
	"os"
	"path/filepath"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// tryOut loads the blocks as a site file. Parts with a mistake are added to
// refused; it reports whether there are new ones.
func (w *blockWriter) tryOut(refused map[string]bool) (bool, error) {
	if len(w.parts) == 0 {
		return false, nil
	}
	dir, err := os.MkdirTemp("", "stackgen-inspect")
	if err != nil {
		return false, fmt.Errorf("inspect: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "site.hcl")
	url := "sqlite:data/site.db"
	if w.state.dialect.String() == "postgres" {
		url = "postgres:///site"
	}
	text := fmt.Sprintf("\nsite \"inspected\" {}\ndatabase { url = %q }\n", url)
	// The blocks come first, so that their lines are the file's.
	if err := os.WriteFile(file, []byte(w.String()+text), 0o600); err != nil {
		return false, fmt.Errorf("inspect: %w", err)
	}
	site, _, diags := schema.Load(file)
	if site != nil && !diags.HasErrors() {
		diags = append(diags, models.Check(site)...)
	}
	more := false
	for _, d := range diags {
		if d.Severity != schema.Error {
			continue
		}
		for _, p := range w.parts {
			if line := d.Subject.Start.Line; line >= p.from && line <= p.to && !refused[p.key] {
				refused[p.key], more = true, true
			}
		}
	}
	return more, nil
}
