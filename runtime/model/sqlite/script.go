package sqlite

import (
	"context"
	"fmt"
	"strings"
)

// Script runs statement after statement; SQLite itself finds where each ends.
func (s *session) Script(ctx context.Context, sql string) error {
	if s.conn.watch(ctx) {
		defer s.conn.unwatch()
	}
	for rest := skipBlank(sql); rest != ""; {
		if err := ctx.Err(); err != nil {
			return err
		}
		line := 1 + strings.Count(sql[:len(sql)-len(rest)], "\n")
		stmt, trailing, err := s.conn.db.PrepareTransient(rest)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, translate(ctx, err))
		}
		for more := true; more && err == nil; {
			more, err = stmt.Step()
		}
		stmt.Finalize()
		if err != nil {
			return fmt.Errorf("line %d: %w", line, translate(ctx, err))
		}
		rest = skipBlank(rest[len(rest)-trailing:])
	}
	return nil
}

// skipBlank leaves out what stands before a statement: space, comments and
// semicolons. An empty rest is the end.
func skipBlank(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n\f;")
		switch {
		case strings.HasPrefix(sql, "--"):
			_, sql, _ = strings.Cut(sql, "\n")
		case strings.HasPrefix(sql, "/*"):
			_, sql, _ = strings.Cut(sql[2:], "*/")
		default:
			return sql
		}
	}
}
