package http1test

import "strings"

// long is as large as the default bound of a head, in bytes.
var long = strings.Repeat("a", 16<<10)

func fields() []Refusal {
	return []Refusal{
		{"bare LF after the request line", "RFC 9112, 2.2", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
		{"bare LF after a field", "RFC 9112, 2.2", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
		{"bare LF at the end of the head", "RFC 9112, 2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
		{"bare LFs throughout", "RFC 9112, 2.2", "GET / HTTP/1.1\nHost: a\n\n", 400},
		{"bare CR in a value", "RFC 9110, 5.5", get("X: b\rc"), 400},
		{"bare CR that hides a field", "RFC 9110, 5.5", get("X: b\rTransfer-Encoding: chunked"), 400},
		{"two CRs at the end of a line", "RFC 9112, 2.2", get("X: b\r"), 400},
		{"bare CR for an empty line", "RFC 9112, 2.2", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n\r\n", 400},
		{"NUL in a value", "RFC 9110, 5.5", get("X: b\x00c"), 400},
		{"DEL in a value", "RFC 9110, 5.5", get("X: long enough for words\x7f"), 400},
		{"control character in a value", "RFC 9110, 5.5", get("X: \x0b"), 400},
		{"escape in a value", "RFC 9110, 5.5", get("X: \x1b[2J"), 400},
		{"space before the colon", "RFC 9112, 5.1", Head("GET / HTTP/1.1", "Host : a"), 400},
		{"tab before the colon", "RFC 9112, 5.1", get("X\t: b"), 400},
		{"space before the colon of a length", "RFC 9112, 5.1", post("Content-Length : 5"), 400},
		{"space before the colon of a coding", "RFC 9112, 5.1", post("Transfer-Encoding : chunked"), 400},
		{"space in a name", "RFC 9110, 5.1", get("X Y: b"), 400},
		{"empty name", "RFC 9110, 5.1", get(": b"), 400},
		{"no colon", "RFC 9110, 5.1", get("X"), 400},
		{"name with a NUL", "RFC 9110, 5.1", get("X\x00: b"), 400},
		{"name with a control character", "RFC 9110, 5.1", post("Transfer-Encoding\x0b: chunked"), 400},
		{"name with a separator", "RFC 9110, 5.6.2", get("X(Y): b"), 400},
		{"name with a slash", "RFC 9110, 5.6.2", get("X/Y: b"), 400},
		{"quoted name", "RFC 9110, 5.6.2", get(`"X": b`), 400},
		{"name beyond ASCII", "RFC 9110, 5.1", get("\xc3\x9c: b"), 400},
		{"folded field", "RFC 9112, 5.2", get("X: b", " c"), 400},
		{"field folded by a tab", "RFC 9112, 5.2", get("X: b", "\tTransfer-Encoding: chunked"), 400},
		{"folded coding", "RFC 9112, 5.2", post("Transfer-Encoding:", " chunked"), 400},
		{"folded first line", "RFC 9112, 2.2", Head("GET / HTTP/1.1", " Host: a", "Host: a"), 400},
		{"two Content-Types", "RFC 9110, 8.3", post("Content-Type: a/b", "Content-Type: a/b", "Content-Length: 0"), 400},
		{"another expectation", "RFC 9110, 10.1.1: 417", post("Expect: 200-ok", "Content-Length: 1"), 417},
		{"words before the known expectation", "RFC 9110, 10.1.1: 417", get("Expect: y 100-continue", "Content-Length: 1"), 417},
		{"an empty expectation", "RFC 9110, 10.1.1: 417", get("Expect:", "Content-Length: 1"), 417},
		{"an expectation beside the known one", "RFC 9110, 10.1.1: 417", post("Expect: 100-continue, more", "Content-Length: 1"), 417},
	}
}

func framings() []Refusal {
	length := func(v string) string { return post("Content-Length: " + v) }
	coding := func(v string) string { return post("Transfer-Encoding: " + v) }
	return []Refusal{
		{"Content-Length with a plus sign", "RFC 9110, 8.6", length("+5"), 400},
		{"negative Content-Length", "RFC 9110, 8.6", length("-5"), 400},
		{"negative zero as Content-Length", "RFC 9110, 8.6", length("-0"), 400},
		{"empty Content-Length", "RFC 9110, 8.6", length(""), 400},
		{"hexadecimal Content-Length", "RFC 9110, 8.6", length("0x5"), 400},
		{"Content-Length with an underscore", "RFC 9110, 8.6", length("1_0"), 400},
		{"Content-Length with an exponent", "RFC 9110, 8.6", length("1e1"), 400},
		{"Content-Length as a fraction", "RFC 9110, 8.6", length("5.0"), 400},
		{"Content-Length in quotes", "RFC 9110, 8.6", length(`"5"`), 400},
		{"Content-Length in other digits", "RFC 9110, 8.6", length("\xef\xbc\x95"), 400},
		{"Content-Length with a space inside", "RFC 9110, 8.6", length("5 5"), 400},
		{"Content-Length as a list", "RFC 9110, 8.6: rejected, as it may be", length("5, 5"), 400},
		{"Content-Length as an open list", "RFC 9110, 8.6", length("5,"), 400},
		{"Content-Length beyond 64 bits", "RFC 9110, 8.6", length("99999999999999999999"), 400},
		{"Content-Length that wraps to five", "RFC 9110, 8.6", length("18446744073709551621"), 400},
		{"different Content-Lengths", "RFC 9112, 6.3", post("Content-Length: 5", "Content-Length: 6"), 400},
		{"a good and a bad Content-Length", "RFC 9112, 6.3", post("Content-Length: 5", "Content-Length: x"), 400},
		{"Content-Length and Transfer-Encoding", "RFC 9112, 6.1", post("Content-Length: 5", "Transfer-Encoding: chunked"), 400},
		{"Transfer-Encoding and Content-Length 0", "RFC 9112, 6.1", post("Transfer-Encoding: chunked", "Content-Length: 0"), 400},
		{"Content-Length and an unknown coding", "RFC 9112, 6.1", post("Content-Length: 5", "Transfer-Encoding: xchunked"), 501},
		{"Transfer-Encoding on HTTP/1.0", "RFC 9112, 6.1", Head("POST / HTTP/1.0", "Transfer-Encoding: chunked"), 400},
		{"chunked twice", "RFC 9112, 6.1", coding("chunked, chunked"), 400},
		{"chunked in two fields", "RFC 9112, 6.1", post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 400},
		{"chunked and identity in two fields", "RFC 9112, 6.1", post("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), 501},
		{"chunked not last", "RFC 9112, 6.1", coding("chunked, gzip"), 400},
		{"chunked before identity", "RFC 9112, 6.1", coding("chunked, identity"), 400},
		{"chunked in an open list", "RFC 9112, 6.1: once and alone", coding("chunked,"), 400},
		{"chunked behind a comma", "RFC 9112, 6.1: once and alone", coding(", chunked"), 400},
		{"empty Transfer-Encoding", "RFC 9112, 6.1", coding(""), 400},
		{"chunked with a parameter", "RFC 9112, 7", coding("chunked;a=b"), 400},
		{"chunked in quotes", "RFC 9112, 7", coding(`"chunked"`), 400},
		{"chunked behind a vertical tab", "RFC 9112, 7", coding("\x0bchunked"), 400},
		{"chunked before a NUL", "RFC 9112, 7", coding("chunked\x00"), 400},
		{"words around chunked", "RFC 9112, 7", coding("not chunked"), 400},
		{"unknown coding first", "RFC 9112, 6.1: 501", coding("gzip, chunked"), 501},
		{"unknown coding alone", "RFC 9112, 6.1: 501", coding("gzip"), 501},
		{"coding like chunked", "RFC 9112, 6.1: 501", coding("xchunked"), 501},
		{"identity coding", "RFC 9112, 7: no longer one", coding("identity"), 501},
	}
}

// BadBody is a chunked body that is refused with 400 when it is read.
type BadBody struct {
	Name, Rule string
	// Coding is what follows the head of a request with Transfer-Encoding: chunked.
	Coding string
}

// BadBodies is the table of malformed chunked bodies.
func BadBodies() []BadBody {
	return []BadBody{
		{"no size", "RFC 9112, 7.1", "\r\nhello\r\n0\r\n\r\n"},
		{"plus sign", "RFC 9112, 7.1", "+5\r\nhello\r\n0\r\n\r\n"},
		{"minus sign", "RFC 9112, 7.1", "-5\r\nhello\r\n0\r\n\r\n"},
		{"prefix", "RFC 9112, 7.1", "0x5\r\nhello\r\n0\r\n\r\n"},
		{"underscore", "RFC 9112, 7.1", "1_0\r\n0123456789012345\r\n0\r\n\r\n"},
		{"no hexadecimal digit", "RFC 9112, 7.1", "g\r\nhello\r\n0\r\n\r\n"},
		{"hexadecimal digits, then others", "RFC 9112, 7.1", "5x\r\nhello\r\n0\r\n\r\n"},
		{"space before the size", "RFC 9112, 7.1", " 5\r\nhello\r\n0\r\n\r\n"},
		{"space behind the size", "RFC 9112, 7.1", "5 \r\nhello\r\n0\r\n\r\n"},
		{"tab behind the size", "RFC 9112, 7.1", "5\t\r\nhello\r\n0\r\n\r\n"},
		{"size beyond 64 bits", "RFC 9112, 7.1", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
		{"size with zeros without end", "RFC 9112, 7.1: bounded", strings.Repeat("0", 40) + "5\r\nhello\r\n0\r\n\r\n"},
		{"bare LF behind the size", "RFC 9112, 2.2", "5\nhello\r\n0\r\n\r\n"},
		{"bare CR behind the size", "RFC 9112, 2.2", "5\rhello\r\n0\r\n\r\n"},
		{"two CRs behind the size", "RFC 9112, 2.2", "5\r\r\nhello\r\n0\r\n\r\n"},
		{"bare LF behind the data", "RFC 9112, 7.1", "5\r\nhello\n0\r\n\r\n"},
		{"nothing behind the data", "RFC 9112, 7.1", "5\r\nhello0\r\n\r\n"},
		{"two bytes that are not CRLF", "RFC 9112, 7.1", "5\r\nhelloXX0\r\n\r\n"},
		{"data longer than its size", "RFC 9112, 7.1", "4\r\nhello\r\n0\r\n\r\n"},
		{"data shorter than its size", "RFC 9112, 7.1", "6\r\nhello\r\n0\r\n\r\n"},
		{"bare CR in an extension", "RFC 9112, 7.1.1", "5;a\rb\r\nhello\r\n0\r\n\r\n"},
		{"bare LF in an extension", "RFC 9112, 7.1.1", "5;a\nb\r\nhello\r\n0\r\n\r\n"},
		{"NUL in an extension", "RFC 9112, 7.1.1", "5;a\x00\r\nhello\r\n0\r\n\r\n"},
		{"extension without a semicolon", "RFC 9112, 7.1.1", "5 a=b\r\nhello\r\n0\r\n\r\n"},
		{"space before an extension", "RFC 9112, 7.1.1: bad white space", "5 ;a=b\r\nhello\r\n0\r\n\r\n"},
		{"long extension", "RFC 9112, 7.1.1: bounded", "5;" + strings.Repeat("a", 300) + "\r\nhello\r\n0\r\n\r\n"},
		{"size line without an end", "RFC 9112, 7.1.1: bounded", strings.Repeat("0", 5000)},
		{"many extensions", "RFC 9112, 7.1.1: bounded", strings.Repeat("1;"+strings.Repeat("a", 200)+"\r\nx\r\n", 100) + "0\r\n\r\n"},
		{"no empty line at the end", "RFC 9112, 7.1", "0\r\nGET / HTTP/1.1\r\n\r\n"},
		{"bare LF at the end", "RFC 9112, 7.1", "0\r\n\n"},
		{"bare LF behind the last size", "RFC 9112, 7.1", "0\n\n"},
		{"folded trailer", "RFC 9112, 5.2", "0\r\nX: a\r\n b\r\n\r\n"},
		{"space before a trailer's colon", "RFC 9112, 5.1", "0\r\nX : a\r\n\r\n"},
		{"NUL in a trailer", "RFC 9110, 5.5", "0\r\nX: a\x00\r\n\r\n"},
		{"bare CR in a trailer", "RFC 9110, 5.5", "0\r\nX: a\rb\r\n\r\n"},
		{"Content-Length in the trailer", "RFC 9110, 6.5.1", "0\r\nContent-Length: 5\r\n\r\n"},
		{"Transfer-Encoding in the trailer", "RFC 9110, 6.5.1", "0\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"Host in the trailer", "RFC 9110, 6.5.1", "0\r\nHost: a\r\n\r\n"},
		{"Authorization in the trailer", "RFC 9110, 6.5.1", "0\r\nAuthorization: a\r\n\r\n"},
		{"Cookie in the trailer", "RFC 9110, 6.5.1", "0\r\nCookie: a=b\r\n\r\n"},
		{"Content-Type in the trailer", "RFC 9110, 6.5.1", "0\r\nContent-Type: a/b\r\n\r\n"},
		{"Connection in the trailer", "RFC 9110, 6.5.1", "0\r\nConnection: close\r\n\r\n"},
		{"Trailer in the trailer", "RFC 9110, 6.5.1", "0\r\nTrailer: a\r\n\r\n"},
		{"large trailer", "RFC 9112, 7.1.2: bounded", "0\r\n" + strings.Repeat("X: "+strings.Repeat("a", 500)+"\r\n", 20) + "\r\n"},
		{"many trailer fields", "RFC 9112, 7.1.2: bounded", "0\r\n" + strings.Repeat("X: a\r\n", 40) + "\r\n"},
	}
}
