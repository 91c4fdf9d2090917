package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Setting is an attribute of the site file, for whoever shows how a site is set up.
type Setting struct {
	// Name is the way to it: "workers.timeout", "listen.public.address".
	Name string
	// Value is written as in the site file: what it says, or the default.
	Value string
	// Default says that the site file does not write it.
	Default bool
}

// Settings lists what the blocks say that are about the whole site, in the order of its files: models, views, routes
// and the like are not among them.
func (s *Site) Settings() []Setting { return s.settings }

// settled are the blocks at the top that are about the whole site.
var settled = map[string]bool{
	"site": true, "proxy": true, "listen": true, "upstream": true, "workers": true, "database": true, "cache": true, "email": true, "log": true,
	"uploads": true, "templates": true, "auth": true,
	"security": true, "session": true, "csrf": true, "common": true, "clickjacking": true, "message": true, "csp": true, "cors": true,
}

// unsettled are those beneath them that describe one thing of many.
var unsettled = map[string]bool{"location": true, "filter": true, "tag": true, "name": true, "permission": true}

// noteSetting remembers an attribute; at is where its value is written, the
// zero range for a default.
func (d *decoder) noteSetting(s *scope, a *attr, at hcl.Range, written bool) {
	var path []string
	top := ""
	for ; s != nil && s.table.Type != ""; s = s.parent {
		if unsettled[s.table.Type] {
			return
		}
		if s.label != "" && s.table.Type != "site" {
			path = append(path, s.label)
		}
		path = append(path, s.table.Type)
		if settled[s.table.Type] {
			top = s.table.Type
		}
	}
	if top == "" && len(path) > 0 {
		return
	}
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	setting := Setting{Name: strings.Join(append(path, a.Name), "."), Value: a.Default, Default: !written}
	if written {
		text := d.sources.Bytes(at.Filename)
		setting.Value = strings.Join(strings.Fields(string(text[min(at.Start.Byte, len(text)):min(at.End.Byte, len(text))])), " ")
	}
	if setting.Value != "" {
		d.site.settings = append(d.site.settings, setting)
	}
}
