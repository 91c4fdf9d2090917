package http1test

import "slices"

// Refusal is a request head that is refused: answered with Status, after
// which the connection ends. Nothing of it is forwarded.
type Refusal struct {
	// Name says what is wrong, Rule where that is written (or which bound it breaks).
	Name, Rule string
	// Input is what the client sends.
	Input string
	// Status is 400, 414, 417, 431, 501 or 505.
	Status int
}

// Refusals is the table of request heads that are refused.
func Refusals() []Refusal {
	return slices.Concat(requestLines(), targets(), hosts(), fields(), framings(), bounds())
}

// get is a request with fields of its own behind a good Host.
func get(fields ...string) string {
	return Head(append([]string{"GET / HTTP/1.1", "Host: a"}, fields...)...)
}

// post is a POST of that kind.
func post(fields ...string) string {
	return Head(append([]string{"POST / HTTP/1.1", "Host: a"}, fields...)...)
}

// line is a request with that request line.
func line(s string) string { return Head(s, "Host: a") }

func requestLines() []Refusal {
	return []Refusal{
		{"no version", "RFC 9112, 2.3: HTTP/0.9 is not spoken", "GET /\r\n\r\n", 400},
		{"nothing but a method", "RFC 9112, 3", "GET\r\n\r\n", 400},
		{"two spaces after the method", "RFC 9112, 3: single SP", line("GET  / HTTP/1.1"), 400},
		{"two spaces before the version", "RFC 9112, 3: single SP", line("GET /  HTTP/1.1"), 400},
		{"tab as separator", "RFC 9112, 3: single SP", line("GET\t/ HTTP/1.1"), 400},
		{"vertical tab as separator", "RFC 9112, 3: single SP", line("GET\v/ HTTP/1.1"), 400},
		{"space at the end of the line", "RFC 9112, 3", line("GET / HTTP/1.1 "), 400},
		{"more behind the version", "RFC 9112, 3", line("GET / HTTP/1.1 HTTP/1.1"), 400},
		{"leading space", "RFC 9112, 3", line(" GET / HTTP/1.1"), 400},
		{"space in the target", "RFC 9112, 3.2", line("GET /a b HTTP/1.1"), 400},
		{"two requests in one line", "RFC 9112, 3", line("GET / HTTP/1.1GET / HTTP/1.1"), 400},
		{"method with a separator", "RFC 9110, 9.1: token", line("GE(T / HTTP/1.1"), 400},
		{"method with a NUL", "RFC 9110, 9.1: token", line("GE\x00T / HTTP/1.1"), 400},
		{"method in lower case", "RFC 9110, 9.1: case-sensitive", line("get / HTTP/1.1"), 400},
		{"method that nobody has", "RFC 9112, 3: 501", line("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1"), 501},
		{"three empty lines first", "RFC 9112, 2.2: bounded", "\r\n\r\n\r\n" + line("GET / HTTP/1.1"), 400},
		{"bare CR first", "RFC 9112, 2.2", "\r" + line("GET / HTTP/1.1"), 400},
		{"bare LF first", "RFC 9112, 2.2", "\n" + line("GET / HTTP/1.1"), 400},
		{"byte order mark first", "RFC 9110, 9.1", "\xef\xbb\xbf" + line("GET / HTTP/1.1"), 400},
		{"TLS to a plain port", "RFC 9110, 9.1", "\x16\x03\x01\x02\x00\x01\x00", 400},
		{"version 2.0", "RFC 9110, 15.6.6", line("GET / HTTP/2.0"), 505},
		{"half the preface of HTTP/2", "RFC 9113, 3.4", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", 505},
		{"version 0.9 spelled out", "RFC 9110, 15.6.6", line("GET / HTTP/0.9"), 505},
		{"version in lower case", "RFC 9112, 2.3: case-sensitive", line("GET / http/1.1"), 400},
		{"version of two digits", "RFC 9112, 2.3: DIGIT.DIGIT", line("GET / HTTP/1.10"), 400},
		{"version with a leading zero", "RFC 9112, 2.3: DIGIT.DIGIT", line("GET / HTTP/01.1"), 400},
		{"version without a dot", "RFC 9112, 2.3", line("GET / HTTP/1-1"), 400},
		{"version that is no number", "RFC 9112, 2.3", line("GET / HTTP/x.1"), 400},
		{"another protocol", "RFC 9112, 2.3", line("GET / ICAP/1.0"), 400},
		{"NUL behind the version", "RFC 9112, 2.3", line("GET / HTTP/1.1\x00"), 400},
		{"two CRs behind the version", "RFC 9112, 2.2", line("GET / HTTP/1.1\r"), 400},
	}
}

func targets() []Refusal {
	return []Refusal{
		{"relative target", "RFC 9112, 3.2", line("GET index.html HTTP/1.1"), 400},
		{"target that is a query", "RFC 9112, 3.2.1", line("GET ?a HTTP/1.1"), 400},
		{"asterisk for GET", "RFC 9112, 3.2.4", line("GET * HTTP/1.1"), 400},
		{"more than an asterisk", "RFC 9112, 3.2.4", line("OPTIONS */a HTTP/1.1"), 400},
		{"authority for GET", "RFC 9112, 3.2.3", line("GET a:80 HTTP/1.1"), 400},
		{"authority for OPTIONS", "RFC 9112, 3.2.3", line("OPTIONS a:80 HTTP/1.1"), 400},
		{"origin form for CONNECT", "RFC 9112, 3.2.3", line("CONNECT / HTTP/1.1"), 400},
		{"absolute form for CONNECT", "RFC 9112, 3.2.3", line("CONNECT http://a:80/ HTTP/1.1"), 400},
		{"CONNECT without a port", "RFC 9112, 3.2.3", line("CONNECT a HTTP/1.1"), 400},
		{"CONNECT without a host", "RFC 9112, 3.2.3", line("CONNECT :80 HTTP/1.1"), 400},
		{"CONNECT against Host", "RFC 9112, 3.2", line("CONNECT b:80 HTTP/1.1"), 400},
		{"CONNECT with a body", "RFC 9110, 9.3.6", Head("CONNECT a:80 HTTP/1.1", "Host: a:80", "Content-Length: 5"), 400},
		{"CONNECT with a chunked body", "RFC 9110, 9.3.6", Head("CONNECT a:80 HTTP/1.1", "Host: a:80", "Transfer-Encoding: chunked"), 400},
		{"unknown scheme", "RFC 9110, 4.2", line("GET ftp://a/ HTTP/1.1"), 400},
		{"scheme without an authority", "RFC 9110, 4.2", line("GET http:/a HTTP/1.1"), 400},
		{"absolute form without a host", "RFC 9110, 4.2.1", line("GET http:///x HTTP/1.1"), 400},
		{"absolute form with user information", "RFC 9110, 4.2.4", line("GET http://u@a/ HTTP/1.1"), 400},
		{"absolute form against Host", "RFC 9112, 3.2.2", line("GET http://b/ HTTP/1.1"), 400},
		{"absolute form against the port of Host", "RFC 9112, 3.2.2", line("GET http://a:8080/ HTTP/1.1"), 400},
		{"fragment", "RFC 9112, 3.2.1", line("GET /a#b HTTP/1.1"), 400},
		{"fragment in the query", "RFC 9112, 3.2.1", line("GET /a?b#c HTTP/1.1"), 400},
		{"control character in the target", "RFC 3986, 2", line("GET /a\x01b HTTP/1.1"), 400},
		{"DEL in the target", "RFC 3986, 2", line("GET /a\x7fb HTTP/1.1"), 400},
		{"bare CR in the target", "RFC 9112, 2.2", line("GET /a\rb HTTP/1.1"), 400},
		{"NUL in the target", "RFC 3986, 2", line("GET /a\x00b HTTP/1.1"), 400},
		{"encoded NUL in the path", "RFC 3986, 7.3", line("GET /a%00b HTTP/1.1"), 400},
		{"malformed percent-encoding", "RFC 3986, 2.1", line("GET /%zz HTTP/1.1"), 400},
		{"cut percent-encoding", "RFC 3986, 2.1", line("GET /a%2 HTTP/1.1"), 400},
		{"percent-encoding of IIS", "RFC 3986, 2.1", line("GET /%u002f HTTP/1.1"), 400},
		{"dot segments above the root", "RFC 3986, 5.2.4", line("GET /a/../../b HTTP/1.1"), 400},
		{"encoded dot segments above the root", "RFC 3986, 6.2.2.2", line("GET /%2e%2e/b HTTP/1.1"), 400},
		{"dot segments above the root of an absolute form", "RFC 3986, 5.2.4", line("GET http://a/../b HTTP/1.1"), 400},
	}
}

func hosts() []Refusal {
	host := func(value string) string { return Head("GET / HTTP/1.1", "Host: "+value) }
	return []Refusal{
		{"no Host", "RFC 9112, 3.2", Head("GET / HTTP/1.1"), 400},
		{"no Host beside an absolute form", "RFC 9112, 3.2", Head("GET http://a/ HTTP/1.1"), 400},
		{"empty Host", "RFC 9110, 4.2.1", host(""), 400},
		{"two Hosts", "RFC 9112, 3.2", get("Host: a"), 400},
		{"two Hosts on 1.0", "RFC 9112, 3.2", Head("GET / HTTP/1.0", "Host: a", "host: b"), 400},
		{"Host with a path", "RFC 9110, 7.2", host("a/b"), 400},
		{"Host with a query", "RFC 9110, 7.2", host("a?b"), 400},
		{"Host with user information", "RFC 9110, 7.2", host("u@a"), 400},
		{"Host as a list", "RFC 9110, 7.2", host("a, b"), 400},
		{"Host with a space", "RFC 9110, 7.2", host("a b"), 400},
		{"Host with a backslash", "RFC 9110, 7.2", host(`a\b`), 400},
		{"Host with a percent-encoding", "RFC 3986, 3.2.2: no name in use has one", host("a%2eb"), 400},
		{"Host beyond ASCII", "RFC 3986, 3.2.2", host("b\xc3\xbccher"), 400},
		{"Host with an empty port", "RFC 9110, 4.2.3: two forms of one name", host("a:"), 400},
		{"Host with a bad port", "RFC 3986, 3.2.3", host("a:8x"), 400},
		{"Host with two ports", "RFC 3986, 3.2.3", host("a:80:80"), 400},
		{"Host with a port alone", "RFC 9110, 4.2.1", host(":80"), 400},
		{"Host with too large a port", "RFC 3986, 3.2.3", host("a:65536"), 400},
		{"Host with an open bracket", "RFC 3986, 3.2.2", host("[::1"), 400},
		{"Host with bytes behind the bracket", "RFC 3986, 3.2.2", host("[::1]x"), 400},
		{"Host with an IPv6 address without brackets", "RFC 3986, 3.2.2", host("::1"), 400},
		{"Host with a zone", "RFC 6874: means nothing to another machine", host("[fe80::1%25eth0]"), 400},
	}
}

func bounds() []Refusal {
	return []Refusal{
		{"long request line", "RFC 9112, 3: 414", line("GET /" + long + " HTTP/1.1"), 414},
		{"long request line without an end", "RFC 9112, 3: 414", "GET /" + long, 414},
		{"long field", "RFC 6585, 5: 431", get("X: " + long), 431},
		{"long field without an end", "RFC 6585, 5: 431", "GET / HTTP/1.1\r\nHost: a\r\nX: " + long, 431},
		{"long field name", "RFC 6585, 5: 431", "GET / HTTP/1.1\r\nHost: a\r\n" + long, 431},
		{"many fields", "RFC 6585, 5: 431", get(slices.Repeat([]string{"X: b"}, 100)...), 431},
	}
}
