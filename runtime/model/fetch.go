package model

// Read makes a row of the columns that begin at column at. Generated code has
// one for every model.
type Read[R any] func(row Row, at int) R

// FetchOne runs a fixed statement and returns its first row, or ErrNotFound.
func FetchOne[R any](src Source, sql string, read Read[R], args ...Value) (row R, _ error) {
	rows, err := start(src, sql, args)
	if err != nil {
		return row, err
	}
	defer rows.Close() // also when reading panics
	found := rows.Next()
	if found {
		row = read(rows, 0)
	}
	if err := rows.Close(); err != nil {
		var none R
		return none, err
	}
	if !found {
		return row, ErrNotFound
	}
	return row, nil
}

// FetchAll runs a fixed statement and returns its rows; without rows the slice
// is empty and not nil.
func FetchAll[R any](src Source, sql string, read Read[R], args ...Value) ([]R, error) {
	rows, err := start(src, sql, args)
	if err != nil {
		return nil, err
	}
	return readAll(rows, read)
}

// fewRows is how many rows have room before the slice grows.
const fewRows = 8

func readAll[R any](rows Rows, read Read[R]) ([]R, error) {
	defer rows.Close() // also when reading panics
	all := make([]R, 0, fewRows)
	for rows.Next() {
		all = append(all, read(rows, 0))
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return all, nil
}

// FetchInt runs a fixed statement whose one row is one number, such as a count.
func FetchInt(src Source, sql string, args ...Value) (int64, error) {
	return FetchOne(src, sql, Row.Int64, args...)
}

// start starts a fixed statement that reads.
func start(src Source, sql string, args []Value) (Rows, error) {
	conn, err := connOf(src)
	if err != nil {
		return nil, err
	}
	return conn.Query(src.Context(), sql, args)
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
