package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// ErrorPage is what some errors are answered with (error_page).
type ErrorPage struct {
	// Label is the statuses as written, Statuses what they are.
	Label    string
	Statuses []int
	// File is a file of the project, which becomes part of the binary.
	File      String
	DeclRange hcl.Range
}

// Maintenance closes the site as long as a file exists.
type Maintenance struct {
	File       String
	Allow      []String
	RetryAfter Duration
	DeclRange  hcl.Range
}

// maxErrorPage bounds the file of an error page, in bytes.
const maxErrorPage = 1 << 20

func errorPageBlock() *block {
	return &block{
		Type: "error_page", Label: "statuses", LabelInto: "Label", Into: reflect.TypeFor[ErrorPage](),
		Doc:      "The page that errors of these statuses are answered with, \"404\" or several, \"502 503 504\"; the status stays.",
		Ancestor: "nginx error_page",
		Example:  `error_page "502 503 504" { file = "errors/busy.html" }`,
		Attrs: []*attr{
			{Name: "file", Type: stringType(), Required: true, Check: checkLocalPath, Ancestor: "nginx error_page",
				Doc: "A file of the project that becomes part of the binary."},
		},
		Check: checkErrorPage,
	}
}

func maintenanceBlock() *block {
	return &block{
		Type: "maintenance", Once: true, Into: reflect.TypeFor[Maintenance](),
		Doc: "Answers everything with 503 as long as a file exists, so that the site is closed and opened without a restart.",
		Example: `maintenance {
  file  = "data/maintenance"
  allow = ["203.0.113.0/24"]
}`,
		Attrs: []*attr{
			{Name: "file", Type: stringType(), Default: `"data/maintenance"`, Bindable: true, Check: checkNotEmpty,
				Doc: "The file that closes the site, relative to where it runs; it is looked for once a second."},
			{Name: "allow", Type: stringList{}, Bindable: true, Check: checkClientNetwork,
				Doc: "Networks and addresses of those who see the site all the same."},
			{Name: "retry_after", Type: durationType(), Default: `"5m"`, Bindable: true, Check: checkPositive,
				Doc: "When others are told to come again."},
		},
	}
}

// checkErrorPage reads the statuses and looks for the file.
func checkErrorPage(d *decoder, s *scope) {
	e := s.owner.(*ErrorPage)
	for _, word := range strings.Fields(e.Label) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 400 || n > 599 {
			d.report(errorAt(s.labelRange, "Status that is no error's", "%q is not the status of an error. Write statuses from 400 to 599 with spaces between them, as in \"502 503\".", word))
			return
		}
		e.Statuses = append(e.Statuses, n)
	}
	if len(e.Statuses) == 0 {
		d.report(errorAt(s.labelRange, "Error page of no error", "The label names no status. Write statuses from 400 to 599, as in \"502 503\"."))
		return
	}
	if e.File.V == "" {
		return
	}
	info, err := os.Stat(filepath.Join(d.site.Dir, filepath.FromSlash(e.File.V)))
	switch {
	case err != nil || info.IsDir():
		d.report(errorAt(e.File.Range, "Error page that is missing", "There is no file %s in the project. Write it, or name another one.", e.File.V))
	case info.Size() > maxErrorPage:
		d.report(errorAt(e.File.Range, "Error page that is too large", "The file %s has %d bytes, and an error page 1 MB at most. Take a smaller one.", e.File.V, info.Size()))
	}
}

// checkErrorPages reports a status that two pages of one level answer.
func (d *decoder) checkErrorPages(pages []*ErrorPage) {
	first := map[int]*ErrorPage{}
	for _, e := range pages {
		for _, status := range e.Statuses {
			if f := first[status]; f != nil {
				d.report(errorAt(e.DeclRange, "Second page of one error", "Two pages answer %d. Take the status out of one of the two.", status).and(f.DeclRange, "the first is here"))
				continue
			}
			first[status] = e
		}
	}
}

func locationBadExpression(label string, err error) *problem {
	return &problem{"Invalid regular expression", fmt.Sprintf("%q is not a regular expression: %s. The syntax is that of Go's package regexp.", label, regexpError(err))}
}
