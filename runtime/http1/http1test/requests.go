package http1test

// Request is a request that is understood.
type Request struct {
	Name, Rule string
	// Input is what the client sends: head and body, nothing behind them.
	Input string

	// Method, Host, Path and Query are what it asks for; Path in normal form.
	Method, Host, Path, Query string
	// Length is the content's declared size in bytes, -1 for a chunked body.
	Length int64
	// Body is the content and Trailer its trailer fields, "X-A=1;X-B=2".
	Body, Trailer string
	// Persistent says that the client leaves the connection open.
	Persistent bool

	// Answer is the status with which a proxy answers by itself; 0 where it
	// forwards. HTTP/1.0 without a Host is forwarded with the site's own.
	Answer int
	// Target is the target in the forwarded request line.
	Target string
	// Fields are the fields that are passed on as they came. Host, the length, and what the
	// proxy says about the client (X-Forwarded-For and so on) it writes itself.
	Fields []string
	// Asks are fields that the proxy writes because the client asks for something.
	Asks []string
	// Kept are the trailer fields that are passed on, in the form of Trailer.
	Kept string
}

// Requests is the table of requests that are understood.
func Requests() []Request {
	all := append(plainRequests(), append(pathRequests(), append(fieldRequests(), bodyRequests()...)...)...)
	for i := range all {
		r := &all[i]
		if r.Method == "" {
			r.Method = "GET"
		}
		if r.Host == "" && r.Name != "version 1.0 without Host" && r.Name != "version 1.0 kept alive" {
			r.Host = "a"
		}
		if r.Path == "" && r.Method != "CONNECT" {
			r.Path = "/"
		}
		if r.Target == "" {
			r.Target = r.Path
			if r.Query != "" {
				r.Target += "?" + r.Query
			}
		}
		if r.Length > 0 && r.Body == "" {
			panic("http1test: " + r.Name + " has a length and no body")
		}
	}
	return all
}

func plainRequests() []Request {
	return []Request{
		{Name: "plain", Rule: "RFC 9112, 3", Input: get(), Persistent: true},
		{Name: "an empty line first", Rule: "RFC 9112, 2.2", Input: "\r\n" + get(), Persistent: true},
		{Name: "two empty lines first", Rule: "RFC 9112, 2.2: as many as there may be", Input: "\r\n\r\n" + get(), Persistent: true},
		{Name: "version 1.0 without Host", Rule: "RFC 9112, 3.2", Input: Head("GET / HTTP/1.0")},
		{Name: "version 1.0 kept alive", Rule: "RFC 9112, 9.3", Input: Head("GET / HTTP/1.0", "Connection: Keep-Alive"), Persistent: true},
		{Name: "version 1.0 with Host", Rule: "RFC 9112, 3.2", Input: Head("GET / HTTP/1.0", "Host: a")},
		{Name: "version 1.2 is read as 1.1", Rule: "RFC 9110, 2.5", Input: line("GET / HTTP/1.2"), Persistent: true},
		{Name: "close", Rule: "RFC 9112, 9.6", Input: get("Connection: x, Close")},
		{Name: "close wins", Rule: "RFC 9112, 9.3", Input: Head("GET / HTTP/1.0", "Host: a", "Connection: close, keep-alive")},
		{Name: "method of one's own", Rule: "RFC 9110, 9.1", Input: line("M-SEARCH / HTTP/1.1"), Method: "M-SEARCH", Persistent: true},
		{Name: "absolute form", Rule: "RFC 9112, 3.2.2", Input: line("GET http://a/b?c HTTP/1.1"), Path: "/b", Query: "c", Persistent: true},
		{Name: "absolute form of another scheme", Rule: "RFC 9112, 3.2.2: the connection tells the scheme", Input: line("GET https://a/b HTTP/1.1"), Path: "/b", Persistent: true},
		{Name: "absolute form without a path", Rule: "RFC 9112, 3.2.1", Input: line("GET http://A?c HTTP/1.1"), Host: "A", Query: "c", Persistent: true},
		{Name: "asterisk form", Rule: "RFC 9112, 3.2.4", Input: line("OPTIONS * HTTP/1.1"), Method: "OPTIONS", Path: "*", Persistent: true, Answer: 204},
		{Name: "authority form", Rule: "RFC 9112, 3.2.3", Input: Head("CONNECT a:443 HTTP/1.1", "Host: a:443"), Method: "CONNECT", Host: "a:443", Persistent: true, Answer: 405},
		{Name: "Host with a port", Rule: "RFC 9110, 7.2", Input: Head("GET / HTTP/1.1", "Host: a:8080"), Host: "a:8080", Persistent: true},
		{Name: "Host that is an address", Rule: "RFC 3986, 3.2.2", Input: Head("GET / HTTP/1.1", "Host: [::1]:80"), Host: "[::1]:80", Persistent: true},
		{Name: "query", Rule: "RFC 3986, 3.4", Input: line("GET /a/b?c=d?e HTTP/1.1"), Path: "/a/b", Query: "c=d?e", Persistent: true},
		{Name: "query that is no encoding", Rule: "RFC 3986, 3.4: the application's to read", Input: line("GET /?%zz&%00 HTTP/1.1"), Query: "%zz&%00", Persistent: true},
		{Name: "query with dot segments", Rule: "RFC 3986, 3.4: not a path", Input: line("GET /?/../%2e HTTP/1.1"), Query: "/../%2e", Persistent: true},
		{Name: "query beyond ASCII", Rule: "RFC 3986, 3.4", Input: line("GET /?\xe4 HTTP/1.1"), Query: "\xe4", Target: "/?%E4", Persistent: true},
		{Name: "empty query", Rule: "RFC 3986, 3.4", Input: line("GET /? HTTP/1.1"), Persistent: true},
	}
}

