package middleware

import (
	"strings"

	"stackgen.dev/runtime/web"
)

// CSP is the layer "csp" (ContentSecurityPolicyMiddleware): it tells browsers
// where scripts, styles and the rest of a page may come from.
//
//	middleware = [security, …, csp]
//
//	csp {
//	  default_src = ["self"]
//	  script_src  = ["self", "nonce"]
//	}
//
//	Content-Security-Policy: default-src 'self'; script-src 'self' 'nonce-Qb3…'
//
// A nonce is made for a page that asks for one ({{ csp_nonce }}), and else left out.
// A view's own header counts instead.
type CSP struct {
	// Policy is enforced, ReportOnly only reported on. Either may be empty.
	Policy, ReportOnly []CSPDirective
}

// CSPDirective is one line of a policy: "script-src" and its sources. The words of the standard stand in
// their quotes ('self'); [CSPNonce] stands for the page's nonce.
type CSPDirective struct {
	Name    string
	Sources []string
}

// CSPNonce is the source that becomes the nonce of the page.
const CSPNonce = "'nonce'"

// Wrap is the layer.
func (c CSP) Wrap(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		nonce := r.UsedCSPNonce()
		for _, h := range []struct {
			name   string
			policy []CSPDirective
		}{{"Content-Security-Policy", c.Policy}, {"Content-Security-Policy-Report-Only", c.ReportOnly}} {
			if len(h.policy) == 0 || p.HasHeader(h.name) {
				continue
			}
			if text := policyText(h.policy, nonce); text != "" {
				p.SetHeader(h.name, text)
			}
		}
		return p, nil
	}
}

// policyText is the policy with the nonce of a page, without where it has none.
func policyText(policy []CSPDirective, nonce string) string {
	var b strings.Builder
	for _, d := range policy {
		line := d.Name
		left := len(d.Sources) == 0 // a directive without sources is a switch
		for _, source := range d.Sources {
			if source == CSPNonce {
				if nonce == "" {
					continue
				}
				source = "'nonce-" + nonce + "'"
			}
			line += " " + source
			left = true
		}
		if !left {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(line)
	}
	return b.String()
}
