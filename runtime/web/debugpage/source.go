package debugpage

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// around is how many lines of a file are shown before and behind the one that a failure is about.
const around = 5

// Excerpt is a few lines of a file of the project.
type Excerpt struct {
	// Title says why they are shown.
	Title string
	// Place is the file with the line: "views/views.go:12", and the column where it is known.
	Place string
	Lines []Line
}

// Line is a line of an Excerpt.
type Line struct {
	Number int
	// Text is the line, up to Marked where part of it is marked.
	Text, Marked string
	// Here says that the failure is about this line.
	Here bool
}

// ReadExcerpt shows a line of a file beneath a project's folder with those around it; of the line itself what stands
// behind the first characters is marked. A file that cannot be read has a place and no lines.
func ReadExcerpt(title, project, file string, number, behind int) Excerpt {
	e := Excerpt{Title: title, Place: file + ":" + strconv.Itoa(number)}
	if behind > 0 {
		e.Place += ":" + strconv.Itoa(behind+1)
	}
	lines := readLines(project, file)
	for i := max(0, number-1-around); i < min(len(lines), number+around); i++ {
		line := Line{Number: i + 1, Text: lines[i]}
		if i == number-1 {
			line.Here = true
			line.Text, line.Marked = cutRunes(lines[i], behind)
		}
		e.Lines = append(e.Lines, line)
	}
	return e
}

func readLines(project, file string) []string {
	root, err := os.OpenRoot(project)
	if err != nil {
		return nil
	}
	defer root.Close()
	text, err := root.ReadFile(filepath.FromSlash(file))
	if err != nil {
		return nil
	}
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if n := len(lines); lines[n-1] == "" {
		lines = lines[:n-1]
	}
	return lines
}

// cutRunes cuts a text behind n characters, or at its end.
func cutRunes(s string, n int) (before, rest string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}

// OwnFrame is the first place of a stack that lies in the project and was
// written by its author, relative to the project's folder. Files are
// named by the module's path, or, of a build that keeps them, by where they lie.
func OwnFrame(stack, module, folder string) (file string, number int) {
	for line := range strings.Lines(stack) {
		place, indented := strings.CutPrefix(line, "\t")
		if !indented {
			continue
		}
		place, _, _ = strings.Cut(strings.TrimRight(place, "\n"), " ")
		colon := strings.LastIndexByte(place, ':')
		if colon < 0 {
			continue
		}
		rel, own := OwnFile(place[:colon], module, folder)
		n, err := strconv.Atoi(place[colon+1:])
		if !own || err != nil {
			continue
		}
		return rel, n
	}
	return "", 0
}

// OwnFile is a file of a build relative to the project's folder; false for what the author did not write.
func OwnFile(file, module, folder string) (rel string, own bool) {
	rel, own = strings.CutPrefix(filepath.ToSlash(file), filepath.ToSlash(folder)+"/")
	if !own && module != "" {
		rel, own = strings.CutPrefix(file, module+"/")
	}
	return rel, own && !strings.HasPrefix(rel, "gen/") && !strings.HasPrefix(rel, ".stackgen/")
}

// Origin finds where an error came from that carries no stack: of the functions that may have returned it, and of
// what else their packages hold, the line with the longest piece of text that the error says; else the beginning of
// the first of the functions.
//
// functions are "views.Settle", with the package's folder before the last dot.
func Origin(project string, functions []string, said string) (e Excerpt, found bool) {
	var best struct {
		file   string
		line   int
		length int
	}
	seen := map[string]bool{}
	for _, fn := range functions {
		folder, _ := splitFunction(fn)
		if seen[folder] {
			continue
		}
		seen[folder] = true
		for _, file := range goFiles(project, folder) {
			for i, line := range readLines(project, file) {
				if n := quotes(line, said); n > best.length {
					best.file, best.line, best.length = file, i+1, n
				}
			}
		}
	}
	if best.length > 0 {
		return ReadExcerpt("The error says what stands in this line", project, best.file, best.line, 0), true
	}
	title := "It was returned by " + strings.Join(functions, ", or by ")
	for _, fn := range functions {
		folder, name := splitFunction(fn)
		declared := regexp.MustCompile(`^func ` + regexp.QuoteMeta(name) + `\b`)
		for _, file := range goFiles(project, folder) {
			for i, line := range readLines(project, file) {
				if declared.MatchString(line) {
					return body(title, project, file, i), true
				}
			}
		}
	}
	return Excerpt{}, false
}

// body shows a function from its first line on, with the lines marked that return an error.
func body(title, project, file string, first int) Excerpt {
	const most = 40
	e := Excerpt{Title: title, Place: file + ":" + strconv.Itoa(first+1)}
	for i, line := range readLines(project, file)[first:] {
		here := strings.HasPrefix(strings.TrimSpace(line), "return ") && !strings.HasSuffix(line, "nil")
		e.Lines = append(e.Lines, Line{Number: first + i + 1, Text: line, Here: here})
		if strings.HasPrefix(line, "}") || i == most {
			break
		}
	}
	return e
}

func splitFunction(fn string) (folder, name string) {
	dot := strings.LastIndexByte(fn, '.')
	return fn[:max(dot, 0)], fn[dot+1:]
}

func goFiles(project, folder string) (files []string) {
	entries, _ := os.ReadDir(filepath.Join(project, filepath.FromSlash(folder)))
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files = append(files, path.Join(folder, name))
		}
	}
	return files
}

// literal is a string of Go on one line.
var literal = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")

// verb is what fmt replaces.
var verb = regexp.MustCompile(`%[-+# 0-9.*\[\]]*[a-zA-Z]`)

// quotes is the length of the longest piece of text in a line of Go that the error says. A piece of a few letters says
// nothing.
func quotes(line, said string) (longest int) {
	const least = 5
	if begin := strings.TrimSpace(line); strings.HasPrefix(begin, "//") || strings.HasPrefix(begin, `"`) || strings.HasPrefix(begin, "import ") {
		return 0 // a comment, or the import of a package that errors are named for
	}
	for _, quoted := range literal.FindAllString(line, -1) {
		text, err := strconv.Unquote(quoted)
		if err != nil {
			continue
		}
		for _, piece := range verb.Split(text, -1) {
			if n := len(strings.TrimSpace(piece)); n >= least && n > longest && strings.Contains(said, piece) {
				longest = n
			}
		}
	}
	return longest
}

// Functions lists the functions of several parts, each once.
func Functions(parts ...Part) (list []string) {
	for _, p := range parts {
		for _, fn := range p.Functions {
			if !slices.Contains(list, fn) {
				list = append(list, fn)
			}
		}
	}
	return list
}
