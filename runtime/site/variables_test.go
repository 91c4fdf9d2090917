package site

import (
	"math"
	"strings"
	"testing"
	"time"
)

// variables are these values by name, each from the environment variable of the same name.
func variables(values map[string]string) *Variables {
	var declared []Variable
	for name := range values {
		declared = append(declared, Variable{Name: name, Env: name})
	}
	return readVariables(declared, func(env string) (string, bool) { v, ok := values[env]; return v, ok })
}

func TestVariablesString(t *testing.T) {
	v := variables(map[string]string{"host": "a.example", "empty": ""})
	tests := []struct {
		name  string
		parts []string
		want  string
	}{
		{"literal", []string{"http://b.example"}, "http://b.example"},
		{"variable", []string{"$host"}, "a.example"},
		{"both", []string{"http://", "$host", ":80", "$empty"}, "http://a.example:80"},
		{"a dollar sign that begins no variable", []string{"$host", "$path", "$"}, "a.example$path$"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := v.String(tt.parts...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestVariablesDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"30s": 30 * time.Second, "1h30m": 90 * time.Minute, "1d": 24 * time.Hour, "0.5d": 12 * time.Hour, "0s": 0} {
		v := variables(map[string]string{"x": text})
		if got := v.Duration("$x"); got != want || v.Err() != nil {
			t.Errorf("%s: %v, %v", text, got, v.Err())
		}
	}
	for _, text := range []string{"", "5", "-5s", "-1d", "NaNd", "Infd", "1e9d", "d", "999999999h"} {
		v := variables(map[string]string{"x": text})
		if v.Duration("$x"); v.Err() == nil || !strings.Contains(v.Err().Error(), "x: ") {
			t.Errorf("%q is accepted: %v", text, v.Err())
		}
	}
}

func TestVariablesSize(t *testing.T) {
	for text, want := range map[string]int64{"512": 512, "64KB": 64 << 10, "1.5MB": 3 << 19, "2 GB": 2 << 30, "7B": 7, "0": 0} {
		v := variables(map[string]string{"x": text})
		if got := v.Size("$x"); got != want || v.Err() != nil {
			t.Errorf("%s: %v, %v", text, got, v.Err())
		}
	}
	for _, text := range []string{"", "MB", "-1", "NaN", "NaNMB", "InfGB", "1e300"} {
		v := variables(map[string]string{"x": text})
		if n := v.Size("$x"); v.Err() == nil || n == math.MinInt64 {
			t.Errorf("%q is accepted as %d", text, n)
		}
	}
}

// A value that is kept secret stands in no message.
func TestSensitiveVariable(t *testing.T) {
	v := readVariables([]Variable{{Name: "x", Env: "X", Sensitive: true}, {Name: "y", Env: "Y", Required: true}},
		func(env string) (string, bool) { return "hunter2", env == "X" })
	v.Int("$x")
	if err := v.Err(); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "Y is not set") {
		t.Errorf("error %v", err)
	}
}
