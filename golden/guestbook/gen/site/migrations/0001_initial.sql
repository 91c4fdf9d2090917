-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table entry

-- migrate: up
CREATE TABLE "entry" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(60) NOT NULL,
	"message" text NOT NULL,
	"created" datetime NOT NULL
);

-- migrate: down
-- destructive: drops table entry
DROP TABLE "entry";
