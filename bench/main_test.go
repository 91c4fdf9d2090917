package main

import (
	"io"
	"slices"
	"strings"
	"testing"
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
