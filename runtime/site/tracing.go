package site

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/proxy"
)

// Tracing makes what follows the requests of a process. It comes with generated code, so that
// a site links only what it declares.
type Tracing func(process string, log *slog.Logger) (gateway.Tracer, error)

// lastSpans bounds how long a process that ends waits for its last spans to be taken.
const lastSpans = 3 * time.Second

// openTracer opens the tracer of the process, where the site has one. What it returns ends it.
func (s *settings) openTracer(process string) (end func(), err error) {
	if s.Tracing == nil {
		return func() {}, nil
	}
	if s.Proxy.Tracer, err = s.Tracing(process, s.log); err != nil {
		return nil, err
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), lastSpans)
		defer cancel()
		if err := s.Proxy.Tracer.Close(ctx); err != nil {
			s.log.Warn("tracing: the last spans were not all taken", "error", err)
		}
	}, nil
}

// followed is the application with its part in each request followed, where the site has a tracer.
func (s *settings) followed(app gateway.Handler) gateway.Handler {
	if s.Proxy.Tracer == nil {
		return app
	}
	return proxy.Followed(app, s.Proxy.Tracer, s.Proxy.TrustedProxies...)
}

// followStatements notes the statements of requests that are followed, by the names of
// OpenTelemetry's conventions. Their values are no part of the text.
func followStatements(t gateway.Tracer, system string) model.Watch {
	return func(ctx context.Context, sql string) (func(error), error) {
		s := t.Within(ctx, gateway.ClientSpan, "SQL")
		if s == nil {
			return nil, nil
		}
		operation, table := summary(sql)
		name := operation
		if table != "" {
			name += " " + table
			s.SetString("db.collection.name", table)
		}
		s.SetName(name)
		s.SetString("db.system.name", system)
		s.SetString("db.operation.name", operation)
		s.SetString("db.query.summary", name)
		s.SetString("db.query.text", sql)
		return func(err error) {
			if err != nil {
				s.SetString("error.type", "database")
				s.Fail("") // what the database says may hold values, and is for the log
			}
			s.End()
		}, nil
	}
}

// summary is what a statement does and to which table, as far as its first words say.
func summary(sql string) (operation, table string) {
	words := strings.Fields(sql[:min(len(sql), 4096)])
	if len(words) == 0 {
		return "SQL", ""
	}
	operation = strings.ToUpper(words[0])
	for i, w := range words[:len(words)-1] {
		switch strings.ToUpper(w) {
		case "FROM", "INTO", "UPDATE", "COPY":
			if name, quoted := strings.CutPrefix(words[i+1], `"`); quoted {
				name, _, _ = strings.Cut(name, `"`)
				return operation, name
			}
			return operation, strings.TrimRight(words[i+1], "(,;)")
		}
	}
	return operation, ""
}
