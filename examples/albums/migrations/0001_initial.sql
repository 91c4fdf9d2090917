-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table album
-- create table track
-- migrate: managed one_number

-- migrate: up
CREATE TABLE "album" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"year" integer unsigned NOT NULL CHECK ("year" >= 0)
);
CREATE TABLE "track" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"album_id" bigint NOT NULL REFERENCES "album" ("id") ON DELETE CASCADE,
	"number" integer unsigned NOT NULL CHECK ("number" >= 0),
	"title" varchar(120) NOT NULL
);
CREATE INDEX "track_album_id_idx" ON "track" ("album_id");
CREATE UNIQUE INDEX "one_number" ON "track" ("album_id", "number");

-- migrate: down
-- destructive: drops table track
DROP TABLE "track";
-- destructive: drops table album
DROP TABLE "album";
