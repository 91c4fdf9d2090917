package http1test

import "strings"

// BadAnswer is an answer of a server that is not passed on: the client gets
// 502 and nothing of it.
type BadAnswer struct {
	Name, Rule string
	// Method is that of the request.
	Method string
	// Input is what the server sends before it closes the connection. Where
	// something of it must not reach the client, that is the word "secret".
	Input string
}

// answer is an answer with a body that must not be seen.
func answer(lines ...string) string { return Head(lines...) + "secret" }

// BadAnswers is the table of answers that become 502.
func BadAnswers() []BadAnswer {
	ok := func(fields ...string) string { return answer(append([]string{"HTTP/1.1 200 OK"}, fields...)...) }
	return []BadAnswer{
		{"another protocol", "RFC 9112, 4", "GET", "SSH-2.0-secret\r\n\r\n"},
		{"another protocol, cut", "RFC 9112, 4", "GET", "220 "},
		{"nothing but a body", "RFC 9112, 4: HTTP/0.9", "GET", "<p>secret</p>\r\n"},
		{"an empty line first", "RFC 9112, 4", "GET", "\r\n" + ok("Content-Length: 6")},
		{"HTTP/2", "RFC 9112, 2.3", "GET", answer("HTTP/2.0 200 OK", "Content-Length: 6")},
		{"version in lower case", "RFC 9112, 2.3", "GET", answer("http/1.1 200 OK", "Content-Length: 6")},
		{"two spaces before the status", "RFC 9112, 4", "GET", answer("HTTP/1.1  200 OK", "Content-Length: 6")},
		{"tab before the status", "RFC 9112, 4", "GET", answer("HTTP/1.1\t200 OK", "Content-Length: 6")},
		{"no status", "RFC 9112, 4", "GET", answer("HTTP/1.1 OK", "Content-Length: 6")},
		{"status of two digits", "RFC 9112, 4", "GET", answer("HTTP/1.1 20 OK", "Content-Length: 6")},
		{"status of four digits", "RFC 9112, 4", "GET", answer("HTTP/1.1 2000 OK", "Content-Length: 6")},
		{"status that is no number", "RFC 9112, 4", "GET", answer("HTTP/1.1 2x0 OK", "Content-Length: 6")},
		{"status below 100", "RFC 9110, 15", "GET", answer("HTTP/1.1 099 OK", "Content-Length: 6")},
		{"status above 599", "RFC 9110, 15", "GET", answer("HTTP/1.1 600 OK", "Content-Length: 6")},
		{"control character in the reason", "RFC 9112, 4", "GET", answer("HTTP/1.1 200 O\x01K", "Content-Length: 6")},
		{"bare LF after the status", "RFC 9112, 2.2", "GET", "HTTP/1.1 200 OK\nContent-Length: 6\r\n\r\nsecret"},
		{"bare LFs throughout", "RFC 9112, 2.2", "GET", "HTTP/1.1 200 OK\nContent-Length: 6\n\nsecret"},
		{"bare CR in a value", "RFC 9110, 5.5", "GET", ok("X: a\rSet-Cookie: secret", "Content-Length: 6")},
		{"NUL in a value", "RFC 9110, 5.5", "GET", ok("X: a\x00", "Content-Length: 6")},
		{"folded field", "RFC 9112, 5.2", "GET", ok("X: a", " b", "Content-Length: 6")},
		{"space before the colon", "RFC 9112, 5.1", "GET", ok("Content-Length : 6")},
		{"no colon", "RFC 9112, 5.1", "GET", ok("X", "Content-Length: 6")},
		{"both framings", "RFC 9112, 6.3", "GET", ok("Content-Length: 6", "Transfer-Encoding: chunked")},
		{"different lengths", "RFC 9112, 6.3", "GET", ok("Content-Length: 6", "Content-Length: 7")},
		{"length as a list", "RFC 9110, 8.6", "GET", ok("Content-Length: 6, 6")},
		{"length with a sign", "RFC 9110, 8.6", "GET", ok("Content-Length: +6")},
		{"malformed length", "RFC 9112, 6.3", "GET", ok("Content-Length: 6 6")},
		{"chunked on 1.0", "RFC 9112, 6.1", "GET", answer("HTTP/1.0 200 OK", "Transfer-Encoding: chunked")},
		{"unknown coding", "RFC 9112, 6.1", "GET", ok("Transfer-Encoding: gzip")},
		{"unknown coding first", "RFC 9112, 6.1", "GET", ok("Transfer-Encoding: gzip, chunked")},
		{"chunked not last", "RFC 9112, 6.1", "GET", ok("Transfer-Encoding: chunked, gzip")},
		{"coding twice", "RFC 9112, 6.1", "GET", ok("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")},
		{"204 with a length", "RFC 9110, 15.3.5", "GET", answer("HTTP/1.1 204 No Content", "Content-Length: 6")},
		{"204 with a coding", "RFC 9110, 15.3.5", "GET", answer("HTTP/1.1 204 No Content", "Transfer-Encoding: chunked")},
		{"interim with a body", "RFC 9110, 15.2", "GET", answer("HTTP/1.1 100 Continue", "Content-Length: 6")},
		{"interim without end", "RFC 9110, 15.2: bounded", "GET", strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 50) + ok("Content-Length: 6")},
		{"nothing behind an interim", "RFC 9110, 15.2", "GET", Head("HTTP/1.1 100 Continue")},
		{"101 unasked", "RFC 9110, 15.2.2", "GET", answer("HTTP/1.1 101 Switching Protocols", "Upgrade: x", "Connection: upgrade")},
		{"huge head", "bounded", "GET", ok("X: "+strings.Repeat("secret", 12000), "Content-Length: 6")},
		{"huge head without an end", "bounded", "GET", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("secret", 20000)},
		{"many fields", "bounded", "GET", ok(strings.Repeat("X: a\r\n", 300) + "Content-Length: 6")},
		{"a head cut short", "RFC 9112, 8", "GET", "HTTP/1.1 200 OK\r\nX: secret\r\nContent-Le"},
	}
}

