package generator

import (
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// emitProxy writes gen/site/proxy.gen.go: what answers which path.
func (p *project) emitProxy() *emit.File {
	f := p.file("proxy")
	s := p.site

	var config fields
	config.add("Hosts", stringList(s.Domains))
	if len(s.Proxy.TrustedProxies) > 0 {
		config.add("TrustedProxies", jen.Index().Qual("net/netip", "Prefix").Add(emit.Rows(prefixes(s.Proxy.TrustedProxies)...)))
	}
	if h := headers(s.Proxy.Headers); h != nil {
		config.add("Headers", h)
	}
	if rules := logRules(s.Proxy.Log); len(rules) > 0 {
		config.add("AccessLogRules", jen.Qual(pkgProxy, "LogRules").Add(emit.Rows(rules...)))
	}
	if len(s.Proxy.ErrorPages) > 0 {
		config.add("ErrorPages", p.proxyErrorPages(s.Proxy.ErrorPages))
	}
	if m := s.Proxy.Maintenance; m != nil {
		config.add("Maintenance", maintenance(m))
	}
	if h := s.Proxy.Health; h != nil {
		var fs fields
		fs.addIf(h.Live.Set, "Live", str(h.Live))
		fs.addIf(h.Ready.Set, "Ready", str(h.Ready))
		config.add("Health", jen.Op("&").Qual(pkgProxy, "Health").Values(fs...))
	}
	config.addIf(wanted(s.Proxy.HSTS), "HSTS", p.hsts(s.Proxy))
	if len(s.Proxy.Maps) > 0 {
		config.add("Maps", jen.Index().Qual(pkgProxy, "Map").Add(emit.Rows(maps(s.Proxy.Maps)...)))
	}
	if t := s.Tracing; t != nil {
		config.addIf(t.From.V != "trusted_proxies", "TraceFrom", str(t.From))
	}
	config.add("Locations", jen.Index().Qual(pkgProxy, "Location").Add(emit.Rows(p.locations()...)))
	if len(s.Upstreams) > 0 {
		config.add("Upstreams", jen.Index().Qual(pkgProxy, "UpstreamConfig").Add(emit.Rows(p.upstreams()...)))
	}
	f.Doc("newProxy is the web server tier.")
	f.Func().Id("newProxy").Params(jen.Id("v").Op("*").Qual(pkgSite, "Variables")).Qual(pkgProxy, "Config").Block(
		jen.Return(jen.Qual(pkgProxy, "Config").Add(emit.Rows(config...))),
	)
	p.emitErrorPages(f)
	p.emitAssets(f)
	return f
}

func (p *project) locations() []jen.Code {
	var rows []jen.Code
	for _, l := range p.site.Proxy.Locations {
		var fs fields
		fs.add("Path", jen.Lit(l.Pattern))
		if l.When.Op != "" {
			fs.add("When", condition(l.When))
		}
		fs.addIf(len(l.Rewrite.Parts) > 0, "Rewrite", requestTemplate(l.Rewrite))
		fs.addIf(len(l.EarlyHints) > 0, "EarlyHints", stringList(l.EarlyHints))
		fs.addIf(l.Internal.V, "Internal", jen.True())
		if layers := p.layers(l); len(layers) > 0 {
			fs.add("Layers", jen.Index().Qual(pkgProxy, "Layer").Add(emit.Rows(layers...)))
		}
		fs.add("Action", p.action(l))
		fs.addIf(len(l.ErrorPages) > 0, "ErrorPages", p.proxyErrorPages(l.ErrorPages))
		fs.addIf(l.InterceptErrors.V, "InterceptErrors", jen.True())
		fs.addIf(wanted(l.MaxBody), "MaxBody", size(l.MaxBody))
		if h := headers(l.Headers); h != nil {
			fs.add("Headers", h)
		}
		if h := headers(l.RequestHeaders); h != nil {
			fs.add("RequestHeaders", h)
		}
		if len(fs) > 2 {
			rows = append(rows, emit.Rows(fs...))
		} else {
			rows = append(rows, jen.Values(fs...))
		}
	}
	return rows
}

// action is what a location does.
func (p *project) action(l *schema.Location) jen.Code {
	var fs fields
	switch {
	case l.Static != nil:
		fs.add("Assets", jen.Id(p.folder(l).fn).Call())
		fs.add("Expires", duration(l.Static.Expires))
		return jen.Qual(pkgProxy, "Static").Values(fs...)
	case l.Files != nil:
		fs.add("Root", str(l.Files.Root))
		fs.addIf(wanted(l.Files.Index), "Index", str(l.Files.Index))
		fs.addIf(wanted(l.Files.Fallback), "Fallback", str(l.Files.Fallback))
		fs.addIf(l.Files.Listing.V, "Listing", jen.True())
		fs.addIf(wanted(l.Files.Expires), "Expires", duration(l.Files.Expires))
		fs.addIf(differs(l.Files.OpenFileCache, 1000), "OpenFileCache", num(l.Files.OpenFileCache))
		fs.addIf(differs(l.Files.OpenFileCacheValid, time.Second), "OpenFileCacheValid", duration(l.Files.OpenFileCacheValid))
		fs.addIf(differs(l.Files.OpenFileCacheMemory, 32<<20), "OpenFileCacheMemory", size(l.Files.OpenFileCacheMemory))
		return jen.Qual(pkgProxy, "Files").Values(fs...)
	case l.Status != nil:
		return jen.Qual(pkgProxy, "Endpoint").Values(emit.Field("Layer", jen.Qual(pkgStatus, "Page").Values()))
	case l.Redirect != nil:
		fs.add("To", requestTemplate(l.Redirect.To))
		fs.add("Status", num(l.Redirect.Status))
		return jen.Qual(pkgProxy, "Redirect").Values(fs...)
	}
	if l.Forward.App {
		fs.add("App", jen.True())
	} else {
		fs.add("Upstream", jen.Lit(l.Forward.Upstream.Name))
	}
	fs.addIf(l.StripPrefix.V, "StripPrefix", jen.True())
	fs.addIf(!l.RequestBuffering.V, "Unbuffered", jen.True())
	fs.addIf(wanted(l.ConnectTimeout), "ConnectTimeout", duration(l.ConnectTimeout))
	fs.addIf(wanted(l.SendTimeout), "SendTimeout", duration(l.SendTimeout))
	fs.addIf(wanted(l.ReadTimeout), "ReadTimeout", duration(l.ReadTimeout))
	traffic(&fs, l)
	return jen.Qual(pkgProxy, "Forward").Values(fs...)
}

func requestTemplate(t schema.RequestTemplate) jen.Code {
	var parts []jen.Code
	for _, part := range t.Parts {
		if part.Bind != nil {
			parts = append(parts, jen.Values(emit.Field("Text", bound("String", part.Bind))))
			continue
		}
		if part.Attr == "" {
			parts = append(parts, jen.Values(emit.Field("Text", jen.Lit(part.Literal))))
			continue
		}
		parts = append(parts, jen.Values(emit.Field("Attr", jen.Lit(part.Attr))))
	}
	return jen.Qual(pkgProxy, "Template").Values(parts...)
}

func (p *project) upstreams() []jen.Code {
	var rows []jen.Code
	for _, u := range p.site.Upstreams {
		var servers []jen.Code
		limited := false
		for _, s := range u.Servers {
			var fs fields
			fs.add("Name", jen.Lit(s.Name))
			fs.add("URL", str(s.URL))
			fs.addIf(s.Service.Set, "Service", str(s.Service))
			fs.addIf(s.Weight.Bind != nil || s.Weight.V > 1, "Weight", num(s.Weight))
			limited = limited || wanted(s.MaxConns)
			fs.addIf(wanted(s.MaxConns), "MaxConns", num(s.MaxConns))
			fs.addIf(wanted(s.Backup), "Backup", boolean(s.Backup))
			fs.addIf(wanted(s.Down), "Down", boolean(s.Down))
			fs.addIf(wanted(s.Drain), "Drain", boolean(s.Drain))
			servers = append(servers, jen.Values(fs...))
		}
		var fs fields
		fs.add("Name", jen.Lit(u.Name))
		fs.add("Balance", jen.Lit(u.Balance.V))
		fs.addIf(len(u.HashKey.Parts) > 0, "HashKey", requestTemplate(u.HashKey))
		fs.add("Servers", jen.Index().Qual(pkgProxy, "Server").Add(emit.Rows(servers...)))
		fs.add("ConnectTimeout", duration(u.ConnectTimeout))
		fs.add("SendTimeout", duration(u.SendTimeout))
		fs.add("ReadTimeout", duration(u.ReadTimeout))
		fs.add("Keepalive", num(u.Keepalive))
		fs.addIf(differs(u.KeepaliveTimeout, time.Minute), "KeepaliveTimeout", duration(u.KeepaliveTimeout))
		fs.addIf(differs(u.KeepaliveTime, time.Hour), "KeepaliveTime", duration(u.KeepaliveTime))
		fs.addIf(limited && wanted(u.Queue), "Queue", num(u.Queue))
		fs.addIf(limited && differs(u.QueueTimeout, time.Minute), "QueueTimeout", duration(u.QueueTimeout))
		fs.addIf(wanted(u.ResolveValid), "ResolveValid", duration(u.ResolveValid))
		fs.addIf(slices.ContainsFunc(u.Servers, mayHaveName), "Resolver", jen.Qual(pkgResolve, "New").Call(strArgs(u.Resolver)...))
		fs.addIf(u.HTTPVersion.V == "2", "HTTP2", jen.True())
		fs.addIf(u.ProxyProtocol.V != "off", "ProxyHeader", jen.Qual(pkgProxyProto, map[string]string{"v1": "Text", "v2": "Binary"}[u.ProxyProtocol.V]))
		switch {
		case !u.ResponseBuffering.V:
			fs.add("ResponseBuffer", jen.Lit(-1))
		case differs(u.ResponseBuffer, 64<<10):
			fs.add("ResponseBuffer", size(u.ResponseBuffer))
		}
		if u.MaxTempFileSize.V == 0 {
			fs.add("MaxTempFile", jen.Lit(-1))
		} else {
			fs.addIf(differs(u.MaxTempFileSize, 1<<30), "MaxTempFile", size(u.MaxTempFileSize))
		}
		if u.TLS != nil {
			var tls fields
			tls.addIf(wanted(u.TLS.TrustedCertificate), "TrustedCertificate", str(u.TLS.TrustedCertificate))
			tls.addIf(wanted(u.TLS.ServerName), "ServerName", str(u.TLS.ServerName))
			tls.addIf(!u.TLS.Verify.V, "Insecure", jen.True())
			fs.addIf(len(tls) > 0, "TLS", jen.Qual(pkgProxy, "ClientTLS").Values(tls...))
		}
		fs.add("MaxFails", num(u.MaxFails))
		fs.add("FailTimeout", duration(u.FailTimeout))
		p.health(&fs, u)
		rows = append(rows, emit.Rows(fs...))
	}
	return rows
}

// mayHaveName reports whether DNS has to be asked where a server is.
func mayHaveName(s *schema.Server) bool {
	if s.URL.Bind != nil {
		return true
	}
	at, err := url.Parse(s.URL.V)
	if err != nil || at.Hostname() == "" { // a socket
		return false
	}
	_, err = netip.ParseAddr(at.Hostname())
	return err != nil
}

// strArgs are texts as arguments.
func strArgs(list []schema.String) []jen.Code {
	var out []jen.Code
	for _, s := range list {
		out = append(out, str(s))
	}
	return out
}

// headers is a proxy.Headers, nil for no rules.
func headers(h *schema.Headers) jen.Code {
	if h == nil {
		return nil
	}
	var fs fields
	if len(h.Remove) > 0 {
		fs.add("Remove", stringList(h.Remove))
	}
	pairs := func(field, kind string, m schema.StringMap, made bool) {
		var rows []jen.Code
		for _, pair := range m {
			switch isMade := len(pair.Template.Parts) > 0; {
			case isMade != made:
			case made:
				rows = append(rows, jen.Values(emit.Field("Name", jen.Lit(pair.Key)), emit.Field("Value", requestTemplate(pair.Template))))
			default:
				rows = append(rows, jen.Values(emit.Field("Name", jen.Lit(pair.Key)), emit.Field("Value", str(pair.Value))))
			}
		}
		if len(rows) > 0 {
			fs.add(field, jen.Index().Qual(pkgProxy, kind).Add(emit.Rows(rows...)))
		}
	}
	pairs("Set", "Field", h.Set, false)
	pairs("SetMade", "MadeField", h.Set, true)
	pairs("Add", "Field", h.Add, false)
	pairs("AddMade", "MadeField", h.Add, true)
	return jen.Qual(pkgProxy, "Headers").Values(fs...)
}

func prefixes(list []schema.String) []jen.Code {
	var rows []jen.Code
	for _, s := range list {
		if s.Bind != nil {
			rows = append(rows, bound("Prefix", s.Bind))
		} else {
			rows = append(rows, jen.Id("v").Dot("Prefix").Call(jen.Lit(s.V)))
		}
	}
	return rows
}
