package http1

import (
	"errors"

	"stackgen.dev/runtime/gateway"
)

// Limits bounds a head. A zero field means its default.
type Limits struct {
	// Head is the size of start line and fields together, in bytes; 16 KiB by
	// default (nginx large_client_header_buffers, gunicorn limit_request_field_size).
	Head int
	// Fields is the number of field lines; 100 by default (gunicorn limit_request_fields).
	Fields int
	// Line is the size of the request line in bytes; as large as Head by default
	// (gunicorn limit_request_line).
	Line int
}

// The defaults of Limits.
const (
	DefaultHead   = 16 << 10
	DefaultFields = 100
)

// WithDefaults is l with every zero field replaced by its default.
func (l Limits) WithDefaults() Limits {
	if l.Head <= 0 {
		l.Head = DefaultHead
	}
	if l.Fields <= 0 {
		l.Fields = DefaultFields
	}
	if l.Line <= 0 || l.Line > l.Head {
		l.Line = l.Head
	}
	return l
}

// maxLeadingLines is how many empty lines may stand before a start line (RFC
// 9112, section 2.2): old clients end a form's content with one.
const maxLeadingLines = 2

// ErrIncomplete says that the bytes so far are the beginning of a head.
var ErrIncomplete = errors.New("http1: the message head is incomplete")

// The refusals. Each is allocated once: a flood of bad requests costs no memory.
var (
	errBareLF        = &gateway.Error{Status: 400, Reason: "line ends with a bare LF"}
	errBareCR        = &gateway.Error{Status: 400, Reason: "bare CR in the message head"}
	errLeadingLines  = &gateway.Error{Status: 400, Reason: "empty lines before the request line"}
	errRequestLine   = &gateway.Error{Status: 400, Reason: "malformed request line"}
	errMethod        = &gateway.Error{Status: 400, Reason: "malformed method"}
	errMethodLong    = &gateway.Error{Status: 501, Reason: "unknown method"}
	errTarget        = &gateway.Error{Status: 400, Reason: "malformed request target"}
	errTargetForm    = &gateway.Error{Status: 400, Reason: "form of request target does not fit the method"}
	errVersion       = &gateway.Error{Status: 505, Reason: "HTTP version not supported"}
	errLineLong      = &gateway.Error{Status: 414, Reason: "request line too long"}
	errHeadLong      = &gateway.Error{Status: 431, Reason: "message head too large"}
	errFieldCount    = &gateway.Error{Status: 431, Reason: "too many header fields"}
	errFolded        = &gateway.Error{Status: 400, Reason: "folded header field"}
	errFieldName     = &gateway.Error{Status: 400, Reason: "malformed header field name"}
	errFieldValue    = &gateway.Error{Status: 400, Reason: "invalid character in a header field value"}
	errHostMissing   = &gateway.Error{Status: 400, Reason: "Host is missing"}
	errHostRepeated  = &gateway.Error{Status: 400, Reason: "more than one Host"}
	errHost          = &gateway.Error{Status: 400, Reason: "malformed Host"}
	errHostDiffers   = &gateway.Error{Status: 400, Reason: "Host differs from the request target"}
	errLength        = &gateway.Error{Status: 400, Reason: "malformed Content-Length"}
	errLengthDiffers = &gateway.Error{Status: 400, Reason: "Content-Length fields differ"}
	errBothFramings  = &gateway.Error{Status: 400, Reason: "both Content-Length and Transfer-Encoding"}
	errCoding        = &gateway.Error{Status: 400, Reason: "malformed Transfer-Encoding"}
	errCodingUnknown = &gateway.Error{Status: 501, Reason: "transfer coding not supported"}
	errCodingHTTP10  = &gateway.Error{Status: 400, Reason: "Transfer-Encoding on HTTP/1.0"}
	errTypeRepeated  = &gateway.Error{Status: 400, Reason: "more than one Content-Type"}
	errExpectation   = &gateway.Error{Status: 417, Reason: "expectation not supported"}
	errConnectBody   = &gateway.Error{Status: 400, Reason: "CONNECT with a body"}
	errStatusLine    = &gateway.Error{Status: 502, Reason: "malformed status line"}
	errBodyless      = &gateway.Error{Status: 502, Reason: "body where none may be"}
)
