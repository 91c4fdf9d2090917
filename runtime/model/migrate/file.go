package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// File is one migration.
type File struct {
	// Number is the place in the history, from 1.
	Number int
	// Name is the file's name: "0002_post_subtitle.sql".
	Name string
	// Checksum is the SHA-256 of the whole file with Unix line ends, in hexadecimal.
	Checksum string
	// Up applies the migration, Down takes it back; Down may be empty.
	Up, Down string
	// UpLine is the line of the file on which Up begins, DownLine that of Down.
	UpLine, DownLine int
	// Unmanaged are tables that are no model's.
	Unmanaged []string
	// Managed are constraints and indexes, and table.column for what the database
	// does for a column, that models declare; what is not listed in any migration
	// was written by hand.
	Managed []string
	// Outside says that the migration runs outside a transaction, which some
	// statements ask for (CREATE INDEX CONCURRENTLY). One that fails half-way
	// begins again at its first statement.
	Outside bool
}

// goDirective begins the line that runs a Go function.
const goDirective = "-- migrate: go "

// Functions are the Go functions that the migration runs, each once.
func (f File) Functions() []string {
	var names []string
	seen := map[string]bool{}
	for _, s := range append(steps(f.Up, 1), steps(f.Down, 1)...) {
		if s.function != "" && !seen[s.function] {
			seen[s.function] = true
			names = append(names, s.function)
		}
	}
	return names
}

// step is a part of a section: SQL, or a Go function.
type step struct {
	sql      string
	function string
	line     int
}

// steps takes a section that begins on a line apart at its Go functions.
func steps(section string, line int) []step {
	var list []step
	open := false
	for i, text := range strings.SplitAfter(section, "\n") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(text), goDirective); ok {
			list = append(list, step{function: strings.TrimSpace(name), line: line + i})
			open = false
			continue
		}
		if !open {
			list = append(list, step{line: line + i})
			open = true
		}
		list[len(list)-1].sql += text
	}
	return list
}

var functionName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)

// maxFile bounds a migration.
const maxFile = 16 << 20

var fileName = regexp.MustCompile(`^([0-9]{4,9})_([a-z0-9_]+)\.sql$`)

// Load reads the migrations of a folder, in the order of their numbers. It
// refuses two files with one number, and a gap. Other files are left alone. A
// folder that does not exist holds none.
func Load(fsys fs.FS) ([]File, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	var files []File
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".sql") {
			continue
		}
		if !fileName.MatchString(e.Name()) {
			return nil, fmt.Errorf("migrate: %s: the name of a migration is a number of four digits, an underscore and small letters: 0002_post_subtitle.sql", e.Name())
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		if info.Size() > maxFile {
			return nil, fmt.Errorf("migrate: %s is larger than %d bytes", e.Name(), maxFile)
		}
		text, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		f, err := Parse(e.Name(), text)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Number < files[j].Number })
	for i, f := range files {
		switch {
		case i > 0 && files[i-1].Number == f.Number:
			return nil, &HistoryError{f.Name, fmt.Sprintf("it has the same number as %s; two branches have met. Move the one that was not applied anywhere behind the other: stackgen migrate rebase %s", files[i-1].Name, strings.TrimSuffix(f.Name, ".sql"))}
		case f.Number != i+1:
			return nil, &HistoryError{f.Name, fmt.Sprintf("number %04d is missing before it", i+1)}
		}
	}
	return files, nil
}

// Parse reads one migration.
func Parse(name string, text []byte) (File, error) {
	parts := fileName.FindStringSubmatch(name)
	if parts == nil {
		return File{}, fmt.Errorf("migrate: %q is not the name of a migration", name)
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil {
		return File{}, fmt.Errorf("migrate: %s: %w", name, err)
	}
	if strings.ContainsRune(string(text), 0) {
		return File{}, fmt.Errorf("migrate: %s: a zero byte", name)
	}
	unix := strings.ReplaceAll(string(text), "\r\n", "\n")
	sum := sha256.Sum256([]byte(unix))
	f := File{Number: number, Name: name, Checksum: hex.EncodeToString(sum[:])}
	var section *strings.Builder
	var up, down strings.Builder
	for i, line := range strings.SplitAfter(unix, "\n") {
		fail := func(what string) (File, error) {
			return File{}, fmt.Errorf("migrate: %s:%d: %s", name, i+1, what)
		}
		words, directive := strings.CutPrefix(strings.TrimSpace(line), "-- migrate:")
		switch words = strings.TrimSpace(words); {
		case !directive && section != nil:
			section.WriteString(line)
		case !directive:
			if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "--") {
				return fail("SQL before the line \"-- migrate: up\"")
			}
		case words == "up" && f.UpLine == 0 && f.DownLine == 0:
			section, f.UpLine = &up, i+2
		case words == "down" && f.UpLine != 0 && f.DownLine == 0:
			section, f.DownLine = &down, i+2
		case strings.HasPrefix(words, "go ") && section != nil && functionName.MatchString(strings.TrimSpace(words[3:])):
			section.WriteString(line)
		case words == "outside transaction" && f.UpLine == 0:
			f.Outside = true
		case strings.HasPrefix(words, "unmanaged ") && f.UpLine == 0:
			f.Unmanaged = append(f.Unmanaged, strings.Fields(words)[1:]...)
		case strings.HasPrefix(words, "managed ") && f.UpLine == 0:
			f.Managed = append(f.Managed, strings.Fields(words)[1:]...)
		default:
			return fail("\"-- migrate: " + words + "\" has no meaning here; a migration has one section up and after it one section down")
		}
	}
	if f.UpLine == 0 {
		return File{}, fmt.Errorf("migrate: %s: the line \"-- migrate: up\" is missing", name)
	}
	f.Up, f.Down = up.String(), down.String()
	return f, nil
}

// HistoryError says that the files and what a database has had do not form one
// line.
type HistoryError struct {
	// File is the migration that does not fit.
	File string
	// Reason says why, and what to do.
	Reason string
}

// Error names the file and the reason.
func (e *HistoryError) Error() string { return "migrate: " + e.File + ": " + e.Reason }
