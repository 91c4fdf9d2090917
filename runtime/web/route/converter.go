package route

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// Converter is one kind of capture: which text it takes, and how a value is
// written into a URL. Django's converter classes.
type Converter struct {
	// Name stands before the colon: <name:capture>.
	Name string
	// Regex is what a captured text looks like as a whole (Go syntax); for
	// converters of a site's own. The built-in ones need none.
	Regex *regexp.Regexp
	// Accept has the last word on a text that looks right (to_python's
	// ValueError); nil accepts everything.
	Accept func(text string) bool
	// Format writes a value as text (to_url); nil prints it as Go does.
	// An error says that the value does not fit.
	Format func(value any) (string, error)

	// run is the longest beginning of p that the converter can take; the
	// built-ins have it.
	run func(p []byte) int
	// whole says that only the run itself matches, nothing shorter.
	whole bool
	// crosses says that a capture may hold slashes, encoded ones too.
	crosses bool
	// integer is set for captures that have to fit an int64.
	integer bool
	// reach is how far a capture goes, where Regex says what one is.
	reach reach
	// value is what a captured text stands for, nil for the text itself; of [NewConverter].
	value func(text string) (any, error)
}

// Builtin returns Django's path converters: str, int, slug, uuid and path.
func Builtin() []*Converter {
	return []*Converter{
		{Name: "str", run: runStr},
		{Name: "int", run: runInt, integer: true},
		{Name: "slug", run: runSlug},
		{Name: "uuid", run: runUUID, whole: true},
		{Name: "path", run: runPath, crosses: true},
	}
}

// word is the class [-a-zA-Z0-9_].
var word = func() (t [256]bool) {
	for c := range t {
		t[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
	}
	return t
}()

// runStr ends before a slash, also before an encoded one: a str never holds
// a slash, whatever a client sends.
func runStr(p []byte) int {
	for i, c := range p {
		if c == '/' || c == '%' && encodedSlash(p[i:]) {
			return i
		}
	}
	return len(p)
}

func encodedSlash(p []byte) bool {
	return len(p) >= 3 && p[0] == '%' && p[1] == '2' && (p[2] == 'F' || p[2] == 'f')
}

// runPath takes everything but line breaks, as Django's expression .+ does.
func runPath(p []byte) int {
	if at := bytes.IndexByte(p, '\n'); at >= 0 {
		return at
	}
	return len(p)
}

func runInt(p []byte) int {
	for i, c := range p {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(p)
}

func runSlug(p []byte) int {
	for i, c := range p {
		if !word[c] {
			return i
		}
	}
	return len(p)
}

// runUUID takes 8-4-4-4-12 lower-case hexadecimal digits.
func runUUID(p []byte) int {
	if len(p) < 36 {
		return 0
	}
	for i, c := range p[:36] {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return 0
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return 0
			}
		}
	}
	return 36
}

// accepts reports whether the converter takes text as a whole, which holds no
// encoding any more.
func (c *Converter) accepts(text string) bool {
	switch {
	case text == "":
		return false
	case c.run != nil:
		// A percent sign here is a percent sign: encoded slashes were decoded.
		for i := range len(text) {
			if text[i] == '/' && !c.crosses {
				return false
			}
		}
		if c.Name != "str" && c.run([]byte(text)) != len(text) {
			return false
		}
	case !c.Regex.MatchString(text):
		return false
	}
	if c.integer {
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return false
		}
	}
	return c.Accept == nil || c.Accept(text)
}

// format writes a value for a URL.
func (c *Converter) format(value any) (string, error) {
	if c.Format != nil {
		return c.Format(value)
	}
	switch v := value.(type) {
	case string:
		return v, nil
	case fmt.Stringer:
		return v.String(), nil
	}
	return fmt.Sprint(value), nil
}

// anchored makes a regular expression match whole texts only, and longest first.
func anchored(re *regexp.Regexp) (*regexp.Regexp, error) {
	return regexp.Compile(`\A(?:` + re.String() + `)\z`)
}
