package model

// Scan fills row's struct from the columns that begin at column at. Generated
// code has one for every model.
type Scan[T any] func(into *T, row Row, at int)

// FetchOne runs a fixed statement and returns its first row, or ErrNotFound.
func FetchOne[T any](src Source, sql string, scan Scan[T], args ...Value) (*T, error) {
	conn, err := connOf(src)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(src.Context(), sql, args)
	if err != nil {
		return nil, err
	}
	if !rows.Next() {
		if err := rows.Close(); err != nil {
			return nil, err
		}
		return nil, ErrNotFound
	}
	into := new(T)
	scan(into, rows, 0)
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return into, nil
}

// FetchAll runs a fixed statement and returns its rows; without rows the slice
// is empty and not nil.
func FetchAll[T any](src Source, sql string, scan Scan[T], args ...Value) ([]*T, error) {
	conn, err := connOf(src)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(src.Context(), sql, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close() // also when a scan panics
	all := []*T{}
	for rows.Next() {
		into := new(T)
		scan(into, rows, 0)
		all = append(all, into)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return all, nil
}

// FetchInt runs a fixed statement whose one row is one number, such as a count.
func FetchInt(src Source, sql string, args ...Value) (int64, error) {
	conn, err := connOf(src)
	if err != nil {
		return 0, err
	}
	rows, err := conn.Query(src.Context(), sql, args)
	if err != nil {
		return 0, err
	}
	var n int64
	found := rows.Next()
	if found {
		n = rows.Int64(0)
	}
	if err := rows.Close(); err != nil {
		return 0, err
	}
	if !found {
		return 0, ErrNotFound
	}
	return n, nil
}

// Execute runs a fixed statement that changes rows of a table.
func Execute(src Source, table, sql string, args ...Value) (Result, error) {
	conn, err := connOf(src)
	if err != nil {
		return Result{}, err
	}
	result, err := conn.Exec(src.Context(), sql, args)
	return result, inTable(table, err)
}
