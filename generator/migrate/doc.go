// Package migrate writes the next migration of a site: it replays the
// migrations that exist into an empty database in memory, with the code that
// the site itself runs, compares the result with the models, and writes the
// SQL that leads from one to the other, forward and backward.
//
// [Diff] checks what it writes: forward it must lead exactly to the models,
// backward exactly to where it came from. Otherwise it says so and writes
// nothing.
//
// SQLite changes little of a table in place. Everything else is a rebuild: a
// new table is filled from the old one and takes its name. Data, indexes,
// foreign keys, triggers and views survive that.
//
// Steps that lose data carry a comment "-- destructive: ..." and are listed in
// [Migration.Destructive]. A step that needs a decision of the user is an
// [*Error] with the place in the site file and what to write there.
package migrate