func pathRequests() []Request {
	return []Request{
		{Name: "decoded path", Rule: "RFC 3986, 6.2.2.2", Input: line("GET /a%20b/%C3%A4 HTTP/1.1"), Path: "/a b/ä", Target: "/a%20b/%C3%A4", Persistent: true},
		{Name: "path encoded without need", Rule: "RFC 3986, 6.2.2.2", Input: line("GET /%61%2D%7e HTTP/1.1"), Path: "/a-~", Persistent: true},
		{Name: "encoded slash", Rule: "RFC 3986, 2.2: not a slash", Input: line("GET /a%2fb/%25 HTTP/1.1"), Path: "/a%2Fb/%25", Persistent: true},
		{Name: "encoded encoding of a slash", Rule: "RFC 3986, 2.4: decoded once", Input: line("GET /a%252Fb HTTP/1.1"), Path: "/a%252Fb", Persistent: true},
		{Name: "encoded encoding of a dot", Rule: "RFC 3986, 2.4: decoded once", Input: line("GET /a/%252e%252e/b HTTP/1.1"), Path: "/a/%252e%252e/b", Persistent: true},
		{Name: "dot segments", Rule: "RFC 3986, 5.2.4", Input: line("GET /a/./b/../c/%2e HTTP/1.1"), Path: "/a/c/", Persistent: true},
		{Name: "encoded dot segments", Rule: "RFC 3986, 6.2.2.3", Input: line("GET /a/%2E%2e/c HTTP/1.1"), Path: "/c", Persistent: true},
		{Name: "dots before an encoded slash", Rule: "RFC 3986, 2.2: a name", Input: line("GET /a/..%2fb HTTP/1.1"), Path: "/a/..%2Fb", Persistent: true},
		{Name: "backslash", Rule: "RFC 3986, 3.3: a character of a name", Input: line(`GET /a\..\b HTTP/1.1`), Path: `/a\..\b`, Target: "/a%5C..%5Cb", Persistent: true},
		{Name: "path parameters", Rule: "RFC 3986, 3.3", Input: line("GET /a;b=c/..;/d HTTP/1.1"), Path: "/a;b=c/..;/d", Persistent: true},
		{Name: "empty segments", Rule: "RFC 3986, 3.3", Input: line("GET //a//b HTTP/1.1"), Path: "//a//b", Persistent: true},
		{Name: "encoded question mark", Rule: "RFC 3986, 2.2", Input: line("GET /a%3fb?c HTTP/1.1"), Path: "/a?b", Query: "c", Target: "/a%3Fb?c", Persistent: true},
		{Name: "encoded number sign", Rule: "RFC 3986, 2.2", Input: line("GET /a%23b HTTP/1.1"), Path: "/a#b", Target: "/a%23b", Persistent: true},
		{Name: "encoded line break", Rule: "RFC 3986, 2.1: stays encoded on the line", Input: line("GET /a%0d%0aX:b HTTP/1.1"), Path: "/a\r\nX:b", Target: "/a%0D%0AX:b", Persistent: true},
		{Name: "path beyond ASCII", Rule: "RFC 3986, 2.5", Input: line("GET /\xc3\xa4 HTTP/1.1"), Path: "/ä", Target: "/%C3%A4", Persistent: true},
	}
}

