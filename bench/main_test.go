package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Ensure that rows are chosen by name and stay in the table's order.
func TestChooseRows(t *testing.T) {
	var all []string
	for _, r := range rowTable() {
		all = append(all, r.name)
	}
	for _, test := range []struct {
		name  string
		asked []string
		want  []string
		err   string
	}{
		{name: "no name is every row", want: all},
		{name: "one row", asked: []string{"proxied"}, want: []string{"proxied"}},
		{name: "in the table's order, once", asked: []string{"proxied", "app", "app"}, want: []string{"app", "proxied"}},
		{name: "a group", asked: []string{"bars"}, want: []string{"app", "static1k", "static100k", "proxied"}},
		{name: "a group and one of its rows", asked: []string{"app", "bars"}, want: []string{"app", "static1k", "static100k", "proxied"}},
		{name: "an unknown row", asked: []string{"app", "nothing"}, err: "there is no row nothing; the rows are app, "},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := chooseRows(test.asked)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want %q", err, test.err)
				}
				return
			}
			var got []string
			for _, r := range rows {
				got = append(got, r.name)
			}
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("%v, %v; want %v", got, err, test.want)
			}
		})
	}
}

// Ensure that a run that would measure nothing is refused before anything starts.
func TestParseOptions(t *testing.T) {
	for _, test := range []struct {
		name string
		args string
		err  string
	}{
		{"what is meant without flags", "", ""},
		{"rows behind flags", "-rounds 3 -time 2s app", ""},
		{"no round", "-rounds 0", "begin at 1"},
		{"no connection", "-connections 0", "begin at 1"},
		{"half a second", "-time 1500ms", "whole seconds"},
		{"a negative warm-up", "-warmup -1s", "whole seconds"},
		{"one core for both", "-server-cpu 1", "same core"},
		{"an unknown flag", "-fast", "not defined"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseOptions(strings.Fields(test.args), io.Discard)
			switch {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

// Ensure that a quick run is quick but for what the command line says.
func TestQuick(t *testing.T) {
	for _, test := range []struct {
		name, args string
		rounds     int
		duration   time.Duration
		paced      bool
		peers      string
		rows       string
	}{
		{"a run to keep", "app", 5, 2 * time.Second, true, "", "app"},
		{"a quick one", "-quick app", 3, time.Second, false, "stackgen,nginx", "app"},
		{"a quick one of nothing in particular", "-quick", 3, time.Second, false, "stackgen,nginx", "bars"},
		{"a quick one with more rounds", "-rounds 7 -quick app", 7, time.Second, false, "stackgen,nginx", "app"},
		{"a quick one at half load of all", "-quick -half -peers stackgen app", 3, time.Second, true, "stackgen", "app"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := parseOptions(strings.Fields(test.args), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if o.rounds != test.rounds || o.duration != test.duration || o.paced != test.paced || o.peers != test.peers || strings.Join(o.rows, " ") != test.rows {
				t.Errorf("%+v", o)
			}
		})
	}
}

// Ensure that rows can be named apart and are what their names say.
func TestRowTable(t *testing.T) {
	names := map[string]bool{}
	for _, r := range rowTable() {
		if names[r.name] || groups()[r.name] != nil {
			t.Errorf("two rows or groups are called %s", r.name)
		}
		names[r.name] = true
		kinds := 0
		for _, is := range []bool{r.body.text != "", r.body.file != "", r.body.worlds != nil} {
			if is {
				kinds++
			}
		}
		if served := r.kind != reading && r.kind != hundred; served != (kinds == 1) {
			t.Errorf("%s: the body is a text, a file, or rows", r.name)
		}
		if strings.HasPrefix(r.name, "tls-") != (r.protocol == https && r.kind == load) || strings.HasPrefix(r.name, "h2-") != (r.protocol == http2) {
			t.Errorf("%s: protocol %d", r.name, r.protocol)
		}
		if r.django && r.setting("").secure {
			t.Errorf("%s: the nginx before gunicorn speaks no TLS", r.name)
		}
	}
}

// Ensure that each variant of the example is a change of it, or an error.
func TestVariants(t *testing.T) {
	site, err := os.ReadFile(filepath.Join("..", "examples", "bench.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range variants() {
		changed, err := v.change(string(site))
		if err != nil || (changed == string(site)) != (v.name == "site") {
			t.Errorf("%s: changed is %t, %v", v.name, changed != string(site), err)
		}
		if v.name != "secure" {
			continue
		}
		if _, err := v.change("site \"bench\" {}\n"); err == nil {
			t.Errorf("%s: a site without the listener was changed", v.name)
		}
	}
}
