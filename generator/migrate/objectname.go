package migrate

// maxIdentifier is how many bytes of a name PostgreSQL keeps.
const maxIdentifier = 63

// objectName is the name of an index or constraint of a column, made as
// PostgreSQL makes it where none is written: table_column_label, of which the
// longer of the first two is cut where the whole is too long.
func objectName(table, column, label string) string {
	for len(table)+len(column)+len(label)+2 > maxIdentifier {
		if len(table) > len(column) {
			table = table[:len(table)-1]
		} else {
			column = column[:len(column)-1]
		}
	}
	return table + "_" + column + "_" + label
}

// constraint is the name of the column's constraint: label is key, fkey or check.
func (c *column) constraint(table, label string) string { return objectName(table, c.name, label) }

// keyName is the name of a table's primary key.
func keyName(table string) string {
	if len(table)+len("_pkey") > maxIdentifier {
		table = table[:maxIdentifier-len("_pkey")]
	}
	return table + "_pkey"
}
