package schema

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// at makes a range in a one-line or several-line text by what stands there.
func at(file, text, what string) hcl.Range {
	start := strings.Index(text, what)
	pos := func(i int) hcl.Pos {
		line := strings.Count(text[:i], "\n") + 1
		return hcl.Pos{Line: line, Column: i - strings.LastIndexByte(text[:i], '\n'), Byte: i}
	}
	return hcl.Range{Filename: file, Start: pos(start), End: pos(start + len(what))}
}

func TestRender(t *testing.T) {
	text := "a = 1\n\tb = \"日本\" + c\nlong = [\n  1,\n]\n"
	sources := NewSources()
	sources.Add("x.hcl", []byte(text))
	long := strings.Repeat("x", 60) + "HERE" + strings.Repeat("y", 60)
	sources.Add("long.hcl", []byte(long))
	one := func(r hcl.Range) Diagnostics {
		return Diagnostics{{Summary: "Wrong", Detail: "It is wrong. Change it.", Subject: r}}
	}
	for _, c := range []struct {
		name    string
		diags   Diagnostics
		options RenderOptions
		want    string
	}{
		{"nothing", nil, RenderOptions{}, ""},
		{"a tab and wide letters", one(at("x.hcl", text, "c\n")), RenderOptions{}, `x.hcl:2:17: error: Wrong

  2 |     b = "日本" + c
    |                  ^

  It is wrong. Change it.

1 error in x.hcl
`},
		{"a place of several lines", one(at("x.hcl", text, "[\n  1,\n]")), RenderOptions{}, `x.hcl:3:8: error: Wrong

  3 | long = [
    |        ^

  It is wrong. Change it.

1 error in x.hcl
`},
		{"a long line", one(at("long.hcl", long, "HERE")), RenderOptions{Width: 46}, `long.hcl:1:61: error: Wrong

  1 | …xxxxxxxxxxxxxxxxxxHEREyyyyyyyyyyyyyyyy…
    |                    ^^^^

  It is wrong. Change it.

1 error in long.hcl
`},
		{"a file as a whole", one(hcl.Range{Filename: "y.hcl"}), RenderOptions{}, `y.hcl: error: Wrong

  It is wrong. Change it.

1 error in y.hcl
`},
		{"a file that is not known", one(at("y.hcl", text, "a")), RenderOptions{}, `y.hcl:1:1: error: Wrong

  It is wrong. Change it.

1 error in y.hcl
`},
		{"colours", one(at("x.hcl", text, "1")), RenderOptions{Color: true}, "\x1b[1mx.hcl:1:5:\x1b[0m \x1b[1;31merror:\x1b[0m \x1b[1mWrong\x1b[0m\n\n" +
			"  \x1b[1;34m1 |\x1b[0m a = 1\n  \x1b[1;34m  |\x1b[0m     \x1b[1;31m^\x1b[0m\n\n  It is wrong. Change it.\n\n\x1b[1;31m1 error\x1b[0m in x.hcl\n"},
		{"several, sorted and once each, with another place", Diagnostics{
			{Severity: Warning, Summary: "Later", Detail: "It is late.", Subject: at("x.hcl", text, "long")},
			{Summary: "Wrong", Detail: "It is wrong.", Subject: at("x.hcl", text, "a"), Related: []Related{{at("x.hcl", text, "long"), "this too"}}},
			{Severity: Warning, Summary: "Later", Detail: "It is late.", Subject: at("x.hcl", text, "long")},
		}, RenderOptions{}, `x.hcl:1:1: error: Wrong

  1 | a = 1
    | ^

  It is wrong.

  x.hcl:3:1: this too

  3 | long = [
    | ^^^^

x.hcl:3:1: warning: Later

  3 | long = [
    | ^^^^

  It is late.

1 error, 1 warning in x.hcl
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got bytes.Buffer
			Render(&got, c.diags, sources, c.options)
			if got.String() != c.want {
				t.Errorf("rendered as\n%s\nwant\n%s", got.String(), c.want)
			}
		})
	}
}

func TestRenderJSON(t *testing.T) {
	text := "a = 1\nb = 2\n"
	sources := NewSources()
	sources.Add("x.hcl", []byte(text))
	var got bytes.Buffer
	err := RenderJSON(&got, Diagnostics{
		{Severity: Warning, Summary: "Odd", Detail: "It is odd.", Subject: at("x.hcl", text, "2"), Related: []Related{{at("x.hcl", text, "1"), "this too"}}},
	}, sources)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"format_version":"1.0","valid":true,"error_count":0,"warning_count":1,"diagnostics":[{"severity":"warning","summary":"Odd",
"detail":"It is odd.","range":{"filename":"x.hcl","start":{"line":2,"column":5,"byte":10},"end":{"line":2,"column":6,"byte":11}},
"snippet":{"context":null,"code":"b = 2","start_line":2,"highlight_start_offset":4,"highlight_end_offset":5,"values":[]},
"related":[{"message":"this too","range":{"filename":"x.hcl","start":{"line":1,"column":5,"byte":4},"end":{"line":1,"column":6,"byte":5}}}]}]}`
	var compact bytes.Buffer
	if err := json.Compact(&compact, got.Bytes()); err != nil {
		t.Fatal(err)
	}
	if compact.String() != strings.ReplaceAll(want, "\n", "") {
		t.Errorf("written as\n%s", got.String())
	}
}
