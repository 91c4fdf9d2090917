package tmpl

import (
	"errors"
	"strconv"
)

// Error is what went wrong while a page was rendered, and where in its template.
type Error struct {
	// Template is the template's name, "blog/post.html"; Line and Column begin at 1.
	Template     string
	Line, Column int
	// Err is what happened.
	Err error
}

// At gives an error the place of the tag or variable that it comes from:
// "post.html:3:7", as compiled templates write it. An error that has one keeps it.
func At(place string, err error) error {
	var inner *Error
	if errors.As(err, &inner) {
		return err
	}
	e := &Error{Template: place, Err: err}
	for _, n := range []*int{&e.Column, &e.Line} {
		e.Template, *n = cutNumber(e.Template)
	}
	return e
}

// cutNumber takes the number behind the last colon off.
func cutNumber(s string) (rest string, n int) {
	i, unit := len(s), 1
	for ; i > 0 && s[i-1] >= '0' && s[i-1] <= '9'; i-- {
		n += int(s[i-1]-'0') * unit
		unit *= 10
	}
	if i == 0 || i == len(s) || s[i-1] != ':' {
		return s, 0
	}
	return s[:i-1], n
}

// TemplatePlace is Template, Line and Column, for who does not import this package.
func (e *Error) TemplatePlace() (template string, line, column int) {
	return e.Template, e.Line, e.Column
}

// Place is where it happened, beneath the project's folder of templates:
// "templates/post.html:3:7"; "" where that is not known.
func (e *Error) Place() string {
	if e.Template == "" {
		return ""
	}
	return "templates/" + e.Template + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column)
}

func (e *Error) Error() string {
	if e.Template == "" {
		return "template: " + e.Err.Error()
	}
	return e.Place() + ": " + e.Err.Error()
}

// Unwrap is what happened.
func (e *Error) Unwrap() error { return e.Err }
