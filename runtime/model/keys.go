package model

import "strconv"

// AppendKeys appends the keys of rows as a JSON list of numbers. Generated code calls it.
func AppendKeys[M any](b []byte, rows []*M, key func(*M) Value) []byte {
	b = append(b, '[')
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, key(row).Int64(), 10)
	}
	return append(b, ']')
}
