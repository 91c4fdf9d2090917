package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	stackgen "stackgen.dev"
	"stackgen.dev/schema"
)

// starter is the example that a new site starts from unless one is named.
const starter = "guestbook"

func newCommand() *cobra.Command {
	var example string
	cmd := &cobra.Command{
		Use:   "new [FILE]",
		Short: "Write a starter site with its templates, static files and a Go view",
		Long: `new writes a site to start from: a commented site file and, in its project's
folder, templates, static files, a migration and a Go view. It never writes over
a file that exists.

site.hcl describes the project in its own folder; NAME.hcl describes the project
in the folder NAME beside it.`,
		Example: `  stackgen new
  stackgen new shop.hcl
  stackgen new --example blog`,
		Args: optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeNew(cmd, siteFile(args), example)
		},
	}
	cmd.Flags().StringVar(&example, "example", starter, "start from this example: "+strings.Join(stackgen.Examples(), ", "))
	return cmd
}

func writeNew(cmd *cobra.Command, file, example string) error {
	if !strings.HasSuffix(file, ".hcl") {
		return fmt.Errorf("%s: a site file is named NAME.hcl, for example site.hcl", file)
	}
	files := stackgen.Example(example)
	if files == nil {
		hint := ""
		if near := schema.Suggest(example, stackgen.Examples()); near != "" {
			hint = fmt.Sprintf(" Did you mean %s?", near)
		}
		return fmt.Errorf("there is no example %q.%s The examples are: %s", example, hint, strings.Join(stackgen.Examples(), ", "))
	}
	dir := schema.ProjectDir(file)
	// What goes where: the site file under the name asked for, the rest into the project.
	targets := map[string][]byte{}
	for path, content := range files {
		if path == "site.hcl" {
			targets[file] = content
		} else {
			targets[filepath.Join(dir, filepath.FromSlash(path))] = content
		}
	}
	targets[filepath.Join(dir, ".gitignore")] = []byte("/bin/\n/data/\n")

	paths := make([]string, 0, len(targets))
	for p := range targets {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	var taken []string
	for _, p := range paths {
		if at := inTheWay(p); at != "" && !slices.Contains(taken, at) {
			taken = append(taken, at)
		}
	}
	if len(taken) > 0 {
		return fmt.Errorf("nothing was written, because there already is: %s\nChoose another folder, or another name: stackgen new NAME.hcl", strings.Join(taken, ", "))
	}
	for i, p := range paths {
		if err := writeExclusive(p, targets[p]); err != nil {
			for _, written := range paths[:i] {
				os.Remove(written)
			}
			return fmt.Errorf("nothing was written: %w", err)
		}
	}
	out := cmd.OutOrStdout()
	for _, p := range paths {
		fmt.Fprintln(out, p)
	}
	arg := ""
	if file != defaultFile {
		arg = " " + file
	}
	fmt.Fprintf(out, `
Next:
  stackgen run%s      serve it on http://127.0.0.1:8000/ and rebuild on every change
  stackgen build%s    compile it to one binary; that one's commands are migrate and serve
`, arg, arg)
	if slices.ContainsFunc(paths, func(p string) bool { return strings.HasSuffix(p, "_test.go") }) {
		fmt.Fprintln(out, "  go test ./...     then run the site's own tests, in memory")
	}
	return nil
}

// inTheWay is what would have to go for a file to be written at path: the path
// itself, or a file where it needs a folder. "" is nothing.
func inTheWay(path string) string {
	if _, err := os.Lstat(path); err == nil {
		return path
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return dir
		case err == nil || dir == filepath.Dir(dir):
			return ""
		}
	}
}

// writeExclusive writes a file that does not exist yet, in a folder that may
// not either.
func writeExclusive(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}
