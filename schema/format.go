package schema

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Format returns a site file in its canonical layout: aligned and indented,
// labels in quotes, no "${ }" around a single reference, at most one empty line
// in a row. The order stays as it is. A file that does not parse comes back as nil
// with what is wrong, as its layout cannot be told from its meaning.
func Format(filename string, src []byte) ([]byte, Diagnostics) {
	if strings.HasSuffix(filename, ".json") {
		return formatJSON(filename, src)
	}
	f, hclDiags := hclsyntax.ParseConfig(src, filename, hcl.InitialPos)
	if hclDiags.HasErrors() {
		var diags Diagnostics
		for _, d := range hclDiags {
			diags = append(diags, fromHCL(d))
		}
		return nil, diags.Sorted()
	}
	src = rewrite(src, edits(f.Body.(*hclsyntax.Body), src))
	return layOut(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), filename), nil
}

func formatJSON(filename string, src []byte) ([]byte, Diagnostics) {
	if _, hclDiags := parseFile(filename, src); hclDiags.HasErrors() {
		var diags Diagnostics
		for _, d := range hclDiags {
			diags = append(diags, fromHCL(d))
		}
		return nil, diags.Sorted()
	}
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(src), "", "  "); err != nil {
		return nil, Diagnostics{errorAt(fileStart(filename), "Invalid JSON", "The file is not JSON. Correct it first.")}
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// edits finds labels without quotes and interpolations of nothing else.
func edits(body *hclsyntax.Body, src []byte) []edit {
	var all []edit
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.Block:
			for i, r := range n.LabelRanges {
				if r.Start.Byte < len(src) && src[r.Start.Byte] != '"' {
					all = append(all, edit{r.Start.Byte, r.End.Byte, `"` + n.Labels[i] + `"`})
				}
			}
		case *hclsyntax.Attribute:
			all = append(all, unwrapping(n.Expr)...)
		}
		return nil
	})
	sort.Slice(all, func(i, j int) bool { return all[i].start < all[j].start })
	return all
}

// unwrapping takes the quotes off "${x}" where it is a whole value. Only plain
// references are unwrapped: they end where they seem to end.
func unwrapping(e hclsyntax.Expression) []edit {
	switch e := e.(type) {
	case *hclsyntax.TemplateWrapExpr:
		inner := e.Wrapped.Range()
		if _, ok := e.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok {
			return []edit{{e.SrcRange.Start.Byte, inner.Start.Byte, ""}, {inner.End.Byte, e.SrcRange.End.Byte, ""}}
		}
	case *hclsyntax.TupleConsExpr:
		var all []edit
		for _, item := range e.Exprs {
			all = append(all, unwrapping(item)...)
		}
		return all
	case *hclsyntax.ObjectConsExpr:
		var all []edit
		for _, item := range e.Items {
			all = append(all, unwrapping(item.ValueExpr)...)
		}
		return all
	}
	return nil
}

// rewrite applies edits, which are sorted and do not overlap.
func rewrite(src []byte, edits []edit) []byte {
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.start < at || e.end > len(src) {
			continue
		}
		out.Write(src[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.Write(src[at:])
	return out.Bytes()
}
