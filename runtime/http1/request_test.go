package http1

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// head joins lines with CRLF and ends the head.
func head(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n\r\n" }

// refused is the table of what is not a request, each with the rule behind it.
var refused = []struct {
	name   string
	rule   string
	input  string
	status int
}{
	{"no version", "RFC 9112, 2.3: HTTP/0.9 is not spoken", "GET /\r\n\r\n", 400},
	{"two spaces after the method", "RFC 9112, 3: single SP", head("GET  / HTTP/1.1", "Host: a"), 400},
	{"two spaces before the version", "RFC 9112, 3: single SP", head("GET /  HTTP/1.1", "Host: a"), 400},
	{"tab as separator", "RFC 9112, 3: single SP", head("GET\t/ HTTP/1.1", "Host: a"), 400},
	{"space at the end of the line", "RFC 9112, 3", head("GET / HTTP/1.1 ", "Host: a"), 400},
	{"leading space", "RFC 9112, 3", head(" GET / HTTP/1.1", "Host: a"), 400},
	{"method with a separator", "RFC 9110, 9.1: token", head("GE(T / HTTP/1.1", "Host: a"), 400},
	{"method in lower case", "RFC 9110, 9.1: case-sensitive", head("get / HTTP/1.1", "Host: a"), 400},
	{"method that nobody has", "RFC 9112, 3: 501", head(strings.Repeat("A", 33)+" / HTTP/1.1", "Host: a"), 501},
	{"three empty lines first", "RFC 9112, 2.2: bounded", "\r\n\r\n\r\n" + head("GET / HTTP/1.1", "Host: a"), 400},
	{"bare CR first", "RFC 9112, 2.2", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"TLS to a plain port", "RFC 9110, 9.1", "\x16\x03\x01\x02\x00\x01\x00", 400},

	{"version 2.0", "RFC 9110, 15.6.6", head("GET / HTTP/2.0", "Host: a"), 505},
	{"version 0.9 spelled out", "RFC 9110, 15.6.6", head("GET / HTTP/0.9", "Host: a"), 505},
	{"version in lower case", "RFC 9112, 2.3: case-sensitive", head("GET / http/1.1", "Host: a"), 400},
	{"version with two digits", "RFC 9112, 2.3: DIGIT.DIGIT", head("GET / HTTP/1.10", "Host: a"), 400},
	{"version without a dot", "RFC 9112, 2.3", head("GET / HTTP/1-1", "Host: a"), 400},

	{"relative target", "RFC 9112, 3.2", head("GET index.html HTTP/1.1", "Host: a"), 400},
	{"asterisk for GET", "RFC 9112, 3.2.4", head("GET * HTTP/1.1", "Host: a"), 400},
	{"authority for GET", "RFC 9112, 3.2.3", head("GET a:80 HTTP/1.1", "Host: a"), 400},
	{"origin form for CONNECT", "RFC 9112, 3.2.3", head("CONNECT / HTTP/1.1", "Host: a"), 400},
	{"CONNECT without a port", "RFC 9112, 3.2.3", head("CONNECT a HTTP/1.1", "Host: a"), 400},
	{"CONNECT with a body", "RFC 9110, 9.3.6", head("CONNECT a:80 HTTP/1.1", "Host: a:80", "Content-Length: 5"), 400},
	{"unknown scheme", "RFC 9110, 4.2", head("GET ftp://a/ HTTP/1.1", "Host: a"), 400},
	{"absolute form without a host", "RFC 9110, 4.2.1", head("GET http:///x HTTP/1.1", "Host: a"), 400},
	{"absolute form with user information", "RFC 9110, 4.2.4", head("GET http://u@a/ HTTP/1.1", "Host: a"), 400},
	{"absolute form against Host", "RFC 9112, 3.2.2", head("GET http://a/ HTTP/1.1", "Host: b"), 400},
	{"fragment", "RFC 9112, 3.2.1", head("GET /a#b HTTP/1.1", "Host: a"), 400},
	{"control character in the target", "RFC 3986, 2", head("GET /a\x01b HTTP/1.1", "Host: a"), 400},
	{"NUL in the target", "RFC 3986, 2", head("GET /a\x00b HTTP/1.1", "Host: a"), 400},
	{"encoded NUL in the path", "RFC 3986, 7.3", head("GET /a%00b HTTP/1.1", "Host: a"), 400},
	{"malformed percent-encoding", "RFC 3986, 2.1", head("GET /%zz HTTP/1.1", "Host: a"), 400},
	{"cut percent-encoding", "RFC 3986, 2.1", head("GET /a%2 HTTP/1.1", "Host: a"), 400},
	{"dot segments above the root", "RFC 3986, 5.2.4", head("GET /a/../../b HTTP/1.1", "Host: a"), 400},
	{"encoded dot segments above the root", "RFC 3986, 6.2.2.2", head("GET /%2e%2e/b HTTP/1.1", "Host: a"), 400},

	{"no Host", "RFC 9112, 3.2", head("GET / HTTP/1.1"), 400},
	{"empty Host", "RFC 9110, 4.2.1", head("GET / HTTP/1.1", "Host:"), 400},
	{"two Hosts", "RFC 9112, 3.2", head("GET / HTTP/1.1", "Host: a", "Host: a"), 400},
	{"two Hosts on 1.0", "RFC 9112, 3.2", head("GET / HTTP/1.0", "Host: a", "host: b"), 400},
	{"Host with a path", "RFC 9110, 7.2", head("GET / HTTP/1.1", "Host: a/b"), 400},
	{"Host with user information", "RFC 9110, 7.2", head("GET / HTTP/1.1", "Host: u@a"), 400},
	{"Host as a list", "RFC 9110, 7.2", head("GET / HTTP/1.1", "Host: a, b"), 400},
	{"Host with a bad port", "RFC 3986, 3.2.3", head("GET / HTTP/1.1", "Host: a:8x"), 400},
	{"Host with too large a port", "RFC 3986, 3.2.3", head("GET / HTTP/1.1", "Host: a:65536"), 400},
	{"Host with an open bracket", "RFC 3986, 3.2.2", head("GET / HTTP/1.1", "Host: [::1"), 400},
	{"Host with bytes behind the bracket", "RFC 3986, 3.2.2", head("GET / HTTP/1.1", "Host: [::1]x"), 400},

	{"bare LF after the request line", "RFC 9112, 2.2", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
	{"bare LF after a field", "RFC 9112, 2.2", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
	{"bare LF at the end of the head", "RFC 9112, 2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
	{"bare CR in a value", "RFC 9110, 5.5", head("GET / HTTP/1.1", "Host: a", "X: b\rc"), 400},
	{"two CRs at the end of a line", "RFC 9112, 2.2", head("GET / HTTP/1.1", "Host: a", "X: b\r"), 400},
	{"NUL in a value", "RFC 9110, 5.5", head("GET / HTTP/1.1", "Host: a", "X: b\x00c"), 400},
	{"DEL in a value", "RFC 9110, 5.5", head("GET / HTTP/1.1", "Host: a", "X: long enough for words\x7f"), 400},
	{"control character in a value", "RFC 9110, 5.5", head("GET / HTTP/1.1", "Host: a", "X: \x0b"), 400},
	{"space before the colon", "RFC 9112, 5.1", head("GET / HTTP/1.1", "Host : a"), 400},
	{"tab before the colon", "RFC 9112, 5.1", head("GET / HTTP/1.1", "Host: a", "X\t: b"), 400},
	{"space in a name", "RFC 9110, 5.1", head("GET / HTTP/1.1", "Host: a", "X Y: b"), 400},
	{"empty name", "RFC 9110, 5.1", head("GET / HTTP/1.1", "Host: a", ": b"), 400},
	{"no colon", "RFC 9110, 5.1", head("GET / HTTP/1.1", "Host: a", "X"), 400},
	{"name beyond ASCII", "RFC 9110, 5.1", head("GET / HTTP/1.1", "Host: a", "Ü: b"), 400},
	{"folded field", "RFC 9112, 5.2", head("GET / HTTP/1.1", "Host: a", "X: b", " c"), 400},
	{"folded first line", "RFC 9112, 2.2", head("GET / HTTP/1.1", " Host: a", "Host: a"), 400},

	{"Content-Length with a sign", "RFC 9110, 8.6", head("POST / HTTP/1.1", "Host: a", "Content-Length: +5"), 400},
	{"negative Content-Length", "RFC 9110, 8.6", head("POST / HTTP/1.1", "Host: a", "Content-Length: -5"), 400},
	{"empty Content-Length", "RFC 9110, 8.6", head("POST / HTTP/1.1", "Host: a", "Content-Length:"), 400},
	{"hexadecimal Content-Length", "RFC 9110, 8.6", head("POST / HTTP/1.1", "Host: a", "Content-Length: 0x5"), 400},
	{"Content-Length as a list", "RFC 9110, 8.6", head("POST / HTTP/1.1", "Host: a", "Content-Length: 5, 5"), 400},
	{"Content-Length beyond 64 bits", "RFC 9110, 8.6", head("POST / HTTP/1.1", "Host: a", "Content-Length: 99999999999999999999"), 400},
	{"different Content-Lengths", "RFC 9112, 6.3", head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Content-Length: 6"), 400},
	{"Content-Length and Transfer-Encoding", "RFC 9112, 6.1", head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"), 400},
	{"Transfer-Encoding and Content-Length 0", "RFC 9112, 6.1", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 0"), 400},
	{"Transfer-Encoding on HTTP/1.0", "RFC 9112, 6.1", head("POST / HTTP/1.0", "Transfer-Encoding: chunked"), 400},
	{"chunked twice", "RFC 9112, 6.1", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked, chunked"), 400},
	{"chunked in two fields", "RFC 9112, 6.1", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 400},
	{"chunked not last", "RFC 9112, 6.1", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked, gzip"), 400},
	{"empty Transfer-Encoding", "RFC 9112, 6.1", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding:"), 400},
	{"chunked with a parameter", "RFC 9112, 7", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked;a=b"), 400},
	{"chunked with a trick character", "RFC 9112, 7", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: \x0bchunked"), 400},
	{"unknown coding", "RFC 9112, 6.1: 501", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"), 501},
	{"identity coding", "RFC 9112, 7", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: identity"), 501},
	{"two Content-Types", "RFC 9110, 8.3", head("POST / HTTP/1.1", "Host: a", "Content-Type: a/b", "Content-Type: a/b"), 400},
	{"another expectation", "RFC 9110, 10.1.1", head("POST / HTTP/1.1", "Host: a", "Expect: 200-ok", "Content-Length: 1"), 417},

	{"long request line", "RFC 9112, 3: 414", head("GET /"+strings.Repeat("a", DefaultHead)+" HTTP/1.1", "Host: a"), 414},
	{"long request line without an end", "RFC 9112, 3: 414", "GET /" + strings.Repeat("a", DefaultHead), 414},
	{"long field", "RFC 6585, 5: 431", head("GET / HTTP/1.1", "Host: a", "X: "+strings.Repeat("a", DefaultHead)), 431},
	{"long field without an end", "RFC 6585, 5: 431", "GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", DefaultHead), 431},
	{"many fields", "RFC 6585, 5: 431", head("GET / HTTP/1.1", "Host: a", strings.Repeat("X: b\r\n", DefaultFields)+"X: b"), 431},
}

func TestParseRequestRefuses(t *testing.T) {
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			var r gateway.Request
			n, err := ParseRequest([]byte(tt.input), &r, Limits{})
			var refusal *gateway.Error
			if n != 0 || !errors.As(err, &refusal) {
				t.Fatalf("%s: ParseRequest = %d, %v, want a refusal", tt.rule, n, err)
			}
			if refusal.Status != tt.status {
				t.Errorf("%s: status %d (%s), want %d", tt.rule, refusal.Status, refusal.Reason, tt.status)
			}
		})
	}
}

// accepted is the table of what is a request; "|" stands between the facts.
var accepted = []struct {
	name  string
	input string
	want  string // method|host|path|query|content length|persistent
}{
	{"plain", head("GET / HTTP/1.1", "Host: a"), "GET|a|/||0|true"},
	{"query", head("GET /a/b?c=d?e HTTP/1.1", "Host: a:8080"), "GET|a:8080|/a/b|c=d?e|0|true"},
	{"empty query", head("GET /? HTTP/1.1", "Host: a"), "GET|a|/||0|true"},
	{"an empty line first", "\r\n" + head("GET / HTTP/1.1", "Host: a"), "GET|a|/||0|true"},
	{"version 1.0 without Host", head("GET / HTTP/1.0"), "GET||/||0|false"},
	{"version 1.0 kept alive", head("GET / HTTP/1.0", "Connection: Keep-Alive"), "GET||/||0|true"},
	{"version 1.2 is read as 1.1", head("GET / HTTP/1.2", "Host: a"), "GET|a|/||0|true"},
	{"close", head("GET / HTTP/1.1", "Host: a", "Connection: x, Close"), "GET|a|/||0|false"},
	{"close wins", head("GET / HTTP/1.0", "Connection: close, keep-alive"), "GET||/||0|false"},
	{"absolute form", head("GET http://a/b?c HTTP/1.1", "Host: a"), "GET|a|/b|c|0|true"},
	{"absolute form without a path", head("GET http://A?c HTTP/1.1", "Host: a"), "GET|A|/|c|0|true"},
	{"asterisk form", head("OPTIONS * HTTP/1.1", "Host: a"), "OPTIONS|a|*||0|true"},
	{"authority form", head("CONNECT a:443 HTTP/1.1", "Host: a:443"), "CONNECT|a:443|||0|true"},
	{"address as host", head("GET / HTTP/1.1", "Host: [::1]:80"), "GET|[::1]:80|/||0|true"},
	{"method of one's own", head("M-SEARCH / HTTP/1.1", "Host: a"), "M-SEARCH|a|/||0|true"},
	{"length", head("POST / HTTP/1.1", "Host: a", "Content-Length: 012"), "POST|a|/||12|true"},
	{"equal lengths", head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Content-Length: 5"), "POST|a|/||5|true"},
	{"chunked", head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: Chunked"), "POST|a|/||-1|true"},
	{"expectation", head("POST / HTTP/1.1", "Host: a", "Expect: 100-Continue", "Content-Length: 1"), "POST|a|/||1|true"},
	{"decoded path", head("GET /a%20b/%C3%A4 HTTP/1.1", "Host: a"), "GET|a|/a b/ä||0|true"},
	{"encoded slash", head("GET /a%2fb/%25 HTTP/1.1", "Host: a"), "GET|a|/a%2Fb/%25||0|true"},
	{"dot segments", head("GET /a/./b/../c/%2e HTTP/1.1", "Host: a"), "GET|a|/a/c/||0|true"},
	{"bytes beyond ASCII in a value", head("GET / HTTP/1.1", "Host: a", "X: \xff\xfe"), "GET|a|/||0|true"},
}

func TestParseRequestAccepts(t *testing.T) {
	for _, tt := range accepted {
		t.Run(tt.name, func(t *testing.T) {
			var r gateway.Request
			const body = "the body"
			n, err := ParseRequest([]byte(tt.input+body), &r, Limits{})
			if err != nil || n != len(tt.input) {
				t.Fatalf("ParseRequest = %d, %v, want %d", n, err, len(tt.input))
			}
			got := strings.Join([]string{r.Method, string(r.Host), string(r.Path), string(r.Query),
				strconv.FormatInt(r.ContentLength, 10), strconv.FormatBool(Persistent(r.Proto, &r.Header))}, "|")
			if got != tt.want {
				t.Errorf("parsed as %s, want %s", got, tt.want)
			}
		})
	}
}

// A head that arrives byte by byte is incomplete until its last byte, and
// means then what it means when it comes at once.
func TestParseRequestIncomplete(t *testing.T) {
	for _, tt := range accepted {
		t.Run(tt.name, func(t *testing.T) {
			var r gateway.Request
			for i := range len(tt.input) {
				if n, err := ParseRequest([]byte(tt.input[:i]), &r, Limits{}); n != 0 || err != ErrIncomplete {
					t.Fatalf("after %d bytes: %d, %v, want ErrIncomplete", i, n, err)
				}
			}
		})
	}
}

func TestParseRequestFields(t *testing.T) {
	var r gateway.Request
	input := head("GET / HTTP/1.1", "Host: a", "Accept:  text/html \t", "X-Empty:", "accept: b", "X:\ta\tb")
	if _, err := ParseRequest([]byte(input), &r, Limits{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Header.Fields() {
		got = append(got, string(f.Name)+"="+string(f.Value))
	}
	want := "Host=a;Accept=text/html;X-Empty=;accept=b;X=a\tb"
	if strings.Join(got, ";") != want {
		t.Errorf("fields %q, want %q", strings.Join(got, ";"), want)
	}
}

func TestParseRequestAllocatesNothing(t *testing.T) {
	input := []byte(head("GET /a%20b/../c?d=e HTTP/1.1", "Host: example.com", "Accept: text/html",
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko", "Cookie: a=b; c=d", "Connection: keep-alive, x"))
	var r gateway.Request
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := ParseRequest(input, &r, Limits{}); err != nil {
			t.Fatal(err)
		}
		if !Persistent(r.Proto, &r.Header) || ExpectsContinue(&r) {
			t.Fatal("read wrongly")
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations per request, want 0", allocs)
	}
}

func TestValidValue(t *testing.T) {
	// Every byte at every place of a word and behind it.
	for c := range 256 {
		want := c >= ' ' && c != 0x7f || c == '\t'
		for at := range 17 {
			b := bytes.Repeat([]byte{'a'}, 17)
			b[at] = byte(c)
			if ValidValue(b) != want {
				t.Errorf("byte %#x at %d: valid is %v, want %v", c, at, !want, want)
			}
		}
	}
}

func BenchmarkParseRequest(b *testing.B) {
	input := []byte(head("GET /posts/hello-world/ HTTP/1.1", "Host: example.com", "Accept: text/html,application/xhtml+xml",
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Accept-Encoding: gzip, deflate, br",
		"Accept-Language: en-US,en;q=0.5", "Cookie: sessionid=0123456789abcdef0123456789abcdef", "Connection: keep-alive"))
	var r gateway.Request
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		if _, err := ParseRequest(input, &r, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
