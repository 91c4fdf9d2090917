package schema

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// FuzzLoad looks for text that makes Load panic, or say something that cannot be shown.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(`site "x" {}`), false)
	f.Add([]byte(fmt.Sprintf(whereSite, `post.title == "x" && !post.open`)), false)
	f.Add([]byte(`{"site": {"x": {}}, "view": {"a": {"text": "${var.x}"}}}`), true)
	f.Add([]byte("include = [\"site.hcl\"]\nlocals {\n a = local.b\n b = local.a\n}\n"), false)
	f.Add([]byte("group \"/a/\" {\n group \"<int:b>/\" {\n route \"<path:c>\" { view = view.d }\n }\n}\n"), false)
	f.Fuzz(func(t *testing.T, text []byte, json bool) {
		t.Chdir(t.TempDir())
		name := "site.hcl"
		if json {
			name += ".json"
		}
		sources := NewSources()
		_, diags := load(name, text, sources)
		var out bytes.Buffer
		Render(&out, diags, sources, RenderOptions{})
		if formatted, diags := Format(name, text); !diags.HasErrors() {
			again, more := Format(name, formatted)
			if more.HasErrors() || !bytes.Equal(again, formatted) {
				t.Errorf("formatted twice %q becomes %q, then %q", text, formatted, again)
			}
		}
	})
}

// largeSite is a site of some 3,000 lines.
func largeSite() []byte {
	var b strings.Builder
	b.WriteString("site \"large\" {}\ndatabase { url = \"sqlite:x.db\" }\n")
	for i := range 100 {
		fmt.Fprintf(&b, `model "m%[1]d" {
  field "title" { type = char(200) }
  field "slug" {
    type   = slug
    unique = true
  }
  field "open" {
    type    = boolean
    default = false
  }
  field "seen" {
    type = datetime
    null = true
  }
  ordering = ["-seen"]
}
view "rows%[1]d" {
  query "rows" {
    model = model.m%[1]d
    where = m%[1]d.seen <= now() && !m%[1]d.open
    limit = 5
  }
  json {}
}
view "row%[1]d" {
  detail { model = model.m%[1]d }
  json {}
}
route "/m%[1]d/" { view = view.rows%[1]d }
route "/m%[1]d/<slug:slug>/" { view = view.row%[1]d }
`, i)
	}
	return []byte(b.String())
}

func TestLargeSiteIsValid(t *testing.T) {
	t.Chdir(t.TempDir())
	text := largeSite()
	if lines := bytes.Count(text, []byte("\n")); lines < 2900 || lines > 3100 {
		t.Fatalf("the site has %d lines", lines)
	}
	_, diags := load("site.hcl", text, NewSources())
	for _, d := range diags {
		t.Errorf("%s: %s", d.Subject, d.Summary)
	}
}

// BenchmarkLoad reads a site of some 3,000 lines.
func BenchmarkLoad(b *testing.B) {
	b.Chdir(b.TempDir())
	text := largeSite()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		load("site.hcl", text, NewSources())
	}
}

// BenchmarkFormat lays the same site out.
func BenchmarkFormat(b *testing.B) {
	text := largeSite()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Format("site.hcl", text)
	}
}
