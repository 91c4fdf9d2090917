package route

import (
	"fmt"
	"slices"
	"strings"
)

// NoReverseMatch says that no route has the name, or none fits the arguments.
type NoReverseMatch struct {
	// Name is the name asked for.
	Name string
	// Tried are the patterns of that name; empty when there is none.
	Tried []string
	// Near is a name that looks like it, where there is one.
	Near string

	named map[string]any
	args  []any
}

func (e *NoReverseMatch) Error() string {
	if len(e.Tried) == 0 {
		s := fmt.Sprintf("reverse %q: no route has that name", e.Name)
		if e.Near != "" {
			s += fmt.Sprintf("; did you mean %q?", e.Near)
		}
		return s
	}
	what := "no arguments"
	if len(e.named) > 0 {
		what = fmt.Sprintf("arguments %v", e.named)
	} else if len(e.args) > 0 {
		what = fmt.Sprintf("arguments %v", e.args)
	}
	return fmt.Sprintf("reverse %q: %s fit none of %s", e.Name, what, strings.Join(e.Tried, ", "))
}

// Options are what a reverse may say beside the arguments.
type Options struct {
	// Query is added after a question mark, encoded already.
	Query string
	// Fragment is added after a hash, and quoted; HasFragment writes the hash
	// before an empty one too.
	Fragment    string
	HasFragment bool
	// Prefix is the path beneath which a proxy mounts the site, not encoded:
	// "/app/"; empty for the root (Django's script prefix).
	Prefix string
	// CurrentApp is the namespace of the request at hand: where a name begins with an application
	// namespace, the instance that is current is preferred.
	CurrentApp string
}

// Reverse returns the path of the route called name, with args for its captures in
// order. Names may have namespaces before them: "shop:cart".
func (t *Table) Reverse(name string, args ...any) (string, error) {
	return t.reverse(name, "", args, nil)
}

// ReverseNamed is Reverse with arguments by name.
func (t *Table) ReverseNamed(name string, kwargs map[string]any) (string, error) {
	return t.reverse(name, "", nil, kwargs)
}

// ReverseWith is Reverse with named arguments or, where kwargs is nil, args, and options.
func (t *Table) ReverseWith(o Options, name string, args []any, kwargs map[string]any) (string, error) {
	url, err := t.reverse(name, o.CurrentApp, args, kwargs)
	if err != nil {
		return "", err
	}
	if prefix := strings.TrimSuffix(o.Prefix, "/"); prefix != "" {
		host, path := splitHost(url)
		url = host + Guard(Rest(prefix)+path)
	}
	if o.Query != "" {
		url += "?" + o.Query
	}
	if o.Fragment != "" || o.HasFragment {
		url += "#" + Rest(o.Fragment)
	}
	return url, nil
}

func (t *Table) reverse(name, current string, args []any, kwargs map[string]any) (string, error) {
	if len(args) > 0 && len(kwargs) > 0 {
		return "", fmt.Errorf("reverse %q: arguments in order and by name do not mix", name)
	}
	fail := &NoReverseMatch{Name: name, args: args, named: kwargs}
	sc, last := t.scope.find(name, current)
	if sc == nil || len(sc.names[last]) == 0 {
		fail.Near = Nearest(name, names(t.entries))
		return "", fail
	}
	// Django tries the last route of a name first.
	for _, c := range slices.Backward(sc.names[last]) {
		if url, ok := c.build(args, kwargs); ok {
			return url, nil
		}
		fail.Tried = append(fail.Tried, c.entry.Pattern)
	}
	return "", fail
}

// splitHost splits "//host/path". No path begins with two slashes (see Guard).
func splitHost(url string) (host, path string) {
	if !strings.HasPrefix(url, "//") {
		return "", url
	}
	end := 2 + strings.IndexByte(url[2:], '/')
	return url[:end], url[end:]
}

// build writes the URL of a candidate, if the arguments fit it: its path, with "//" and the host
// before it where it is bound to one.
func (c candidate) build(args []any, kwargs map[string]any) (string, bool) {
	host, ok := c.entry.host.build(func(i int, p part) any {
		if i < len(args) {
			return args[i]
		}
		if v, ok := kwargs[p.name]; ok {
			return v
		}
		return c.defaults[p.name]
	})
	if !ok {
		return "", false
	}
	path, ok := c.buildPath(args, kwargs)
	return host + path, ok
}

func (c candidate) buildPath(args []any, kwargs map[string]any) (string, bool) {
	if c.entry.expression != nil {
		return c.buildExpression(args, kwargs)
	}
	names := c.entry.Captures
	if len(args) > 0 {
		if len(args) != len(names) {
			return "", false
		}
	} else if !c.fits(kwargs) {
		return "", false
	}
	var b strings.Builder
	next := c.entry.hostCaptures()
	for _, p := range c.entry.parts {
		if p.conv == nil {
			b.WriteString(Rest(p.literal))
			continue
		}
		var value any
		if len(args) > 0 {
			value = args[next]
		} else if v, ok := kwargs[p.name]; ok {
			value = v
		} else {
			value = c.defaults[p.name]
		}
		next++
		text, err := p.conv.format(value)
		if err != nil || !p.conv.accepts(text) {
			return "", false
		}
		b.WriteString(Rest(text))
	}
	return Guard(b.String()), true
}

// fits reports whether named arguments are the captures, give or take the
// route's constants, which have to be the same where they are given.
func (c candidate) fits(kwargs map[string]any) bool { return c.fitsNames(c.entry.Captures, kwargs) }

func (c candidate) fitsNames(names []string, kwargs map[string]any) bool {
	for _, name := range names {
		if _, ok := kwargs[name]; ok {
			continue
		}
		if _, ok := c.defaults[name]; !ok {
			return false
		}
	}
	for name, value := range kwargs {
		if slices.Contains(names, name) {
			continue
		}
		if fixed, ok := c.defaults[name]; !ok || !sameConstant(fixed, value) {
			return false
		}
	}
	return true
}

// Nearest returns the name that is most like the given one, "" where none is
// much like it: for messages that say what was meant.
func Nearest(name string, names []string) string {
	best, distance := "", len(name)/3+2
	for _, have := range names {
		if d := edits(name, have); d < distance && have != "" {
			best, distance = have, d
		}
	}
	return best
}

func names(entries []Entry) []string {
	all := make([]string, len(entries))
	for i := range entries {
		all[i] = entries[i].Name
	}
	return all
}

// edits is the Levenshtein distance of two names, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}

// sameConstant reports whether an argument is what a route has as a constant: the text "1" is not the number 1.
func sameConstant(fixed, value any) bool {
	_, text := fixed.(string)
	_, given := value.(string)
	return text == given && fmt.Sprint(fixed) == fmt.Sprint(value)
}
