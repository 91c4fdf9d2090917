// Package models writes the package gen/models of a site: for every model its
// struct, its fields for queries and the code that stores it, and for every
// query, list, detail, update and delete of a view a function with a fixed
// statement.
//
// [Emit] is pure. [Check] finds what would not compile or would not mean
// anything, as diagnostics; Emit and [Plans] panic on a site that it refuses.
//
// [Plans] tells the writer of views which functions a view has and what they
// are given.
package models
