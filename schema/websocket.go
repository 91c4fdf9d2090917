package schema

import (
	"fmt"
	"reflect"
	"regexp"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// WebSocketView has a Go function speak over a connection (RFC 6455).
type WebSocketView struct {
	// Handler gets the connection.
	Handler GoRef
	// MaxMessageSize bounds a message of the client's.
	MaxMessageSize Size
	// PingInterval is how often a client is asked whether it is there; zero is never.
	PingInterval Duration
	// Origins are sites whose pages may connect beside this one's and those that the layer csrf trusts; "*" is all.
	Origins []String
	// Subprotocols are those that Handler speaks, by preference.
	Subprotocols []String
	DeclRange    hcl.Range
}

// maxMessageSize is the longest message that a view may allow: three of them may be in memory for each connection.
const maxMessageSize = 16 << 20

func webSocketBlock() *block {
	return &block{
		Type: "websocket", Once: true, Field: "WebSocket", Into: reflect.TypeFor[WebSocketView](),
		Doc:      "The view speaks over a WebSocket: a Go function has the connection until it returns, once layers and guards have let the request pass.",
		Ancestor: "Channels WebsocketConsumer",
		Example: `view "chat" {
  websocket {
    handler          = go.views.Chat
    max_message_size = "4KB"
  }
  login_required = true
}`,
		Attrs: []*attr{
			{Name: "handler", Type: webSocketType{}, Required: true, Ancestor: "Channels receive",
				Doc: "A Go function of the project that is func(*web.Request, *websocket.Conn) error; the request's context ends with the connection."},
			{Name: "max_message_size", Type: sizeType(), Default: `"64KB"`, Check: checkMessageSize, Ancestor: "uvicorn --ws-max-size",
				Doc: "How long a message of the client's may be; a longer one ends the connection with the code 1009."},
			{Name: "ping_interval", Type: durationType(), Default: `"30s"`, Check: checkPing, Ancestor: "uvicorn --ws-ping-interval",
				Doc: "How often a client is asked whether it is still there, and how long it may take to answer before it is dropped; 0s never asks."},
			{Name: "origins", Type: stringList{}, Check: checkSocketOrigin, Ancestor: "Channels OriginValidator",
				Doc: "Sites whose pages may connect, with the visitor's cookies, beside this one's and the trusted_origins of csrf, as in https://app.example.com and https://*.example.com; * is every site."},
			{Name: "subprotocols", Type: stringList{}, Check: checkSubprotocol, Ancestor: "Channels subprotocol",
				Doc: "What the function speaks, the one that it likes best first; the first that the client offers too is agreed on."},
		},
	}
}

// webSocketType names a Go function that has a connection.
type webSocketType struct{ goRefType }

func (webSocketType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: webSocketFunction})
	}
}

// checkMessageSize bounds what a connection may hold in memory.
func checkMessageSize(v any) *problem {
	if n := v.(int64); n < 1 || n > maxMessageSize {
		return &problem{"Message size out of range", "A message is in memory as a whole, so that it may have 1B to 16MB. What is longer is better sent by POST, and its address by the WebSocket."}
	}
	return nil
}

// checkPing has clients asked in peace, or not at all.
func checkPing(v any) *problem {
	if d := v.(time.Duration); d < 0 || d > 0 && d < time.Second {
		return &problem{"Ping interval out of range", "Write 0s to ask no client whether it is there, or 1s and more."}
	}
	return nil
}

// checkSocketOrigin checks scheme and host, or all of them.
func checkSocketOrigin(v any) *problem {
	if v.(string) == "*" {
		return nil
	}
	return checkOrigin(v)
}

var subprotocolPattern = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// checkSubprotocol checks a name: a token of HTTP (RFC 6455, section 4.1).
func checkSubprotocol(v any) *problem {
	if text := v.(string); !subprotocolPattern.MatchString(text) {
		return &problem{"Subprotocol with other characters", fmt.Sprintf("%q is no name of a subprotocol: letters, digits, dots and hyphens, as in \"chat.v2\".", text)}
	}
	return nil
}

// checkWebSockets warns of connections that every site's pages may have in a visitor's name.
func (d *decoder) checkWebSockets() {
	for _, v := range d.site.Views {
		if v.WebSocket == nil || !v.Guarded() && !v.UserPassesTest.Set() {
			continue
		}
		for _, o := range v.WebSocket.Origins {
			if o.V == "*" {
				d.report(guardedForAnySite(v, o.Range))
			}
		}
	}
}

func guardedForAnySite(v *View, at hcl.Range) Diagnostic {
	return warningAt(at, "Visitors' connections for any site", "Browsers send a visitor's cookies with a WebSocket whosever page opens it, so any site can use view.%s in the name of who is logged in. Name the sites that may, or take origins away.", v.Name)
}
