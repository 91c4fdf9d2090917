package schema

import (
	"bytes"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"indentation", "a {\nb {\nc=1\n}\n}\n", "a {\n  b {\n    c = 1\n  }\n}\n"},
		{"equals signs beneath each other", "a=1\nlong=2\n\nb=3\n", "a    = 1\nlong = 2\n\nb = 3\n"},
		{"values of several lines by themselves", "a = 1\nlong = [\n1,\n2\n]\n", "a = 1\nlong = [\n  1,\n  2\n]\n"},
		{"blocks of one line beneath each other", "route \"/\" { view=view.a }\nroute \"/posts/\" {view = view.b}\n",
			"route \"/\"       { view = view.a }\nroute \"/posts/\" { view = view.b }\n"},
		{"comments beneath each other", "a = 1 # one\nlong = 2     // two\n", "a    = 1 # one\nlong = 2 // two\n"},
		{"comments of their own", "#  one\na {\n# two\n}\n", "#  one\na {\n  # two\n}\n"},
		{"empty lines", "\n\na {\n\n\nb = 1\n\n\n\nc = 2\n\n}\n\n\n", "a {\n  b = 1\n\n  c = 2\n}\n"},
		{"spaces", "a = [ 1,2 , f( x,y ) ]\n", "a = [1, 2, f(x, y)]\n"},
		{"operators", "a = -1+2*(b -c)&&!d\n", "a = -1 + 2 * (b - c) && !d\n"},
		{"a minus behind a bracket", "a = (-1)\nb = [-1, 2-3]\n", "a = (-1)\nb = [-1, 2 - 3]\n"},
		{"conditionals", "a = b?c:d\n", "a = b ? c : d\n"},
		{"lookups", "a = b [0] .c\nd = e.*.f\n", "a = b [0].c\nd = e.*.f\n"},
		{"loops", "a = [for x in [1,2]: x if x>1]\n", "a = [for x in [1, 2] : x if x > 1]\n"},
		{"objects", "a = {b=1,c=2}\n", "a = { b = 1, c = 2 }\n"},
		{"objects with colons", "a = {b:1, c : 2}\n", "a = { b: 1, c: 2 }\n"},
		{"empty objects", "a = { }\nb {\n}\n", "a = {}\nb {\n}\n"},
		{"strings stay", "a = \"x  ${ y }  z\"\n", "a = \"x  ${ y }  z\"\n"},
		{"references out of strings", "a = \"${var.x}\"\nb = [\"${var.y}\"]\n", "a = var.x\nb = [var.y]\n"},
		{"calls stay in strings", "a = \"${f(x)}\"\n", "a = \"${f(x)}\"\n"},
		{"labels in quotes", "site blog {\n}\n", "site \"blog\" {\n}\n"},
		{"heredocs stay", "a = <<EOT\n  x\n   y\nEOT\nb=1\n", "a = <<EOT\n  x\n   y\nEOT\nb = 1\n"},
		{"line breaks of Windows", "a=1\r\nb = 2\r\n", "a = 1\nb = 2\n"},
		{"no line break at the end", "a=1", "a = 1\n"},
		{"wide letters", "a = \"ä\" # x\nb = \"日本\" # y\n", "a = \"ä\"    # x\nb = \"日本\" # y\n"},
		{"brackets that open together", "a = f({\nb = 1\n})\n", "a = f({\n  b = 1\n})\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, diags := Format("x.hcl", []byte(c.in))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if string(got) != c.want {
				t.Errorf("formatted as\n%s\nwant\n%s", got, c.want)
			}
			again, diags := Format("x.hcl", got)
			if diags.HasErrors() || !bytes.Equal(again, got) {
				t.Errorf("formatted again as\n%s\n%v", again, diags)
			}
		})
	}
}

// TestFormatKeepsTokens formats every site of the other tests: nothing but
// white space may change.
func TestFormatKeepsTokens(t *testing.T) {
	for _, dir := range []string{"valid", "invalid"} {
		for name, a := range archives(t, dir) {
			src := section(a, "site.hcl")
			out, diags := Format("site.hcl", src)
			if diags.HasErrors() {
				continue
			}
			want, got := significant(src), significant(out)
			if len(want) != len(got) {
				t.Errorf("%s has %d tokens, and %d when it is formatted", name, len(want), len(got))
				continue
			}
			for i := range want {
				if want[i] != got[i] {
					t.Errorf("%s: token %q became %q", name, want[i], got[i])
				}
			}
		}
	}
}

func significant(src []byte) []string {
	tokens, _ := hclsyntax.LexConfig(src, "x.hcl", hcl.InitialPos)
	var out []string
	for _, t := range tokens {
		if t.Type != hclsyntax.TokenNewline && t.Type != hclsyntax.TokenEOF {
			out = append(out, string(t.Bytes))
		}
	}
	return out
}

func TestFormatRefusesWhatDoesNotParse(t *testing.T) {
	for _, c := range []struct{ name, file, in string }{
		{"native", "x.hcl", "a = [\n"},
		{"JSON", "x.hcl.json", "{\"a\": }"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, diags := Format(c.file, []byte(c.in))
			if out != nil || !diags.HasErrors() {
				t.Errorf("formatted as %q with %v", out, diags)
			}
		})
	}
}

func TestFormatJSON(t *testing.T) {
	out, diags := Format("site.hcl.json", []byte(`{"site":{"x":{}}}`))
	if want := "{\n  \"site\": {\n    \"x\": {}\n  }\n}\n"; diags.HasErrors() || string(out) != want {
		t.Errorf("formatted as\n%s%v", out, diags)
	}
}
