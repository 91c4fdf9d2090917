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
// Query[Post], Cond[Post] and so on are other names of types of a pointer to the
// row: *QueryOf[*Post], CondOf[*Post]. The compiler makes generic code once for
// each shape of its type arguments, and all pointers have one shape, while each
// struct has its own. So a site with a hundred models compiles this package's
// code once; what is made for each model are the method sets of the types that
// its generated file names, and what generic code needs to know of its type
// arguments. Both are kept small: what a field or a relation can do are functions
// in fields, generic code only gives types to what the package does without them
// (noRow), and methods are kept from being inlined into the copy that every model
// has of them (go:noinline).
//
// The package imports no driver. Package model/sqlite is the driver for
// SQLite; only generated code imports it, so a site without a database does
// not link it.
package model