// Answer is an answer of a server that is passed on.
type Answer struct {
	Name, Rule string
	// Method is that of the request.
	Method string
	// Input is what the server sends. It leaves its side of the connection open
	// unless Closes is set.
	Input  string
	Closes bool

	// Status and Body are what the client gets; 0 where the answer is taken for
	// broken off before its head.
	Status int
	Body   string
	// Fields are fields that the client must see ("Name: value") or, with
	// nothing behind the colon, must not see.
	Fields []string
	// Cut says that the client can tell that the body is not whole.
	Cut bool
	// Kept says that the connection is used for the next request.
	Kept bool
}

// Answers is the table of answers that are passed on.
func Answers() []Answer {
	ok := func(fields ...string) string { return Head(append([]string{"HTTP/1.1 200 OK"}, fields...)...) }
	return []Answer{
		{Name: "length", Rule: "RFC 9112, 6.3", Method: "GET", Input: ok("Content-Length: 5") + "hello", Status: 200, Body: "hello", Fields: []string{"Content-Length: 5"}, Kept: true},
		{Name: "equal lengths", Rule: "RFC 9112, 6.3", Method: "GET", Input: ok("Content-Length: 5", "Content-Length: 5") + "hello", Status: 200, Body: "hello", Fields: []string{"Content-Length: 5"}, Kept: true},
		{Name: "length of nothing", Rule: "RFC 9112, 6.3", Method: "GET", Input: ok("Content-Length: 0"), Status: 200, Kept: true},
		{Name: "no reason", Rule: "RFC 9112, 4", Method: "GET", Input: Head("HTTP/1.1 200", "Content-Length: 5") + "hello", Status: 200, Body: "hello", Kept: true},
		{Name: "chunked", Rule: "RFC 9112, 7.1", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "5;a=b\r\nhello\r\n0\r\n\r\n", Status: 200, Body: "hello", Fields: []string{"Content-Length:"}, Kept: true},
		{Name: "trailer", Rule: "RFC 9112, 7.1.2", Method: "GET", Input: ok("Trailer: X-Sum", "Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n", Status: 200, Body: "hi", Fields: []string{"X-Sum: 7"}, Kept: true},
		{Name: "up to the end", Rule: "RFC 9112, 6.3", Method: "GET", Input: ok() + "hello", Closes: true, Status: 200, Body: "hello"},
		{Name: "close", Rule: "RFC 9112, 9.6", Method: "GET", Input: ok("Content-Length: 5", "Connection: close") + "hello", Status: 200, Body: "hello", Fields: []string{"Connection:"}},
		{Name: "of 1.0", Rule: "RFC 9112, 9.3", Method: "GET", Input: Head("HTTP/1.0 200 OK", "Content-Length: 5") + "hello", Status: 200, Body: "hello"},
		{Name: "of 1.0, kept alive", Rule: "RFC 9112, 9.3", Method: "GET", Input: Head("HTTP/1.0 200 OK", "Content-Length: 5", "Connection: keep-alive") + "hello", Status: 200, Body: "hello", Kept: true},
		{Name: "interim first", Rule: "RFC 9110, 15.2", Method: "GET", Input: Head("HTTP/1.1 103 Early Hints", "Link: </a>") + ok("Content-Length: 5") + "hello", Status: 200, Body: "hello", Kept: true},
		{Name: "100 unasked", Rule: "RFC 9110, 15.2.1: the proxy answers Expect itself", Method: "GET", Input: Head("HTTP/1.1 100 Continue", "X-A: 1") + ok("Content-Length: 5") + "hello", Status: 200, Body: "hello", Fields: []string{"X-A:"}, Kept: true},
		{Name: "100 and a HEAD", Rule: "RFC 9110, 15.2.1", Method: "HEAD", Input: Head("HTTP/1.1 100 Continue") + ok("Content-Length: 5"), Status: 200, Kept: true},
		{Name: "HEAD", Rule: "RFC 9110, 9.3.2", Method: "HEAD", Input: ok("Content-Length: 5"), Status: 200, Fields: []string{"Content-Length: 5"}, Kept: true},
		{Name: "HEAD of a chunked one", Rule: "RFC 9110, 9.3.2", Method: "HEAD", Input: ok("Transfer-Encoding: chunked"), Status: 200, Kept: true},
		{Name: "HEAD with a body", Rule: "RFC 9110, 9.3.2: the server is out of step", Method: "HEAD", Input: ok("Content-Length: 5") + "hello", Status: 200},
		{Name: "204", Rule: "RFC 9110, 15.3.5", Method: "DELETE", Input: Head("HTTP/1.1 204 No Content"), Status: 204, Kept: true},
		{Name: "204 with a body", Rule: "RFC 9110, 15.3.5: the server is out of step", Method: "GET", Input: Head("HTTP/1.1 204 No Content") + "hello", Status: 204},
		{Name: "304", Rule: "RFC 9110, 15.4.5", Method: "GET", Input: Head("HTTP/1.1 304 Not Modified", "Content-Length: 5"), Status: 304, Kept: true},
		{Name: "304 with a body", Rule: "RFC 9110, 15.4.5: the server is out of step", Method: "GET", Input: Head("HTTP/1.1 304 Not Modified", "Content-Length: 5") + "hello", Status: 304},
		{Name: "more than announced", Rule: "RFC 9112, 9.2: answers nothing", Method: "GET", Input: ok("Content-Length: 2") + "hi" + ok("Content-Length: 4") + "evil", Status: 200, Body: "hi"},
		{Name: "more behind the last chunk", Rule: "RFC 9112, 9.2: answers nothing", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\n\r\n" + ok("Content-Length: 4") + "evil", Status: 200, Body: "hi"},
		{Name: "hop-by-hop fields", Rule: "RFC 9110, 7.6.1", Method: "GET", Input: ok("Connection: X-Private", "X-Private: 1", "Keep-Alive: timeout=5", "Proxy-Authenticate: x", "Upgrade: h2c", "X-Public: 1", "Content-Length: 0"),
			Status: 200, Fields: []string{"X-Private:", "Keep-Alive:", "Proxy-Authenticate:", "Upgrade:", "Connection:", "X-Public: 1"}, Kept: true},
		{Name: "no length and less of a body", Rule: "RFC 9112, 8", Method: "GET", Input: ok("Content-Length: 10") + "hello", Closes: true, Status: 200, Cut: true},
		{Name: "chunks without the last", Rule: "RFC 9112, 8", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "5\r\nhello\r\n", Closes: true, Status: 200, Cut: true},
		{Name: "a chunk cut short", Rule: "RFC 9112, 8", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "9\r\nhello", Closes: true, Status: 200, Cut: true},
		{Name: "a trailer cut short", Rule: "RFC 9112, 8", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\nX: 1\r\n", Closes: true, Status: 200, Cut: true},
		{Name: "a malformed chunk", Rule: "RFC 9112, 7.1", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "5\r\nhello\r\nxyz\r\n", Status: 200, Cut: true},
		{Name: "chunks with bare LF", Rule: "RFC 9112, 7.1", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "5\nhello\n0\n\n", Status: 200, Cut: true},
		{Name: "a forbidden trailer", Rule: "RFC 9110, 6.5.1", Method: "GET", Input: ok("Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\nContent-Length: 5\r\n\r\n", Status: 200, Cut: true},
	}
}
