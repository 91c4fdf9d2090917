package schema

import "strings"

// checkHTTP3 looks at what HTTP/3 needs of a listener.
func checkHTTP3(d *decoder, l *Listen) {
	if l.TLS == nil {
		d.report(http3WithoutTLS(l))
	}
	if l.Address.Bind == nil && strings.HasPrefix(l.Address.V, "unix:") {
		d.report(http3OnUnixSocket(l))
	}
	if len(l.ProxyProtocol) > 0 {
		d.report(http3BehindProxyProtocol(l))
	}
}

func http3WithoutTLS(l *Listen) Diagnostic {
	return errorAt(l.HTTP3.Range, "HTTP/3 without TLS", "HTTP/3 is always encrypted. Give the listener %s a tls block, or take http3 away.", l.Name)
}

func http3OnUnixSocket(l *Listen) Diagnostic {
	return errorAt(l.HTTP3.Range, "HTTP/3 on a unix socket", "HTTP/3 goes over UDP. Give the listener an address with a port, or take http3 away.").
		and(l.Address.Range, "the address is here")
}

func http3BehindProxyProtocol(l *Listen) Diagnostic {
	return errorAt(l.HTTP3.Range, "HTTP/3 behind a load balancer of connections", "A PROXY header says who the client of a TCP connection is; over UDP there is none, and every client would be the balancer. Take http3 or proxy_protocol away, or write another listener for http3.").
		and(l.ProxyProtocol[0].Range, "proxy_protocol is here")
}
