// Package migrate brings a database to the state that a site's models expect:
// it reads numbered SQL files, applies those that the database has not had,
// each in a transaction, and remembers them in the table stackgen_migrations.
//
// A migration is a file NNNN_name.sql with the section that applies it and the
// section that takes it back:
//
//	-- migrate: up
//	ALTER TABLE "post" ADD COLUMN "subtitle" varchar(200) NULL;
//
//	-- migrate: down
//	ALTER TABLE "post" DROP COLUMN "subtitle";
//
// Before the first section only comments may stand. The line
// "-- migrate: unmanaged NAME" there says that the table NAME is no model's, so
// that stackgen leaves it alone when it compares models and migrations.
//
// Applying is safe for several processes at once: each migration takes the
// database's write lock first and looks again whether it is still needed.
// Foreign keys are not enforced while a migration runs, because rebuilding a
// table needs that; they are checked before it is committed. A migration that
// fails, or whose process is killed, leaves the database as it was before it.
//
// Files that changed after they were applied, gaps, and files that come before
// one that was applied are refused; see [*HistoryError].
package migrate
