package generator

import (
	"bytes"
	"encoding/json"
	"fmt"

	"stackgen.dev/runtime/web/debugpage"
	"stackgen.dev/schema"
)

// debugPath is the file that the debug page reads beside the places: what the
// site is made of, in words. It holds no lines, so that moving one leaves it alone, and
// no secrets; nothing of it is in the binary.
const debugPath = "gen/debug.json"

// debugInfo writes it, an entry a line.
func (p *project) debugInfo() []byte {
	info := debugpage.Info{}
	for _, l := range p.site.Proxy.Listens {
		info.Listeners = append(info.Listeners, debugpage.Part{Address: "listen." + l.Name, Text: l.Address.V})
	}
	for _, l := range p.site.Proxy.Locations {
		info.Locations = append(info.Locations, debugpage.Part{Address: "location." + l.Pattern, Text: locationAction(l)})
	}
	for _, m := range p.site.Middleware {
		part := debugpage.Part{Address: "middleware." + m.Name}
		if m.Go.Set() {
			part = debugpage.Part{Address: m.Go.Address(), Functions: []string{m.Go.Package + "." + m.Go.Name}}
		}
		info.Layers = append(info.Layers, part)
	}
	for _, v := range p.site.Views {
		part := debugpage.Part{Address: "view." + v.Name, Text: answerOf(v)}
		for _, ref := range v.Functions() {
			part.Functions = append(part.Functions, ref.Package+"."+ref.Name)
		}
		info.Views = append(info.Views, part)
	}
	for _, s := range p.site.Settings() {
		info.Settings = append(info.Settings, debugpage.Setting{Name: s.Name, Value: debugpage.RedactSetting(s.Name, s.Value), Default: s.Default})
	}
	var b bytes.Buffer
	b.WriteString("{\n")
	for i, list := range []struct {
		name string
		rows []any
	}{
		{"listeners", rowsOf(info.Listeners)}, {"locations", rowsOf(info.Locations)}, {"layers", rowsOf(info.Layers)},
		{"views", rowsOf(info.Views)}, {"settings", rowsOf(info.Settings)},
	} {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "  %q: [", list.name)
		for j, row := range list.rows {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n    ")
			lines := json.NewEncoder(&b)
			lines.SetEscapeHTML(false)
			if err := lines.Encode(row); err != nil {
				bug("debug: %v", err)
			}
			b.Truncate(b.Len() - 1)
		}
		if len(list.rows) > 0 {
			b.WriteString("\n  ")
		}
		b.WriteByte(']')
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

func rowsOf[T any](list []T) (rows []any) {
	for _, row := range list {
		rows = append(rows, row)
	}
	return rows
}

// locationAction says in a word or two what a location does.
func locationAction(l *schema.Location) string {
	switch {
	case l.Forward.App:
		return "forward to the application"
	case l.Forward.Upstream.Set():
		return "forward to upstream." + l.Forward.Upstream.Name
	case l.Static != nil:
		return "static"
	case l.Files != nil:
		return "files"
	case l.Redirect != nil:
		return "redirect"
	case l.Status != nil:
		return "status"
	}
	return "an answer of its own"
}
