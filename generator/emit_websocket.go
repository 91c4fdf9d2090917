package generator

import (
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// The import paths of sites with WebSockets.
const (
	pkgWebSocket     = "stackgen.dev/runtime/web/websocket"
	pkgWebSocketTest = "stackgen.dev/runtime/web/websockettest"
	pkgWebTest       = "stackgen.dev/runtime/web/webtest"
)

// webSocket is the view whose function has a connection. What it says like the runtime is left out.
func (e *viewEmitter) webSocket() jen.Code {
	w := e.v.WebSocket
	var fs fields
	fs.add("Serve", e.goFunc(w.Handler))
	fs.addIf(w.MaxMessageSize.V != 64<<10, "MaxMessageSize", size(w.MaxMessageSize))
	switch w.PingInterval.V {
	case 30 * time.Second:
	case 0:
		fs.add("PingInterval", jen.Lit(-1))
	default:
		fs.add("PingInterval", duration(w.PingInterval))
	}
	var origins []string
	if c := e.site.CSRF; c != nil {
		for _, o := range c.TrustedOrigins {
			origins = append(origins, o.V)
		}
	}
	for _, o := range w.Origins {
		if !slices.Contains(origins, o.V) {
			origins = append(origins, o.V)
		}
	}
	fs.addIf(len(origins) > 0, "Origins", strs(origins))
	fs.addIf(len(w.Subprotocols) > 0, "Subprotocols", stringList(w.Subprotocols))
	return jen.Qual(pkgWebSocket, "View").Add(emit.Rows(fs...)).Dot("Handler").Call()
}

// hasWebSockets reports whether a view of the site speaks over one.
func (p *project) hasWebSockets() bool {
	return slices.ContainsFunc(p.site.Views, func(v *schema.View) bool { return v.WebSocket != nil })
}

// openSockets are the views that pages of every site may connect to.
func (p *project) openSockets() (names []string) {
	for _, v := range p.site.Views {
		if v.WebSocket != nil && slices.ContainsFunc(v.WebSocket.Origins, func(o schema.String) bool { return o.V == "*" }) {
			names = append(names, v.Name)
		}
	}
	return names
}

// emitSiteTestSocket adds a visitor's WebSockets to gen/sitetest.
func (p *project) emitSiteTestSocket(f *emit.File) {
	f.Line()
	f.Doc("WebSocket asks for a connection as a page of the site does; subprotocols are those that the\npage's script offers. The test fails where one that was refused is used.")
	f.Func().Params(jen.Id("s").Op("*").Id("Site")).Id("WebSocket").Params(jen.Id("target").String(), jen.Id("subprotocols").Op("...").String()).
		Op("*").Qual(pkgWebSocketTest, "Conn").Block(
		jen.Id("s").Dot("T").Call().Dot("Helper").Call(),
		jen.Return(jen.Qual(pkgWebSocketTest, "Dial").Call(
			jen.Id("s").Dot("T").Call(), jen.Id("s").Dot("Client"),
			jen.Qual(pkgWebTest, "Request").Values(emit.Field("Target", jen.Id("target"))), jen.Id("subprotocols").Op("..."))),
	)
}
