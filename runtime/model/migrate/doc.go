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
// that stackgen leaves it alone when it compares models and migrations; the line
// "-- migrate: managed NAME" that the constraint or index NAME is a model's, so
// that stackgen drops it when no model declares it any more.
//
// Data is moved by SQL in the sections, or by a Go function of the site's folder
// migrations/, func(tx model.Source) error, which a line of a section names:
//
//	-- migrate: go FillSlugs
//
// Applying is safe for several processes at once: one holds a lock, the others
// wait and look again what is still needed. On SQLite the lock is on an empty file
// beside the database, NAME-migrate. A migration that fails, or whose process is
// killed, leaves the database as it was before it; BEGIN, COMMIT and the like are
// refused in one, because they would end the transaction that sees to that. Where the
// connection breaks at COMMIT, the database is asked on another one whether it was
// stored; if it was, the run goes on.
//
// On SQLite foreign keys are not enforced while a migration runs, because
// rebuilding a table needs that; they are checked before it is committed. On
// PostgreSQL a statement that waits longer than ten seconds for a table that
// others use stops the migration, so that it does not hold up the site.
//
// Behind a pooler that gives each transaction a connection of its choice (pgbouncer)
// the lock is that of each migration's transaction; migrations outside of one are
// refused there, and want the URL of the server itself.
//
// The line "-- migrate: outside transaction" before the sections is for what
// PostgreSQL does outside of one only (CREATE INDEX CONCURRENTLY). Its statements
// are kept one by one; after a failure the migration begins again at the first.
//
// Files that changed after they were applied, gaps, and files that come before
// one that was applied are refused; see [*HistoryError].
package migrate
