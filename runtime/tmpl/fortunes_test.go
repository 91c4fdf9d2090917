package tmpl

import (
	"bytes"
	"html/template"
	"strconv"
	"strings"
	"testing"
)

type fortune struct {
	ID      int
	Message string
}

var fortunes = []fortune{
	{1, "fortune: No such file or directory"},
	{2, "A computer scientist is someone who fixes things that aren't broken."},
	{3, "After enough decimal places, nobody gives a damn."},
	{4, "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1"},
	{5, "A computer program does what you tell it to do, not what you want it to do."},
	{6, "Emacs is a nice operating system, but I prefer UNIX."},
	{7, "Any program that runs right is obsolete."},
	{8, "A list is only as strong as its weakest link."},
	{9, "Feature: A bug with seniority."},
	{10, "Computers make very fast, very accurate mistakes."},
	{11, `<script>alert("This should not be displayed in a browser alert box.");</script>`},
	{12, "フレームワークのベンチマーク"},
}

// appendFortunes is what the compiler makes of fortunesTemplate.
func appendFortunes(b []byte, list []fortune) []byte {
	b = append(b, `<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>`...)
	for _, f := range list {
		b = append(b, "<tr><td>"...)
		b = strconv.AppendInt(b, int64(f.ID), 10)
		b = append(b, "</td><td>"...)
		b = AppendHTML(b, f.Message)
		b = append(b, "</td></tr>"...)
	}
	return append(b, "</table></body></html>"...)
}

const fortunesTemplate = `<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>` +
	`{{ range . }}<tr><td>{{ .ID }}</td><td>{{ .Message }}</td></tr>{{ end }}</table></body></html>`

// TestFortunes ensures that the page is html/template's, but for how quotes are
// written, and that nothing is allocated beyond the slice.
func TestFortunes(t *testing.T) {
	var want bytes.Buffer
	if err := template.Must(template.New("").Parse(fortunesTemplate)).Execute(&want, fortunes); err != nil {
		t.Fatal(err)
	}
	b := appendFortunes(nil, fortunes)
	same := strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;", "&#43;", "+").Replace(want.String())
	if string(b) != same {
		t.Errorf("got  %s\nwant %s", b, same)
	}
	if n := testing.AllocsPerRun(100, func() { b = appendFortunes(b[:0], fortunes) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFortunes(b *testing.B) {
	b.Run("compiled", func(b *testing.B) {
		b.ReportAllocs()
		var buf []byte
		for b.Loop() {
			buf = appendFortunes(buf[:0], fortunes)
		}
	})
	b.Run("html/template", func(b *testing.B) {
		b.ReportAllocs()
		t := template.Must(template.New("").Parse(fortunesTemplate))
		var buf bytes.Buffer
		for b.Loop() {
			buf.Reset()
			if err := t.Execute(&buf, fortunes); err != nil {
				b.Fatal(err)
			}
		}
	})
}
