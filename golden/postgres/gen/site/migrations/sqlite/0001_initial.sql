-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table folder
-- create table note

-- migrate: up
CREATE TABLE "folder" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(60) NOT NULL UNIQUE
);
CREATE TABLE "note" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"folder_id" bigint NULL REFERENCES "folder" ("id") ON DELETE RESTRICT,
	"stars" integer unsigned NOT NULL CHECK ("stars" >= 0),
	"price" decimal NULL,
	"data" text NOT NULL CHECK (JSON_VALID("data")),
	"created" datetime NOT NULL
);
CREATE INDEX "note_folder_id_idx" ON "note" ("folder_id");

-- migrate: down
-- destructive: drops table note
DROP TABLE "note";
-- destructive: drops table folder
DROP TABLE "folder";
