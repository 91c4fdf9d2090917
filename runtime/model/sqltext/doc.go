// Package sqltext writes SQL: conditions, SELECT, INSERT, UPDATE and DELETE as
// text with numbered parameters. It is pure and knows no database connection.
//
// Two readers share it, so that they cannot disagree: package model writes the
// statements of queries composed at run time with it, and stackgen the fixed
// statements of a site's views at generation time.
//
// Identifiers are quoted always, values are bound or written as literals, so
// no text from outside ever becomes SQL.
//
// Null follows Django's filter and exclude: a comparison with null does not
// hold, and a negation, Ne included, holds for every row for which what it
// negates does not hold, rows with null included.
package sqltext
