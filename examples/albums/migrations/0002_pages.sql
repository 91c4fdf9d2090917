-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table page

-- migrate: up
CREATE TABLE "page" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"album_id" bigint NOT NULL REFERENCES "album" ("id") ON DELETE CASCADE,
	"position" smallint unsigned NOT NULL CHECK ("position" >= 0),
	"picture" varchar(100) NOT NULL,
	"notes" varchar(100) NOT NULL,
	"caption" varchar(80) NOT NULL
);
CREATE INDEX "page_album_id_idx" ON "page" ("album_id");

-- migrate: down
-- destructive: drops table page
DROP TABLE "page";
