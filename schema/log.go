package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Log says which requests are logged, how and where (log_format, access_log, error_log).
type Log struct {
	Format  RequestTemplate
	When    RequestCondition
	Percent Int
	Secrets []String
	// File is where lines go, "" for standard output; ErrorFile where messages go beside standard error.
	File, ErrorFile String
	Buffer          Size
	Flush           Duration
	DeclRange       hcl.Range
}

func logBlock() *block {
	return &block{
		Type: "log", Once: true, Into: reflect.TypeFor[Log](),
		Doc:      "Which requests are logged, how and where; the values of cookies, passwords and tokens never are, and what cannot be written, as the disk is full, is lost with a message and holds up no request.",
		Ancestor: "nginx access_log",
		Example: `log {
  format  = "${client.address} ${request.method} ${request.uri} ${response.status} ${response.duration}"
  when    = request.path != "/healthz"
  file    = "logs/access.log"
  secrets = ["invitation"]
}`,
		Attrs: []*attr{
			{Name: "format", Type: requestTemplate{}, Ancestor: "nginx log_format",
				Doc: "The line, in place of the form that access_log names: beside what stands in other templates it may hold request.protocol, request.trace_id and request.span_id of a site that has a tracing block, request.time, request.time_local, response.status, response.bytes, response.duration in seconds, response.header.NAME, response.upstream, response.server, response.tries, response.upstream_time, response.cache, response.location, response.route and response.refused_by."},
			{Name: "when", Type: whenType{}, Ancestor: "nginx access_log if",
				Doc: "What has to hold of a request and its answer to be logged, such as !startswith(response.status, \"2\"); all are when not written."},
			{Name: "percent", Type: intType(), Default: "100", Check: checkShare, Ancestor: "nginx split_clients",
				Doc: "How many in a hundred requests are logged, by their ids; those that were answered with 5xx always are."},
			{Name: "secrets", Type: stringList{}, Check: checkNotEmpty,
				Doc: "Names of query parameters and header fields whose values are written as ***, beside those that are usual for secrets: password, token, access_token, api_key, secret, signature, session, Authorization, Set-Cookie and more; cookies always are."},
			{Name: "file", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx access_log",
				Doc: "The file that lines are added to, opened anew at USR1 so that it can be turned over; standard output when not written."},
			{Name: "error_file", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx error_log, gunicorn errorlog",
				Doc: "A file for the messages of all processes of the site, beside standard error, opened anew at USR1."},
			{Name: "buffer", Type: sizeType(), Default: `"32KB"`, Check: checkLogBuffer, Ancestor: "nginx access_log buffer",
				Doc: "How much is collected before it is written."},
			{Name: "flush", Type: durationType(), Default: `"1s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx access_log flush",
				Doc: "How long a line waits at most."},
		},
		Check: checkLog,
	}
}

// answerAttrs are what a log's template and condition may take, beside what there is of every request.
func answerAttrs() []string {
	return []string{"request.protocol", "request.trace_id", "request.span_id", "request.time", "request.time_local", "response.status", "response.bytes", "response.duration", "response.upstream",
		"response.server", "response.tries", "response.upstream_time", "response.cache", "response.location", "response.route", "response.refused_by"}
}

// isAnswerAttr reports whether names are an attribute of the answer, which only a log block has.
func isAnswerAttr(u *use, names []string) bool {
	switch u.owner.(type) {
	case *Log:
	case *Headers:
		if u.table.Type != "headers" || strings.Join(names, ".") == "response.bytes" {
			return false
		}
	default:
		return false
	}
	return slices.Contains(answerAttrs(), strings.Join(names, ".")) ||
		len(names) == 3 && names[0] == "response" && names[1] == "header" && headerPattern.MatchString(names[2])
}

func checkLog(d *decoder, s *scope) {
	l := s.owner.(*Log)
	if d.isWritten(l, "format") && d.isWritten(s.parent.owner, "access_log") {
		at := d.attrRange(s.parent.owner, "access_log", l.DeclRange)
		d.report(errorAt(l.Format.Range, "Line said twice", "The attribute access_log names a form of the line already. Take one of the two away.").and(at, "access_log is here"))
	}
	for _, p := range l.Format.Parts {
		if strings.ContainsAny(p.Literal, "\r\n") {
			d.report(errorAt(l.Format.Range, "Line of several lines", "Each request is one line of the log, and the format holds the end of one. Take it away."))
			break
		}
	}
	if p := s.parent.owner.(*Proxy); p.AccessLog.V == "off" && (l.File.Set || l.When.Op != "" || l.Percent.V != 100) && !d.isWritten(l, "format") {
		d.report(errorAt(l.DeclRange, "Log that is switched off", "With access_log = \"off\" no request is logged, so nothing is to be said about which and where. Take one of the two away.").
			and(d.attrRange(p, "access_log", l.DeclRange), "it is switched off here"))
	}
	if l.File.Set && l.File.Bind == nil && l.ErrorFile.Bind == nil && l.File.V == l.ErrorFile.V {
		d.report(errorAt(l.ErrorFile.Range, "One file for two logs", "Requests and messages would stand in one file. Write another name.").and(l.File.Range, "file is here"))
	}
}

func checkLogBuffer(v any) *problem {
	if n := v.(int64); n < 1 || n > 1<<20 {
		return &problem{"Size out of range", fmt.Sprintf("%d bytes are too few or too many to collect. Write a size between 1B and 1MB.", n)}
	}
	return nil
}
