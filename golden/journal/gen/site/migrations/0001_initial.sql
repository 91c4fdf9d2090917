-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table entry

-- migrate: up
CREATE TABLE "entry" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"slug" varchar(50) NOT NULL UNIQUE,
	"day" date NOT NULL,
	"body" text NOT NULL
);

-- migrate: down
-- destructive: drops table entry
DROP TABLE "entry";
