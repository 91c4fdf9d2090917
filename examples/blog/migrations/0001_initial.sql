-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table author
-- create table post

-- migrate: up
CREATE TABLE "author" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(80) NOT NULL,
	"bio" text NOT NULL
);
CREATE TABLE "post" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(200) NOT NULL,
	"slug" varchar(50) NOT NULL UNIQUE,
	"author_id" bigint NULL REFERENCES "author" ("id") ON DELETE SET NULL,
	"body" text NOT NULL,
	"published" datetime NULL,
	"updated" datetime NOT NULL
);
CREATE INDEX "post_author_id_idx" ON "post" ("author_id");

-- migrate: down
-- destructive: drops table post
DROP TABLE "post";
-- destructive: drops table author
DROP TABLE "author";
