package migrate

import (
	"strings"

	"stackgen.dev/runtime/model/sqltext"
)

// aliases are other names of PostgreSQL's types.
var aliases = map[string]string{
	"int8": "bigint", "int": "integer", "int4": "integer", "int2": "smallint", "bool": "boolean",
	"float8": "double precision", "float4": "real", "decimal": "numeric", "character varying": "varchar", "character": "char",
	"timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
	"time without time zone": "time", "time with time zone": "timetz",
	"serial": "integer", "bigserial": "bigint", "smallserial": "smallint",
}

// typeName is a type in small letters, by one name where it has several, with
// its size behind it.
func typeName(text string) string {
	var words []string
	size, inside := "", false
	for _, t := range sqltext.Tokens(text) {
		switch {
		case t.Text == "(":
			inside = true
		case t.Text == ")":
			inside = false
		case inside && t.Text == ",":
			size += ", "
		case inside:
			size += t.Text
		default:
			words = append(words, strings.ToLower(t.Text))
		}
	}
	name := strings.Join(words, " ")
	return sized(name, size)
}

func sized(name, size string) string {
	if size == "" {
		return name
	}
	return name + "(" + size + ")"
}

// canonicalType is typeName by PostgreSQL's usual name.
func canonicalType(text string) string {
	name := typeName(text)
	base, size, _ := strings.Cut(name, "(")
	base = strings.TrimSpace(base)
	if usual, ok := aliases[base]; ok {
		base = usual
	}
	return sized(base, strings.TrimSuffix(size, ")"))
}
