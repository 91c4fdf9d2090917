package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// nginxDoc is the page for people who come from nginx.
const nginxDoc = "../docs/from-nginx.md"

// placesOfSpellings are where what the page spells may stand; %s is the spelling.
var placesOfSpellings = []string{
	`%s`,
	`site "t" { ‹ %s › }`,
	`proxy { ‹ %s › }`,
	`proxy { ‹ location "/x/" { ‹ forward = upstream.u ‹ %s › › } › }`,
	`proxy { ‹ location "~ ^/x/(.*)$" { ‹ forward = upstream.u ‹ %s › › } › }`,
	`proxy { ‹ location "~ ^/x/(.*)$" { ‹ %s › } › }`,
	`proxy { ‹ location "~ ^/x/(.*)$" { ‹ redirect { ‹ to = "/a" ‹ %s › › } › } › }`,
	`proxy { ‹ location "/x/" { ‹ files { root = "/srv" } ‹ %s › › } › }`,
	`proxy { ‹ location "/x/" { ‹ files { ‹ root = "/srv" ‹ %s › › } › } › }`,
	`proxy { ‹ location "/x/" { ‹ %s ‹ access { allow = ["10.0.0.0/8"] } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":80" ‹ %s › › } › }`,
	`proxy { ‹ listen "p" { ‹ %s › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ %s › } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ key = "a.key" ‹ %s › › › } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ key = "a.key" › › } ‹ %s › › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ key = "a.key" ‹ client_ca = "c.pem" ‹ client_auth = "required" › › › › } › › } ‹ headers { ‹ set = { X = %s } › } › › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ %s › › } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ key = "a.key" ‹ %s › › } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ key = "a.key" ‹ client_auth = "required" ‹ %s › › › › } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ key = "a.key" ‹ client_ca = "c.pem" ‹ %s › › › › } › › } › }`,
	`proxy { ‹ listen "p" { ‹ address = ":80" ‹ %s › › } ‹ listen "s" { ‹ address = ":443" ‹ tls { ‹ certificate = "a.pem" ‹ key = "a.key" › › } › › } › › }`,
	`proxy { ‹ location "/x/" { ‹ forward = upstream.u ‹ limit_rate = "1MB" ‹ %s › › › } › }`,
	`proxy { ‹ hsts = "1h" ‹ %s › › }`,
	`proxy { ‹ headers { ‹ %s › } › }`,
	`proxy { ‹ headers { ‹ set = { X = %s } › } › }`,
	`proxy { ‹ map "m" { ‹ default = "x" ‹ values = { a = "b" } ‹ %s › › › } › }`,
	`proxy { ‹ map "m" { ‹ source = request.host ‹ default = "x" ‹ values = { ‹ %s = "y" ‹ "z" = "w" › › } › › › } › }`,
	`proxy { ‹ map "m" { ‹ default = "x" ‹ values = { ‹ "10.0.0.0/8" = "y" › } ‹ %s › › › } › }`,
	`proxy { ‹ map "tier" { ‹ source = request.host ‹ default = "x" ‹ values = { ‹ a = "y" › } › › › } ‹ headers { ‹ %s › } › › }`,
	`proxy { ‹ map "tier" { ‹ source = request.host ‹ default = "x" ‹ values = { ‹ a = "y" › } › › › } ‹ headers { ‹ set = { X = %s } › } › › }`,
	`proxy { ‹ log { ‹ %s › } › }`,
	`proxy { ‹ health { ‹ %s › } › }`,
	`proxy { ‹ compression { ‹ %s › } › }`,
	`proxy { ‹ access { ‹ %s › } › }`,
	`workers { ‹ %s › }`,
	`workers { ‹ user = "www" ‹ %s › › }`,
	`upstream "v" { ‹ server "a" { url = "http://10.0.0.1" } ‹ %s › › }`,
	`upstream "v" { ‹ balance = "hash" ‹ server "a" { url = "http://10.0.0.1" } ‹ %s › › › }`,
	`upstream "v" { ‹ hash_key = "${request.uri}" ‹ server "a" { url = "http://10.0.0.1" } ‹ %s › › › }`,
	`upstream "v" { ‹ %s › }`,
	`upstream "v" { ‹ server "a" { ‹ %s › } › }`,
	`upstream "v" { ‹ server "a" { ‹ url = "http://a.example" ‹ %s › › } ‹ server "b" { url = "http://b.example" } › › }`,
	`upstream "v" { ‹ server "a" { url = "https://10.0.0.1" } ‹ tls { ‹ %s › } › › }`,
	`upstream "v" { ‹ server "a" { url = "https://10.0.0.1" } ‹ tls { ‹ certificate = "a.pem" ‹ %s › › } › › }`,
	`upstream "v" { ‹ server "a" { url = "https://10.0.0.1" } ‹ tls { ‹ key = "a.key" ‹ %s › › } › › }`,
}

