// Package sqlite is the driver for SQLite: the embedded default, without a C
// compiler. [Open] gives the [model.DB] of a file or of memory.
//
// A file has one connection that writes, with a queue in front of it, and
// several that read; write-ahead logging lets readers go on while the writer
// works. A database in memory has one connection for everything. Statements
// are prepared once per connection and kept. Foreign keys are enforced. A
// change is on the disk when its transaction has ended; those that end while the
// disk works share its next turn. Where reads come quickly they make no system calls.
//
// Values are stored in Django's forms, so that a database is readable by
// both: times as UTC text with microseconds, durations as microseconds, UUIDs
// as 32 hexadecimal digits, decimals as numbers.
//
// SQLite's result codes come as package model's errors, with what SQLite said
// in the text.
package sqlite
