package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// deploy is what check --deploy looks at of the site file.
func (p *project) deploy() []jen.Code {
	if !p.hasApp() {
		return nil
	}
	s := p.site
	var fs fields
	var layers []string
	for _, m := range s.Middleware {
		if m.Name != "" {
			layers = append(layers, m.Name)
		}
	}
	fs.addIf(len(layers) > 0, "Layers", strs(layers))
	if x := s.Security; x != nil {
		fs.addIf(wanted(x.HSTS), "HSTS", duration(x.HSTS))
		fs.addIf(x.HSTSSubdomains.V, "HSTSSubdomains", jen.True())
		fs.addIf(x.HSTSPreload.V, "HSTSPreload", jen.True())
		fs.addIf(x.SSLRedirect.V, "SSLRedirect", jen.True())
		fs.addIf(x.ReferrerPolicy.Set, "ReferrerPolicy", str(x.ReferrerPolicy))
	}
	if x := s.Clickjacking; x != nil && x.FrameOptions.Set {
		fs.add("FrameOptions", str(x.FrameOptions))
	}
	fs.addIf(s.CSP != nil && s.CSP.ReportOnly.V, "CSPReportOnly", jen.True())
	fs.addIf(s.HasForms(), "Forms", jen.True())
	if s.Email != nil {
		fs.add("Email", str(s.Email.URL))
	}
	switch {
	case s.Cache == nil:
	case s.Cache.URL.Set:
		fs.add("Cache", str(s.Cache.URL))
	default:
		fs.add("Cache", jen.Lit(s.Cache.Store.V+":"))
	}
	if open := p.openSockets(); len(open) > 0 {
		fs.add("OpenSockets", strs(open))
	}
	if p.hasLayer("auth") {
		length := jen.Code(jen.Lit(schema.MinPassword))
		if s.Auth != nil && s.Auth.MinLength.Set {
			length = num(s.Auth.MinLength)
		}
		fs.add("MinLength", length)
	}
	return fs
}
