package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stackgen.dev/runtime/model"
)

// checkStatements has the database prepare the statements of sql blocks, which
// runs none of them: a table or column that it does not have, a function or a
// type that does not fit, and columns other than those of the block are an error
// here and not at the first request.
func (d *Database) checkStatements(ctx context.Context, db *model.DB) error {
	if len(d.Statements) == 0 {
		return nil
	}
	var wrong []error
	err := db.Session(ctx, func(s model.Session) error {
		describer, ok := s.(model.Describer)
		if !ok {
			return errors.New("the driver does not prepare statements")
		}
		for _, q := range d.Statements {
			columns, err := describer.Describe(ctx, q.SQL)
			switch {
			case errors.Is(err, model.ErrUnavailable), ctx.Err() != nil:
				return err
			case err != nil:
				wrong = append(wrong, fmt.Errorf("the statement sql.%s does not fit this database: %w", q.Name, err))
			case len(q.Columns) > 0 && !slices.Equal(columns, q.Columns):
				wrong = append(wrong, fmt.Errorf("the statement sql.%s gives the columns %s, and its block declares %s", q.Name, strings.Join(columns, ", "), strings.Join(q.Columns, ", ")))
			}
		}
		return nil
	})
	return errors.Join(append(wrong, err)...)
}
