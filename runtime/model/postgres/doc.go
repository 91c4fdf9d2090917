// Package postgres is the driver for PostgreSQL, on pgx's own connections and
// pool, not through database/sql. [Open] gives the [model.DB] of a URL.
//
// A statement is prepared once per connection and kept; values travel in
// PostgreSQL's binary form where it has one that is shorter to read, and go
// from the wire into struct fields without reflection. A context that ends
// cancels the statement on the server and leaves the connection usable.
//
// What is tried again and what is not:
//
//   - opening a connection, for as long as Options.Patience: a server that
//     restarts is waited for. All wait together: when the first of them has waited
//     in vain, those who come later look once and are told at once, until the
//     server gives connections again;
//   - a statement that only reads, outside a transaction, when the connection
//     broke before its first row, or the server took the statement back
//     (serialization failure, deadlock);
//   - a change outside a transaction when it cannot have reached the server, or
//     when the server took it back;
//   - the beginning of a transaction.
//
// Everything else is reported: a change whose answer was lost says that it is
// not known whether it was stored, and nothing inside a transaction is
// repeated, because only the function that runs in it knows what else it did;
// see [model.AtomicRetry].
//
// Server errors come as package model's errors, with what PostgreSQL said in
// the text.
package postgres
