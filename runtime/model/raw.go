package model

// Raw runs SQL of your own that reads, and reads each row into an R: into names
// where the columns go, in their order, and is called once (raw, cursor). Each
// target points at a value of a field's type, or at a Null of one. Parameters
// are written ?1, ?2 and so on; args are values of fields' types, nil for null.
//
//	type line struct { Title string; Comments int64 }
//	lines, err := model.Raw(r, `SELECT title, ...`, func(l *line) []any {
//		return []any{&l.Title, &l.Comments}
//	}, since)
func Raw[R any](src Source, sql string, into func(r *R) []any, args ...any) ([]R, error) {
	conn, err := connOf(src)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(src.Context(), sql, argValues(args))
	if err != nil {
		return nil, err
	}
	defer rows.Close() // also when into or reading panics
	var r R
	targets := into(&r)
	out := []R{}
	for rows.Next() {
		for i, t := range targets {
			readInto(t, rows, i, 0)
		}
		out = append(out, r)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return out, nil
}

// RawExec runs SQL of your own that changes rows, and returns how many.
func RawExec(src Source, sql string, args ...any) (int64, error) {
	conn, err := connOf(src)
	if err != nil {
		return 0, err
	}
	result, err := conn.Exec(src.Context(), sql, argValues(args))
	return result.RowsAffected, err
}

func argValues(args []any) []Value {
	values := make([]Value, len(args))
	for i, a := range args {
		if a != nil {
			values[i] = valueOf(a)
		}
	}
	return values
}
