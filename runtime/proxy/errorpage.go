package proxy

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"log/slog"
	"strconv"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// fail answers with an error of the proxy's own: a small page that needs
// nothing else, as HTML or text, with the id that the log has too. Err is why,
// for the log alone; nil where the status says everything.
func (p *Proxy) fail(x *gateway.Exchange, v visit, status int, err error) {
	r := &x.Request
	x.Response.Reset()
	x.Response.Status = status
	x.Response.Header.Add("Cache-Control", "no-store")
	phrase := http1.ReasonPhrase(status)
	if phrase == "" {
		phrase = "Error"
	}
	if page := p.page(&v, status); page != nil {
		x.Response.Header.Add("Content-Type", page.Type)
		x.Response.Bytes(page.Body)
	} else if acceptsHTML(&r.Header) {
		x.Response.Header.Add("Content-Type", "text/html; charset=utf-8")
		x.Response.KeepBuffer(appendErrorPage(x.Response.Buffer(), status, phrase, r.ID))
	} else {
		x.Response.Header.Add("Content-Type", "text/plain; charset=utf-8")
		b := strconv.AppendInt(x.Response.Buffer(), int64(status), 10)
		b = append(append(append(b, ' '), phrase...), "\nRequest "...)
		x.Response.KeepBuffer(append(append(b, r.ID...), '\n'))
	}
	if status == 503 {
		x.Response.Header.Add("Retry-After", "1")
	}
	p.logFailure(r, v, status, err)
}

// logFailure tells operators: the server's failures as errors, what clients
// did wrong only where information is wanted.
func (p *Proxy) logFailure(r *gateway.Request, v visit, status int, err error) {
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelError
	}
	ctx := context.Background()
	if !p.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.Int("status", status),
		slog.String("id", r.ID),
		slog.String("method", r.Method),
		slog.String("host", string(r.Host)),
		slog.String("path", string(r.Path)),
		slog.String("client", r.Client.String()),
	}
	if v.location != nil {
		attrs = append(attrs, slog.String("location", v.location.pattern))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	p.log.LogAttrs(ctx, level, fmt.Sprintf("proxy: request answered with %d", status), attrs...)
}

func appendErrorPage(b []byte, status int, phrase, id string) []byte {
	title := strconv.Itoa(status) + " " + html.EscapeString(phrase)
	b = append(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>"...)
	b = append(b, title...)
	b = append(b, "</title>\n<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}"+
		"p{color:#666}</style>\n</head>\n<body>\n<h1>"...)
	b = append(b, title...)
	b = append(b, "</h1>\n<p>Request "...)
	b = append(b, html.EscapeString(id)...)
	return append(b, "</p>\n</body>\n</html>\n"...)
}

// acceptsHTML reports whether a client asks for HTML by name, as browsers do.
// Programs, which accept anything or something else, get text.
func acceptsHTML(h *gateway.Header) bool {
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, "Accept") {
			continue
		}
		for list, more := f.Value, true; more; {
			var element []byte
			element, list, more = bytes.Cut(list, []byte(","))
			mediaType, params, _ := bytes.Cut(element, []byte(";"))
			mediaType = bytes.Trim(mediaType, " \t")
			if !gateway.EqualFold(mediaType, "text/html") && !gateway.EqualFold(mediaType, "application/xhtml+xml") {
				continue
			}
			if q := bytes.Trim(params, " \t"); len(q) > 2 && lower(q[0]) == 'q' && q[1] == '=' {
				if weight, ok := parseWeight(q[2:]); ok && weight == 0 {
					continue
				}
			}
			return true
		}
	}
	return false
}
