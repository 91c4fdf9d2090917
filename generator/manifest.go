package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// manifestPath is where the manifest lies in a project.
const manifestPath = "gen/manifest.json"

// Manifest records what stackgen wrote, so that the next run can tell its own
// bytes from someone's edits. It is the last file written.
type Manifest struct {
	// Comment tells a reader what the file is.
	Comment string `json:"comment"`
	// Files holds the SHA-256 of every file, by path.
	Files map[string]string `json:"files"`
	// Next is there only while files are being written: what they will be. A
	// run that finds it knows that the one before was interrupted.
	Next map[string]string `json:"next,omitempty"`
	// Requires lists the modules that stackgen put into go.mod.
	Requires []string `json:"requires,omitempty"`
}

const manifestComment = "Written by stackgen. It tells generated files from edited ones; commit it with them."

// readManifest reads a project's manifest; an absent one is empty.
func readManifest(dir string) (*Manifest, error) {
	m := &Manifest{Files: map[string]string{}}
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(manifestPath)))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%s is damaged (%v): restore it from version control, or delete it and run build with --force", manifestPath, err)
	}
	if m.Files == nil {
		m.Files = map[string]string{}
	}
	return m, nil
}

// bytes is the manifest as it is written; maps come out sorted.
func (m *Manifest) bytes() []byte {
	m.Comment = manifestComment
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return append(b, '\n')
}

// wrote reports whether stackgen wrote a file with this hash at this path.
func (m *Manifest) wrote(path, hash string) bool {
	return m.Files[path] == hash || (m.Next != nil && m.Next[path] == hash)
}

// knows reports whether stackgen wrote anything at this path.
func (m *Manifest) knows(path string) bool {
	return m.Files[path] != "" || m.Next[path] != ""
}

// same reports whether two manifests say the same.
func (m *Manifest) same(other *Manifest) bool { return bytes.Equal(m.bytes(), other.bytes()) }

// known is every file that stackgen wrote, as it was before this run.
func (m *Manifest) known() map[string]string {
	all := map[string]string{}
	for p, h := range m.Next {
		all[p] = h
	}
	for p, h := range m.Files {
		all[p] = h
	}
	return all
}

// paths lists every path that stackgen wrote.
func (m *Manifest) paths() map[string]bool {
	all := map[string]bool{}
	for p := range m.Files {
		all[p] = true
	}
	for p := range m.Next {
		all[p] = true
	}
	return all
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
