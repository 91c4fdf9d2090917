package acme

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"

	"go.uber.org/zap/zapcore"
)

// logTo has the library's log go to the site's, until it is to end: what it then
// leaves undone is no failure.
type logTo struct {
	log   *slog.Logger
	ended *atomic.Bool
}

// level is what operators have to know of: of the library's news the successes, which it
// tells in detail, are for those who look closely.
func level(l zapcore.Level) slog.Level {
	switch {
	case l >= zapcore.ErrorLevel:
		return slog.LevelError
	case l == zapcore.WarnLevel:
		return slog.LevelWarn
	case l == zapcore.InfoLevel:
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// Enabled implements zapcore.LevelEnabler.
func (t logTo) Enabled(l zapcore.Level) bool {
	return !t.ended.Load() && t.log.Enabled(context.Background(), level(l))
}

// With implements zapcore.Core.
func (t logTo) With(fields []zapcore.Field) zapcore.Core {
	return logTo{slog.New(t.log.Handler().WithAttrs(attributes(fields))), t.ended}
}

// Check implements zapcore.Core.
func (t logTo) Check(e zapcore.Entry, c *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if t.Enabled(e.Level) {
		return c.AddCore(e, t)
	}
	return c
}

// Write implements zapcore.Core.
func (t logTo) Write(e zapcore.Entry, fields []zapcore.Field) error {
	t.log.LogAttrs(context.Background(), level(e.Level), "acme: "+e.Message, attributes(fields)...)
	return nil
}

// Sync implements zapcore.Core.
func (t logTo) Sync() error { return nil }

func attributes(fields []zapcore.Field) []slog.Attr {
	values := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(values)
	}
	names := make([]string, 0, len(values.Fields))
	for name := range values.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []slog.Attr
	for _, name := range names {
		all = append(all, slog.Any(name, values.Fields[name]))
	}
	return all
}

var _ zapcore.Core = logTo{}