// blocksOfLocations are blocks of a location in which a spelling may stand, with what they need.
var blocksOfLocations = []string{"cache { ‹ %s › }", `rate_limit { ‹ rate = "1/s" ‹ %s › › }`, "limit_conn { ‹ connections = 1 ‹ %s › › }", "mirror { ‹ upstream = upstream.u ‹ %s › › }", "mirror { ‹ %s › }",
	`forward_auth { ‹ upstream = upstream.u ‹ uri = "/a" ‹ %s › › › }`, "forward_auth { ‹ upstream = upstream.u ‹ %s › › }", `forward_auth { ‹ uri = "/a" ‹ %s › › }`, "basic_auth { ‹ %s › }", "request_headers { ‹ %s › }", `split "s" { ‹ upstream = upstream.u ‹ %s › › }`,
	"split \"s\" { ‹ upstream = upstream.u ‹ percent = 5 › › } ‹ %s ›"}

// Ensure that what docs/from-nginx.md spells in its second column is what check takes somewhere, and that its snippets are
// whole sites.
func TestFromNginx(t *testing.T) {
	b, err := os.ReadFile(nginxDoc)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"errors/busy.html", "public/a.css"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	places := slices.Clone(placesOfSpellings)
	for _, block := range blocksOfLocations {
		places = append(places, strings.Replace(`proxy { ‹ location "/x/" { ‹ forward = upstream.u ‹ %s › › } › }`, "%s", block, 1))
	}
	known := map[string]bool{}
	rootBlock().walk(func(_ []string, b *block) {
		known[b.Type] = true
		for _, a := range b.Attrs {
			known[a.Name] = true
		}
	})
	span, name := regexp.MustCompile("`([^`]+)`"), regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	checked := 0
	for _, line := range strings.Split(string(b), "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		if len(cells) != 3 {
			t.Errorf("a row of %d cells: %s", len(cells), line)
			continue
		}
		for _, m := range span.FindAllStringSubmatch(cells[1], -1) {
			switch s := m[1]; {
			case strings.HasPrefix(s, "./site "), strings.HasPrefix(s, "stackgen "), strings.HasPrefix(s, "/"), strings.HasPrefix(s, "--"), strings.HasPrefix(s, "no-cache="), s == ".hcl":
			case name.MatchString(s):
				if checked++; !known[s] && s != "locals" {
					t.Errorf("%s: there is neither a block nor an attribute %s", cells[0], s)
				}
			default:
				checked++
				s = strings.Replace(s, "{ … }", "{ ‹ server \"a\" { url = \"http://10.0.0.1\" } › }", 1)
				if strings.HasPrefix(s, "location ") && !strings.Contains(s, "{") {
					s += " { forward = upstream.u }"
				}
				if why := spelled(t, dir, places, s); why != "" {
					t.Errorf("%s: check takes %s nowhere: %s", cells[0], s, why)
				}
			}
		}
	}
	if checked < 150 {
		t.Errorf("only %d spellings were checked", checked)
	}
	for _, snippet := range regexp.MustCompile("(?s)```hcl\n(.*?)```").FindAllStringSubmatch(string(b), -1) {
		if diags := checkText(t, dir, snippet[1]); diags.HasErrors() {
			t.Errorf("a snippet: %v", diags)
		}
	}
}

// spelled reports whether check takes a spelling in one of the places; otherwise what it says in the last
// one that knows the name.
func spelled(t *testing.T, dir string, places []string, s string) (why string) {
	t.Helper()
	for _, place := range places {
		text := strings.NewReplacer("‹", "\n", "›", "\n").Replace(strings.Replace(place, "%s", s, 1))
		if !strings.Contains(text, "site \"") {
			text = "site \"t\" {\n  domains = [\"t.example\"]\n}\n" + text
		}
		text += "\nupstream \"u\" {\n  server \"a\" { url = \"http://10.0.0.9\" }\n}\n"
		diags := checkText(t, dir, text)
		if !diags.HasErrors() {
			return ""
		}
		if said := fmt.Sprint(diags); why == "" || !strings.Contains(said, "nsupported") && !strings.Contains(said, "no attribute") && !strings.Contains(said, "no block") {
			why = said
		}
	}
	return why
}

// checkText checks a site file in a folder that has the files it may name.
func checkText(t *testing.T, dir, text string) Diagnostics {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "site.hcl"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, diags := Load(filepath.Join(dir, "site.hcl"))
	return diags
}
