// Package sqlshell is where SQL is typed (Django's dbshell, as psql and sqlite3
// are): statements come from a terminal, a pipe or the command line, and their rows
// are printed as a table. Sites have it as their verb sql, the command as stackgen sql.
//
// On a terminal a mistake is told and the next statement awaited; everywhere else it
// ends the script, and Run returns it with the line. A statement ends with a
// semicolon, and goes on over as many lines as it needs.
package sqlshell
