package schema

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/hashicorp/hcl/v2"
)

func fileStart(name string) hcl.Range {
	return hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
}

// siteFileMissing is about a site file that cannot be read; others are the
// site files in its folder.
func siteFileMissing(file string, err error, others []string) Diagnostic {
	at := hcl.Range{Filename: file}
	if !errors.Is(err, fs.ErrNotExist) {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return errorAt(at, "Unreadable site file", "The file %s cannot be read: %s. Make it readable, or name another one.", file, err)
	}
	if len(others) > 0 {
		return errorAt(at, "No site file", "There is no file %s. Name the site file, such as %s, or write one with stackgen new.", file, enumerate(others, "or"))
	}
	return errorAt(at, "No site file", "There is no file %s. Name the site file, or write one with stackgen new.", file)
}

func siteMissing(file string) Diagnostic {
	return errorAt(fileStart(file), "Site without a name",
		"A site file needs a site block. Write site \"blog\" { domains = [\"blog.example.com\"] }.")
}

func includeNotConstant(at hcl.Range) Diagnostic {
	return errorAt(at, "Include of no constant path",
		"Files are included before anything is computed. Write the paths as plain strings: include = [\"models.hcl\"].")
}

func includeOutside(p includePath) Diagnostic {
	return errorAt(p.at, "Include from outside of the project",
		"The path %q leads out of the project. Included files lie beneath the project's folder, and their paths begin there.", p.text)
}

func includeMissing(p includePath, near string) Diagnostic {
	if near != "" {
		near = fmt.Sprintf("%q", near)
	}
	return errorAt(p.at, "Included file not found",
		"There is no file %q in the project's folder.%s Paths are relative to that folder.", p.text, didYouMean(near))
}

func includedTwice(p includePath, f *sourceFile, within bool) Diagnostic {
	if within {
		x := errorAt(p.at, "Include in a circle",
			"The file %s is being read already, so including it here goes round in a circle. Take the line away.", f.name)
		if f.included.Start.Line == 0 {
			return x
		}
		return x.and(f.included, "it is included here first")
	}
	return errorAt(p.at, "File included twice",
		"The file %s is part of the site already. Take one of the two lines away.", f.name).
		and(f.included, "it is included here first")
}
