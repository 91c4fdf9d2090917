-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table author
-- create table book
-- create table copy
-- create table member
-- create table loan
-- create table book_authors
-- migrate: managed one_edition_a_day copy.shelf_mark copy_shelf member.allowed allowed_a_few email_any_case member_created book_authors_book_author_uniq

-- migrate: up
CREATE TABLE "author" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(80) NOT NULL
);
CREATE TABLE "book" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(200) NOT NULL,
	"isbn" varchar(13) NOT NULL UNIQUE,
	"published" date NOT NULL
);
CREATE TABLE "copy" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"book_id" bigint NOT NULL REFERENCES "book" ("id") ON DELETE CASCADE,
	"shelf" varchar(10) NOT NULL,
	"times_lent" integer unsigned NOT NULL CHECK ("times_lent" >= 0),
	"shelf_mark" varchar(10) NOT NULL GENERATED ALWAYS AS (UPPER(TRIM("shelf"))) STORED
);
CREATE TABLE "member" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"created" datetime NOT NULL,
	"name" varchar(80) NOT NULL,
	"email" varchar(254) NULL,
	"allowed" integer NOT NULL DEFAULT 3,
	CONSTRAINT "allowed_a_few" CHECK ("allowed" >= 0 AND "allowed" <= 20)
);
CREATE TABLE "loan" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"copy_id" bigint NOT NULL UNIQUE REFERENCES "copy" ("id") ON DELETE RESTRICT,
	"member_id" bigint NOT NULL REFERENCES "member" ("id") ON DELETE RESTRICT,
	"since" datetime NOT NULL
);
CREATE TABLE "book_authors" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"book_id" bigint NOT NULL REFERENCES "book" ("id") ON DELETE CASCADE,
	"author_id" bigint NOT NULL REFERENCES "author" ("id") ON DELETE CASCADE
);
CREATE INDEX "copy_book_id_idx" ON "copy" ("book_id");
CREATE INDEX "loan_member_id_idx" ON "loan" ("member_id");
CREATE INDEX "book_authors_book_id_idx" ON "book_authors" ("book_id");
CREATE INDEX "book_authors_author_id_idx" ON "book_authors" ("author_id");
CREATE UNIQUE INDEX "one_edition_a_day" ON "book" ("title", "published");
CREATE INDEX "copy_shelf" ON "copy" ("shelf_mark", "times_lent" DESC);
CREATE UNIQUE INDEX "email_any_case" ON "member" ((LOWER("email"))) WHERE "email" IS NOT NULL;
CREATE INDEX "member_created" ON "member" ("created" DESC);
CREATE UNIQUE INDEX "book_authors_book_author_uniq" ON "book_authors" ("book_id", "author_id");

-- migrate: down
-- destructive: drops table author
DROP TABLE "author";
-- destructive: drops table loan
DROP TABLE "loan";
-- destructive: drops table copy
DROP TABLE "copy";
-- destructive: drops table book
DROP TABLE "book";
-- destructive: drops table member
DROP TABLE "member";
-- destructive: drops table book_authors
DROP TABLE "book_authors";
