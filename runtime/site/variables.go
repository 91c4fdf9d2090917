package site

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/debugpage"
)

// Variable is a variable block of the site file that the environment may set.
type Variable struct {
	Name string
	// Env is the environment variable that is read when the site starts.
	Env string
	// Default counts where Env is not set; Required says that there is none.
	Default  string
	Required bool
	// Sensitive keeps the value out of what the site prints.
	Sensitive bool
}

// Variables holds the values for one run. Generated code asks it for what the
// site file binds; what does not parse is remembered and reported by Err, all
// of it at once.
type Variables struct {
	declared []Variable
	values   map[string]string
	errs     []error
}

// readVariables looks every declared variable up.
func readVariables(declared []Variable, lookup func(string) (string, bool)) *Variables {
	v := &Variables{declared: declared, values: map[string]string{}}
	for _, d := range declared {
		value, ok := lookup(d.Env)
		switch {
		case ok:
			v.values[d.Name] = value
		case d.Required:
			v.values[d.Name] = ""
			v.errs = append(v.errs, fmt.Errorf("the environment variable %s is not set: variable %q of the site has no default", d.Env, d.Name))
		default:
			v.values[d.Name] = d.Default
		}
	}
	return v
}

// Err is everything that was wrong with the values so far.
func (v *Variables) Err() error { return errors.Join(v.errs...) }

// String puts a value together: parts are a variable's name behind a dollar
// sign ("$database_url"), or literal text.
func (v *Variables) String(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		name, isVariable := strings.CutPrefix(p, "$")
		if value, ok := v.values[name]; isVariable && ok {
			b.WriteString(value)
		} else {
			b.WriteString(p)
		}
	}
	return b.String()
}

// Strings is a list in one variable, separated by commas: SITE_DOMAINS=a.example,b.example.
func (v *Variables) Strings(parts ...string) []string {
	var list []string
	for _, item := range strings.Split(v.String(parts...), ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// Int is a whole number.
func (v *Variables) Int(parts ...string) int {
	n, err := strconv.Atoi(v.String(parts...))
	if err != nil {
		v.fail(parts, "a whole number such as 4")
	}
	return n
}

// Float is a number.
func (v *Variables) Float(parts ...string) float64 {
	n, err := strconv.ParseFloat(v.String(parts...), 64)
	if err != nil {
		v.fail(parts, "a number")
	}
	return n
}

// Bool is true or false.
func (v *Variables) Bool(parts ...string) bool {
	b, err := strconv.ParseBool(v.String(parts...))
	if err != nil {
		v.fail(parts, "true or false")
	}
	return b
}

// Duration is a time such as "30s", "1h30m" or "365d".
func (v *Variables) Duration(parts ...string) time.Duration {
	d, err := parseDuration(v.String(parts...))
	if err != nil {
		v.fail(parts, `a time such as "30s", "5m" or "1d"`)
	}
	return d
}

// Size is a number of bytes, written "512", "64KB" or "10MB".
func (v *Variables) Size(parts ...string) int64 {
	n, err := parseSize(v.String(parts...))
	if err != nil {
		v.fail(parts, `a size such as "512KB" or "10MB"`)
	}
	return n
}

// Prefix is a network such as "10.0.0.0/8", or one address.
func (v *Variables) Prefix(parts ...string) netip.Prefix {
	p, err := proxy.ParseNetwork(v.String(parts...))
	if err != nil {
		v.fail(parts, `a network such as "10.0.0.0/8"`)
	}
	return p
}

// fail remembers that the value made of parts is not what it has to be.
func (v *Variables) fail(parts []string, want string) {
	text := strconv.Quote(v.String(parts...))
	var names []string
	for _, d := range v.declared {
		for _, p := range parts {
			if p != "$"+d.Name {
				continue
			}
			names = append(names, d.Env)
			if d.Sensitive {
				text = "its value"
			}
		}
	}
	v.errs = append(v.errs, fmt.Errorf("%s: %s is not %s", strings.Join(names, ", "), text, want))
}

func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || !(n >= 0 && n <= 365*250) { // nor not a number
			return 0, errors.New("not a number of days")
		}
		return time.Duration(n * 24 * float64(time.Hour)), nil
	}
	d, err := time.ParseDuration(s)
	if err == nil && d < 0 {
		err = errors.New("negative")
	}
	return d, err
}

func parseSize(s string) (int64, error) {
	units := []struct {
		suffix string
		factor int64
	}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}, {"", 1}}
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.suffix); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err != nil || !(n >= 0 && n*float64(u.factor) <= 1<<53) { // nor not a number
				return 0, errors.New("not a size")
			}
			return int64(n * float64(u.factor)), nil
		}
	}
	return 0, errors.New("not a size")
}

// environment is where variables come from outside tests.
func environment(name string) (string, bool) { return os.LookupEnv(name) }

// Settings are the values, for the page that a failure has while the site is being developed; those of
// sensitive variables are hidden.
func (e *Env) Settings() (list []web.Setting) {
	if !e.Debug {
		return nil
	}
	for _, d := range e.Variables.declared {
		value := e.Variables.values[d.Name]
		if d.Sensitive {
			value = debugpage.Redacted
		}
		list = append(list, web.Setting{Name: "var." + d.Name, Value: value})
	}
	return list
}
