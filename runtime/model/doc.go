// Package model is what generated model code runs on: typed queries, rows
// scanned straight into struct fields, field types, transactions and errors.
//
// A site's own models are the generated package gen/models. There every model
// has a struct, a function that begins a query, and a struct of fields:
//
//	posts, err := models.Posts(r).
//		Filter(models.PostField.Published.Lte(now)).
//		OrderBy(models.PostField.Published.Desc()).
//		Limit(5).
//		All()
//
// Every query takes a [Source]: a *web.Request, a *[DB], or the transaction
// that [Atomic] hands to its function. The words are Django's: Filter and
// Exclude, SelectRelated, Get, First, Exists, Count, Iterate, Atomic.
//
// A comparison with null does not hold. A negation (Exclude, [Not], Ne) holds
// for every row for which what it negates does not hold, so rows with null are
// among its rows.
//
// Errors: [ErrNotFound] and [ErrMultiple] from Get, [*UniqueError],
// [*ForeignKeyError], [*NotNullError] and [*CheckError] when the database
// refuses a change, [ErrLocked], [ErrDiskFull], [ErrReadOnly] and
// [ErrUnavailable] when it cannot do its work, and the context's error when
// that ended first. All of them are matched with errors.Is and errors.As.
//
// The package imports no driver. Package model/sqlite is the driver for
// SQLite; only generated code imports it, so a site without a database does
// not link it.
package model
