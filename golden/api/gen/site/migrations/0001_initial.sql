-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table task

-- migrate: up
CREATE TABLE "task" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"done" bool NOT NULL,
	"due" date NULL,
	"created" datetime NOT NULL
);

-- migrate: down
-- destructive: drops table task
DROP TABLE "task";
