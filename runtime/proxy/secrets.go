package proxy

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// commonSecrets are names under which secrets are sent, in small letters.
var commonSecrets = []string{
	"password", "passwd", "pwd", "pass", "passphrase", "secret", "client_secret", "token", "access_token", "refresh_token", "id_token", "auth",
	"auth_token", "api_key", "apikey", "api-key", "access_key", "private_key", "signature", "sig", "x-amz-signature", "x-amz-security-token", "x-amz-credential",
	"x-goog-signature", "session", "sessionid", "session_id", "sid", "csrfmiddlewaretoken", "jwt", "otp", "code_verifier", "client_assertion", "assertion",
	"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "x-csrftoken", "x-csrf-token", "x-accel-redirect",
	"www-authenticate", "proxy-authenticate", "authentication-info",
}

// redactedText stands in a log in the place of a secret.
const redactedText = "***"

// secrets are the names of query parameters and header fields whose values no log holds.
type secrets map[string]bool

func newSecrets(more []string) secrets {
	s := secrets{}
	for _, list := range [][]string{commonSecrets, more} {
		for _, name := range list {
			s[strings.ToLower(name)] = true
		}
	}
	return s
}

// parameter reports whether a query parameter, as it stands there, is a secret.
func (s secrets) parameter(name []byte) bool {
	return s[strings.ToLower(string(unescaped(name)))]
}

// unescaped is a part of a query as it is meant. What is no escape stands for itself: whoever reads the
// query may take it so.
func unescaped(text []byte) []byte {
	if !bytes.ContainsAny(text, "%+") {
		return text
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		var b [1]byte
		if c == '+' {
			c = ' '
		} else if c == '%' && i+2 < len(text) {
			if _, err := hex.Decode(b[:], text[i+1:i+3]); err == nil {
				c, i = b[0], i+2
			}
		}
		plain = append(plain, c)
	}
	return plain
}

// redacted is an address or a request's target without its secrets: the values of such parameters, behind
// a number sign too (RFC 6749, section 4.2.2), and a password before the host. It is the address itself, or lies in a.scratch until the next call.
func (a *accessLog) redacted(address []byte) []byte {
	at := bytes.IndexAny(address, "?#")
	user := -1
	if scheme := bytes.Index(address, []byte("://")); scheme >= 0 && (at < 0 || scheme < at) {
		host := address[scheme+3:]
		if end := bytes.IndexAny(host, "/?#"); end >= 0 {
			host = host[:end]
		}
		if n := bytes.LastIndexByte(host, '@'); n >= 0 {
			user = scheme + 3 + n
		}
	}
	if at < 0 && user < 0 {
		return address
	}
	b := a.scratch[:0]
	if user >= 0 {
		b = append(b, address[:bytes.Index(address, []byte("://"))+3]...)
		b = append(b, redactedText...)
		address = address[user:]
		at = bytes.IndexAny(address, "?#")
	}
	if at >= 0 {
		b = append(b, address[:at+1]...)
		b = a.secrets.appendQuery(b, address[at+1:])
	} else {
		b = append(b, address...)
	}
	a.scratch = b
	return b
}

// appendQuery appends a query without its secrets.
func (s secrets) appendQuery(b, query []byte) []byte {
	for more := true; more; {
		var pair []byte
		pair, query, more = bytes.Cut(query, []byte("&"))
		open := s.withoutSecret(pair)
		b = append(b, open...)
		if len(open) < len(pair) {
			b = append(b, redactedText...)
		}
		if more {
			b = append(b, '&')
		}
	}
	return b
}

// escapes is how often a value may be escaped and still be looked through.
const escapes = 3

// withoutSecret is what may be written of a parameter: all of it, or what stands before the value of a secret.
// An address in a value has a query of its own, and is escaped.
func (s secrets) withoutSecret(pair []byte) []byte {
	if open := s.plainly(pair); len(open) < len(pair) {
		return open
	}
	name, value, _ := bytes.Cut(pair, []byte("="))
	for range escapes {
		if bytes.IndexByte(value, '%') < 0 {
			break
		}
		value = unescaped(value)
		if len(s.plainly(value)) < len(value) {
			return pair[:len(name)+1]
		}
	}
	return pair
}

// plainly is withoutSecret for what is not escaped. Some take a semicolon for the end of a parameter.
func (s secrets) plainly(pair []byte) []byte {
	for start := 0; ; {
		equals := bytes.IndexByte(pair[start:], '=')
		if equals < 0 {
			return pair
		}
		equals += start
		name := pair[start:equals]
		if i := bytes.LastIndexAny(name, ";?&#"); i >= 0 {
			name = name[i+1:]
		}
		if s.parameter(name) {
			return pair[:equals+1]
		}
		start = equals + 1
	}
}
