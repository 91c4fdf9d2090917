// Package http1test is the table of what the strict reading of HTTP/1.1 means:
// messages, the section of the RFC behind each, and what has to become of them.
// The parser, the engine, the proxy and built sites are all tested against this one
// table, so that no tier is more lenient than the one before it.
//
//   - [Refusals]: requests whose head is refused, with the status of the answer
//   - [BadBodies]: chunked bodies that are refused with 400
//   - [Requests]: requests that are understood, and what of them is forwarded
//   - [BadAnswers]: answers of a server that a proxy turns into 502
//   - [Answers]: answers that are passed on, whole or cut short
//
// It imports nothing of this module and is linked into no site.
package http1test

import "strings"

// Head joins lines with CRLF and adds the empty line that ends a head.
func Head(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n\r\n" }

// Smuggled is a request that tests send behind a case: whoever answers it
// has read the end of the case in the wrong place.
const Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
