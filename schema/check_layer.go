package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// layerSettings is a block that a layer reads, where it is written.
type layerSettings struct {
	layer string
	at    hcl.Range
}

// checkLayers holds the settings of layers against the layers, and layers
// against each other.
func (d *decoder) checkLayers() {
	s := d.site
	has := map[string]Middleware{}
	for _, m := range s.Middleware {
		if m.Name != "" {
			has[m.Name] = m
		}
	}
	var written []layerSettings
	note := func(set bool, layer string, at func() hcl.Range) {
		if set {
			written = append(written, layerSettings{layer, at()})
		}
	}
	note(s.Security != nil, "security", func() hcl.Range { return s.Security.DeclRange })
	note(s.Session != nil, "session", func() hcl.Range { return s.Session.DeclRange })
	note(s.Common != nil, "common", func() hcl.Range { return s.Common.DeclRange })
	note(s.CSRF != nil, "csrf", func() hcl.Range { return s.CSRF.DeclRange })
	note(s.Message != nil, "message", func() hcl.Range { return s.Message.DeclRange })
	note(s.Clickjacking != nil, "clickjacking", func() hcl.Range { return s.Clickjacking.DeclRange })
	note(s.Auth != nil, "auth", func() hcl.Range { return s.Auth.DeclRange })
	note(s.CSP != nil, "csp", func() hcl.Range { return s.CSP.DeclRange })
	note(s.CORS != nil, "cors", func() hcl.Range { return s.CORS.DeclRange })
	for _, w := range written {
		if _, ok := has[w.layer]; !ok {
			d.report(settingsWithoutLayer(w, d.tops["middleware"]))
		}
	}
	if m, ok := has["csp"]; ok && s.CSP == nil {
		d.report(cspWithoutPolicy(m))
	}
	cors, used := has["cors"]
	d.checkCORS(cors, used)
	for _, pair := range [][2]string{{"update_cache", "fetch_from_cache"}, {"fetch_from_cache", "update_cache"}} {
		if m, ok := has[pair[0]]; ok {
			if _, other := has[pair[1]]; !other {
				d.report(layerAlone(m, pair[1]))
			}
		}
	}
	if s.Session != nil && s.Session.Store.V == "cache" && s.Workers.Mode.V == "process" && (s.Cache == nil || s.Cache.Store.V == "memory") {
		d.report(sessionsApart(s))
	}
}

// checkExpression checks a regular expression.
func checkExpression(v any) *problem {
	text := v.(string)
	if _, err := regexp.Compile(text); err != nil {
		return &problem{"Expression that does not compile", fmt.Sprintf("%q is no regular expression in Go's syntax: %s.", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))}
	}
	return nil
}

// checkToken checks the name of a cookie or a header.
func checkToken(v any) *problem {
	text := v.(string)
	if !headerPattern.MatchString(text) {
		return &problem{"Name with other characters", fmt.Sprintf("%q is no name of a cookie or a header: letters, digits and hyphens.", text)}
	}
	return nil
}

// checkOrigin checks scheme and host: https://admin.example.com.
func checkOrigin(v any) *problem {
	text := v.(string)
	scheme, host, found := strings.Cut(text, "://")
	name, _, _ := strings.Cut(host, ":")
	if !found || scheme != "https" && scheme != "http" || !domainPattern.MatchString(name) || strings.ContainsAny(host, "/?#@") {
		return &problem{"Origin that is none", fmt.Sprintf("%q is no origin. Write scheme and host, as in \"https://admin.example.com\" or \"https://*.example.com\".", text)}
	}
	return nil
}

// cspWords are the sources that stand in quotes in the header.
func cspWords() []string {
	return []string{"self", "none", "nonce", "unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic", "report-sample", "wasm-unsafe-eval"}
}

// CSPSource is a source as the header has it: the words of the standard in quotes.
func CSPSource(word string) string {
	if slices.Contains(cspWords(), word) {
		return "'" + word + "'"
	}
	return word
}

var sourcePattern = regexp.MustCompile(`^[^\s;,'"]+$`)

// checkSource checks a source of a policy.
func checkSource(v any) *problem {
	text := v.(string)
	if sourcePattern.MatchString(text) {
		return nil
	}
	p := &problem{"Source that is none", fmt.Sprintf("%q is no source of a policy.", text)}
	if bare := strings.Trim(text, "'"); slices.Contains(cspWords(), bare) {
		p.detail += fmt.Sprintf(" Write %q, without quotes in it.", bare)
	}
	return p
}

func directiveNames() []string {
	return []string{"default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr", "img-src", "font-src",
		"connect-src", "media-src", "object-src", "frame-src", "child-src", "worker-src", "manifest-src", "base-uri", "form-action", "frame-ancestors",
		"report-uri", "report-to", "sandbox", "upgrade-insecure-requests", "require-trusted-types-for", "trusted-types"}
}

// checkDirective checks the name of a directive, and that a policy has it once.
func checkDirective(d *decoder, s *scope) {
	x := s.owner.(*CSPDirective)
	if !slices.Contains(directiveNames(), x.Name) {
		d.report(unknownDirective(x, s.labelRange))
	}
}
