package proxy

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// errListing says that a path is a folder's, of which what is in it is shown.
var errListing = errors.New("proxy: a folder without an index")

// maxListed bounds how many names of a folder are shown.
const maxListed = 10000

// listed is what stands in a folder, as nginx's autoindex_format json has it.
type listed struct {
	Name string `json:"name"`
	Type string `json:"type"` // "file" or "directory"
	Time string `json:"mtime"`
	Size int64  `json:"size,omitempty"`

	modified time.Time
}

// list answers with what is in a folder: what could be asked for, and nothing else.
func (h *filesHandler) list(x *gateway.Exchange, rest []byte) error {
	name, _, _ := fileName(rest)
	folder, err := h.cache.root.Open(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	entries, err := folder.ReadDir(maxListed)
	if err != nil && err != io.EOF {
		return err
	}
	all := []listed{}
	for _, e := range entries {
		if _, _, ok := fileName([]byte(e.Name())); !ok || strings.Contains(e.Name(), "%") {
			continue // nobody gets it
		}
		info, err := h.cache.root.Stat(name + "/" + e.Name()) // a link is what it leads to, where that is beneath the root
		if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
			continue
		}
		l := listed{Name: e.Name(), Type: "file", Size: info.Size(), modified: info.ModTime().UTC(), Time: info.ModTime().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}
		if info.IsDir() {
			l.Type, l.Size = "directory", 0
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b listed) int {
		if a.Type != b.Type {
			return strings.Compare(a.Type, b.Type) // folders first
		}
		return strings.Compare(a.Name, b.Name)
	})
	r := &x.Response
	r.Header.Add("Vary", "Accept")
	r.Header.Add("Cache-Control", "no-cache")
	r.Header.Add("X-Content-Type-Options", "nosniff")
	if PrefersJSON(&x.Request.Header) {
		b, err := json.Marshal(all)
		if err != nil {
			panic("stackgen: unreachable: " + err.Error())
		}
		r.Header.Add("Content-Type", "application/json")
		r.Bytes(append(b, '\n'))
		return nil
	}
	r.Header.Add("Content-Type", "text/html; charset=utf-8")
	r.Header.Add("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	r.Text(listingPage(string(gateway.AppendSegment(nil, x.Request.Path)), len(rest) > 0, all))
	return nil
}

// PrefersJSON reports whether a client names JSON in Accept and no page.
func PrefersJSON(h *gateway.Header) bool {
	text := strings.ToLower(string(h.Get("Accept")))
	return strings.Contains(text, "application/json") && !strings.Contains(text, "text/html")
}

// listingPage is a page for people.
func listingPage(path string, up bool, all []listed) string {
	var b strings.Builder
	title := html.EscapeString(path)
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n"+
		"<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%%}"+
		"td,th{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #8884}td:nth-child(2),th:nth-child(2){text-align:right;font-variant-numeric:tabular-nums}</style>\n</head>\n"+
		"<body>\n<h1>%s</h1>\n<table>\n<thead><tr><th>Name</th><th>Bytes</th><th>Changed</th></tr></thead>\n<tbody>\n", title, title)
	if up {
		b.WriteString("<tr><td><a href=\"../\">..</a></td><td></td><td></td></tr>\n")
	}
	for _, l := range all {
		slash, size := "", fmt.Sprint(l.Size)
		if l.Type == "directory" {
			slash, size = "/", ""
		}
		// The dot keeps a name with a colon from being a scheme.
		fmt.Fprintf(&b, "<tr><td><a href=\"./%s%s\">%s%s</a></td><td>%s</td><td><time datetime=\"%s\">%s</time></td></tr>\n",
			html.EscapeString(url.PathEscape(l.Name)), slash, html.EscapeString(l.Name), slash, size,
			l.modified.Format(time.RFC3339), l.modified.Format("2006-01-02 15:04"))
	}
	b.WriteString("</tbody>\n</table>\n</body>\n</html>\n")
	return b.String()
}
