package route_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"stackgen.dev/runtime/web/route"
)

// The table testdata/urls.json says what Django 6.1 answers. Every case runs;
// those of ../testdata/differences.json are listed there with the reason why they differ, and have to.

type djangoPattern struct {
	Kind, Via, Route, Name string
	AppName                string `json:"app_name"`
	Namespace              string
	Extra                  map[string]any
	URLs                   []djangoPattern
}

type djangoCase struct {
	ID, Kind, Path, View, Error, Name, URL string
	Route                                  string
	Kwargs                                 map[string]any
	Args                                   []any
	Query                                  map[string]any
	Fragment                               *string
	CurrentApp                             string  `json:"current_app"`
	ScriptPrefix                           *string `json:"script_prefix"`
	Tags                                   []string
}

func (p djangoPattern) regex() bool { return p.Kind == "re_path" || p.Via == "re_path" }

func routesOf(patterns []djangoPattern, root string) []route.Route {
	routes := []route.Route{}
	for _, p := range patterns {
		r := route.Route{Pattern: root + p.Route, Name: p.Name, Extra: p.Extra, Namespace: p.Namespace, AppName: p.AppName}
		if p.regex() {
			r.Pattern, r.Regex = p.Route, true
		}
		if p.Kind == "include" {
			r.Include = routesOf(p.URLs, "")
		}
		routes = append(routes, r)
	}
	return routes
}

func TestDjangoURLs(t *testing.T) {
	var file struct {
		Header struct{ Patterns []djangoPattern }
		Cases  []djangoCase
	}
	raw, err := os.ReadFile("testdata/urls.json")
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	table, err := route.Compile(routesOf(file.Header.Patterns, "/"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err = os.ReadFile("../testdata/differences.json")
	if err != nil {
		t.Fatal(err)
	}
	var differences map[string]map[string]string
	if err := json.Unmarshal(raw, &differences); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		check := reverse
		if c.Kind == "resolve" {
			check = resolve
		}
		problem := check(table, c)
		reason, listed := differences["urls"][c.ID]
		switch {
		case listed && problem == "":
			t.Errorf("%s: listed as a difference (%s), but gives what Django gives", c.ID, reason)
		case !listed && problem != "":
			t.Errorf("%s: %s", c.ID, problem)
		}
	}
}

// resolve says how an answer differs from the case's, "" for not at all; so does reverse.
func resolve(table *route.Table, c djangoCase) string {
	var m route.Match
	found := table.Match([]byte(strings.ReplaceAll(c.Path, "%", "%25")), &m)
	if c.Error != "" {
		if found {
			return fmt.Sprintf("%q matched %s, want none", c.Path, m.Entry().Pattern)
		}
		return ""
	}
	if !found {
		return fmt.Sprintf("%q matched nothing, want %s", c.Path, c.View)
	}
	e := m.Entry()
	if strings.TrimPrefix(e.Pattern, "/") != c.Route {
		return fmt.Sprintf("%q matched %s, want %s", c.Path, e.Pattern, c.Route)
	}
	got := map[string]any{}
	for i, name := range e.Captures {
		text, ok := m.Capture(name)
		if !ok {
			continue // an optional group that is not there
		}
		got[name] = any(text)
		if strings.Contains(e.Pattern, "<int:"+e.Captures[i]+">") {
			n, ok := m.Int(name)
			if !ok {
				return fmt.Sprintf("%s is no integer: %q", name, text)
			}
			got[name] = json.Number(strconv.FormatInt(n, 10))
		}
	}
	for name, value := range e.Extra {
		got[name] = value
	}
	want := map[string]any{}
	for i, value := range c.Args {
		want[strconv.Itoa(i)] = plain(value)
	}
	for name, value := range c.Kwargs {
		want[name] = plain(value)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Sprintf("%q captured %v, want %v", c.Path, got, want)
	}
	return ""
}

func reverse(table *route.Table, c djangoCase) string {
	args := []any{}
	for _, a := range c.Args {
		args = append(args, plain(a))
	}
	kwargs := map[string]any{}
	for k, v := range c.Kwargs {
		kwargs[k] = plain(v)
	}
	var query []string
	for k, v := range c.Query {
		values, ok := v.([]any)
		if !ok {
			values = []any{v}
		}
		for _, one := range values {
			text := strings.ReplaceAll(route.Segment(pythonText(one)), "%20", "+")
			query = append(query, k+"="+strings.ReplaceAll(text, "&", "%26"))
		}
	}
	options := route.Options{Query: strings.Join(query, "&"), CurrentApp: c.CurrentApp}
	if c.Fragment != nil {
		options.Fragment, options.HasFragment = *c.Fragment, true
	}
	if c.ScriptPrefix != nil {
		options.Prefix = *c.ScriptPrefix
	}
	url, err := table.ReverseWith(options, c.Name, args, kwargs)
	if c.Error != "" {
		if err == nil {
			return fmt.Sprintf("got %q, want an error", url)
		}
		return ""
	}
	if err != nil || url != c.URL {
		return fmt.Sprintf("got %q, %v; want %q", url, err, c.URL)
	}
	return ""
}

// plain turns a value of the table into what Go code would pass.
func plain(v any) any {
	if m, ok := v.(map[string]any); ok {
		for _, key := range []string{"$uuid", "$float", "$int"} {
			if s, ok := m[key].(string); ok {
				return s
			}
		}
	}
	return v
}

// pythonText is a value as Python prints it.
func pythonText(v any) string {
	if v == nil {
		return "None"
	}
	return fmt.Sprint(v)
}
