package web

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"
)

// failure answers an error: with the site's error view, or a plain page. It
// never fails. It is logged with the request's id: what the server did wrong
// (5xx) as an error, for a panic with its stack; what the client did as a
// warning, and a page that there is not as information (django.request).
func (a *App) failure(r *Request, err error) *Response {
	status := statusOf(err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		switch r.x.Context().Err() {
		case context.Canceled:
			status = 499
		case context.DeadlineExceeded:
			status = 503 // what the engine answers for a handler that goes on
		}
	}
	if status == 499 {
		// The client has gone: nobody reads the answer and nothing is wrong.
		return Empty(499)
	}
	a.record(r, status, err)
	p := a.errorPage(r, status, err)
	var own *Error
	if errors.As(err, &own) {
		if own.RetryAfter > 0 {
			p.SetHeader("Retry-After", strconv.Itoa(int((own.RetryAfter+time.Second-1)/time.Second)))
		}
		for _, field := range own.Header {
			p.SetHeader(field[0], field[1])
		}
	}
	if status == 503 {
		p.SetDefaultHeader("Retry-After", "1")
	}
	return p
}

// errorPage is the page that says what went wrong.
func (a *App) errorPage(r *Request, status int, err error) *Response {
	if r.Debug() {
		if p := a.debugPage(r, status, err); p != nil {
			return p
		}
	}
	view := a.config.ErrorViews[status]
	if view == nil {
		view = a.config.ErrorViews[0]
	}
	if view != nil {
		p, failed := a.errorView(r, view, err)
		if failed == nil {
			if p.Status == 0 || p.Status == 200 {
				p.Status = status
			}
			return p
		}
		a.record(r, 500, fmt.Errorf("web: the error view for %d: %w", status, failed))
		return plainPage(r, 500, "")
	}
	message := ""
	var own *Error
	if errors.As(err, &own) && status < 500 {
		message = own.Message
	}
	return plainPage(r, status, message)
}

// ErrorTemplate answers failures with a template of the site: handler404 and
// its like. The template sees request, status, and as exception the message
// that a view gave its error; "" for a failure of the server, which says nothing of itself.
func ErrorTemplate(name string) ErrorView {
	return func(r *Request, err error) (*Response, error) {
		status, message := statusOf(err), ""
		var own *Error
		if errors.As(err, &own) && status < 500 {
			message = own.Message
		}
		return Render(r, name, map[string]any{"request": r, "status": status, "exception": message})
	}
}

func (a *App) errorView(r *Request, view ErrorView, err error) (p *Response, failed error) {
	defer func() {
		if v := recover(); v != nil {
			p, failed = nil, &panicError{v, debug.Stack()}
		}
	}()
	p, failed = view(r, err)
	if failed != nil {
		return nil, failed
	}
	if p == nil {
		return nil, errNoResponse
	}
	return p, p.Render(r)
}

func (a *App) record(r *Request, status int, err error) {
	attrs := []slog.Attr{
		slog.String("request_id", r.ID()),
		slog.Int("status", status),
		slog.String("method", r.Method()),
		slog.String("path", r.Path()),
		slog.String("error", err.Error()),
	}
	if r.view != nil {
		attrs = append(attrs, slog.String("view", r.view.Name))
	}
	var p *panicError
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	level, message := slog.LevelError, "request failed"
	switch {
	case status == 404 || status == 405:
		level, message = slog.LevelInfo, "request answered with an error"
	case status < 500:
		level, message = slog.LevelWarn, "request refused"
	}
	a.log.LogAttrs(context.Background(), level, message, attrs...)
	if level == slog.LevelError {
		a.alarm(r, status, err)
	}
}

// plainPage is the page of last resort.
func plainPage(r *Request, status int, message string) *Response {
	title := StatusText(status)
	if title == "" {
		title = fmt.Sprintf("Error %d", status)
	}
	if message == "" {
		switch {
		case status == 404:
			message = "The requested resource was not found on this server."
		case status >= 500:
			message = "Something went wrong on our side. The request was recorded as " + r.ID() + "."
		}
	}
	p := HTML("<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>" + title + "</title>\n</head>\n<body>\n" +
		"  <h1>" + title + "</h1>\n  <p>" + html.EscapeString(message) + "</p>\n</body>\n</html>\n")
	p.Status = status
	return p
}