func fieldRequests() []Request {
	return []Request{
		{Name: "order and repetition", Rule: "RFC 9110, 5.3", Input: get("X-A: 1", "Accept: */*", "x-a: 2"), Fields: []string{"X-A: 1", "Accept: */*", "x-a: 2"}, Persistent: true},
		{Name: "white space around a value", Rule: "RFC 9112, 5.1", Input: get("X: \t b\tc \t", "Y:"), Fields: []string{"X: b\tc", "Y: "}, Persistent: true},
		{Name: "bytes beyond ASCII in a value", Rule: "RFC 9110, 5.5", Input: get("X: \xff\xfe"), Fields: []string{"X: \xff\xfe"}, Persistent: true},
		{Name: "every character of a token in a name", Rule: "RFC 9110, 5.6.2", Input: get("!#$%&'*+-.^`|~09aZ: b"), Fields: []string{"!#$%&'*+-.^`|~09aZ: b"}, Persistent: true},
		{Name: "names with underscores", Rule: "RFC 9110, 17: CGI reads a hyphen there", Input: get("X_Real_IP: 1", "Content_Length: 5", "Transfer_Encoding: chunked", "X-B: 1"), Fields: []string{"X-B: 1"}, Persistent: true},
		{Name: "hop-by-hop fields", Rule: "RFC 9110, 7.6.1", Input: get("Keep-Alive: 5", "Proxy-Connection: x", "Proxy-Authorization: x",
			"Proxy-Authenticate: x", "TE: gzip", "Upgrade: h2c", "HTTP2-Settings: x", "X-B: 1"), Fields: []string{"X-B: 1"}, Persistent: true},
		{Name: "fields that Connection lists", Rule: "RFC 9110, 7.6.1", Input: get("Connection: keep-alive, X-Private", "X-Private: 1", "x-private: 2", "X-B: 1", "connection: X-C", "X-C: 1"),
			Fields: []string{"X-B: 1"}, Persistent: true},
		{Name: "Connection that lists what frames and routes", Rule: "RFC 9110, 7.6.1: not to be listed", Input: Head("POST / HTTP/1.1", "Host: a", "Connection: Host, Content-Length, X-Forwarded-For, X-Real-IP", "Content-Length: 2") + "hi",
			Method: "POST", Length: 2, Body: "hi", Persistent: true},
		{Name: "a stranger's word about itself", Rule: "RFC 7239, 8.1", Input: get("X-Forwarded-For: 1.1.1.1", "X-Real-IP: 1.1.1.1", "X-Forwarded-Proto: https",
			"X-Forwarded-Host: evil", "X-Forwarded-Port: 1", "X-Forwarded-Prefix: /evil", "X-Request-ID: evil"), Persistent: true},
		{Name: "Proxy", Rule: "CVE-2016-5385: CGI takes it for a setting", Input: get("Proxy: http://evil"), Persistent: true},
		{Name: "trailers asked for", Rule: "RFC 9110, 10.1.4", Input: get("TE: trailers", "Connection: TE"), Asks: []string{"Connection: TE", "TE: trailers"}, Persistent: true},
		{Name: "upgrade", Rule: "RFC 9110, 7.8", Input: get("Connection: keep-alive, Upgrade", "Upgrade: websocket"), Asks: []string{"Connection: Upgrade", "Upgrade: websocket"}, Persistent: true},
		{Name: "upgrade to HTTP/2", Rule: "RFC 9113, 3.1: would pass by the proxy", Input: get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"), Persistent: true},
		{Name: "upgrade to HTTP among others", Rule: "RFC 9110, 7.8", Input: get("Connection: Upgrade", "Upgrade: H2C, websocket", "Upgrade: TLS/1.0, HTTP/2.0"),
			Asks: []string{"Connection: Upgrade", "Upgrade: websocket"}, Persistent: true},
		{Name: "upgrade to nothing that has a name", Rule: "RFC 9110, 7.8", Input: get("Connection: Upgrade", "Upgrade: ,, a b"), Persistent: true},
		{Name: "upgrade with a body", Rule: "RFC 9110, 7.8: not passed on", Input: post("Connection: upgrade", "Upgrade: websocket", "Content-Length: 2") + "hi", Method: "POST", Length: 2, Body: "hi", Persistent: true},
		{Name: "upgrade on 1.0", Rule: "RFC 9110, 7.8: ignored", Input: Head("GET / HTTP/1.0", "Host: a", "Connection: upgrade", "Upgrade: websocket")},
		{Name: "upgrade that Connection does not list", Rule: "RFC 9110, 7.8: ignored", Input: get("Upgrade: websocket"), Persistent: true},
	}
}

func bodyRequests() []Request {
	return []Request{
		{Name: "length", Rule: "RFC 9112, 6.2", Input: post("Content-Length: 5") + "hello", Method: "POST", Length: 5, Body: "hello", Persistent: true},
		{Name: "length with a leading zero", Rule: "RFC 9110, 8.6: 1*DIGIT", Input: post("Content-Length: 05") + "hello", Method: "POST", Length: 5, Body: "hello", Persistent: true},
		{Name: "equal lengths", Rule: "RFC 9112, 6.3", Input: post("Content-Length: 5", "content-length: 5") + "hello", Method: "POST", Length: 5, Body: "hello", Persistent: true},
		{Name: "length of nothing", Rule: "RFC 9112, 6.2", Input: post("Content-Length: 0"), Method: "POST", Persistent: true},
		{Name: "no length", Rule: "RFC 9112, 6.3: no body", Input: post(), Method: "POST", Persistent: true},
		{Name: "body of a GET", Rule: "RFC 9110, 9.3.1: framed like any other", Input: get("Content-Length: 5") + "hello", Length: 5, Body: "hello", Persistent: true},
		{Name: "body of a HEAD", Rule: "RFC 9110, 9.3.2", Input: Head("HEAD / HTTP/1.1", "Host: a", "Content-Length: 5") + "hello", Method: "HEAD", Length: 5, Body: "hello", Persistent: true},
		{Name: "body that looks like a request", Rule: "RFC 9112, 6", Input: post("Content-Length: 35") + Smuggled, Method: "POST", Length: 35, Body: Smuggled, Persistent: true},
		{Name: "length on 1.0", Rule: "RFC 9112, 6.2", Input: Head("POST / HTTP/1.0", "Host: a", "Content-Length: 5") + "hello", Method: "POST", Length: 5, Body: "hello"},
		{Name: "chunked", Rule: "RFC 9112, 7.1", Input: post("Transfer-Encoding: Chunked") + "5\r\nhello\r\n07\r\n, world\r\n0\r\n\r\n", Method: "POST", Length: -1, Body: "hello, world", Persistent: true},
		{Name: "chunked without content", Rule: "RFC 9112, 7.1", Input: post("Transfer-Encoding: chunked") + "000\r\n\r\n", Method: "POST", Length: -1, Persistent: true},
		{Name: "chunk sizes in both cases", Rule: "RFC 9112, 7.1", Input: post("Transfer-Encoding: chunked") + "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", Method: "POST", Length: -1, Body: "01234567890123456789", Persistent: true},
		{Name: "chunk extensions", Rule: "RFC 9112, 7.1.1: not passed on", Input: post("Transfer-Encoding: chunked") + "5;a=b;c=\"d e\"\r\nhello\r\n0;z\r\n\r\n", Method: "POST", Length: -1, Body: "hello", Persistent: true},
		{Name: "content like the coding", Rule: "RFC 9112, 7.1", Input: post("Transfer-Encoding: chunked") + "7\r\n0\r\n\r\n0\r\r\n0\r\n\r\n", Method: "POST", Length: -1, Body: "0\r\n\r\n0\r", Persistent: true},
		{Name: "content that is a request", Rule: "RFC 9112, 7.1", Input: post("Transfer-Encoding: chunked") + "23\r\n" + Smuggled + "\r\n0\r\n\r\n", Method: "POST", Length: -1, Body: Smuggled, Persistent: true},
		{Name: "trailer", Rule: "RFC 9112, 7.1.2", Input: post("Transfer-Encoding: chunked", "Trailer: X-A") + "2\r\nhi\r\n0\r\nX-A: 1\r\nX-B:  2 \r\n\r\n", Method: "POST", Length: -1, Body: "hi",
			Trailer: "X-A=1;X-B=2", Kept: "X-A=1;X-B=2", Fields: []string{"Trailer: X-A"}, Persistent: true},
		{Name: "a stranger's word in the trailer", Rule: "RFC 9110, 6.5.1", Input: post("Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\nX-Forwarded-For: 1.1.1.1\r\nX-A: 1\r\nX_B: 1\r\n\r\n", Method: "POST", Length: -1, Body: "hi",
			Trailer: "X-Forwarded-For=1.1.1.1;X-A=1;X_B=1", Kept: "X-A=1", Persistent: true},
		{Name: "expectation", Rule: "RFC 9110, 10.1.1", Input: post("Expect: 100-Continue", "Content-Length: 2") + "hi", Method: "POST", Length: 2, Body: "hi", Persistent: true},
		{Name: "expectation without a body", Rule: "RFC 9110, 10.1.1: nothing to wait for", Input: get("Expect: 100-continue"), Persistent: true},
		{Name: "expectation on 1.0", Rule: "RFC 9110, 10.1.1: ignored", Input: Head("POST / HTTP/1.0", "Host: a", "Expect: 100-continue", "Content-Length: 2") + "hi", Method: "POST", Length: 2, Body: "hi"},
	}
}
