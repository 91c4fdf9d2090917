-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table project
-- create table task

-- migrate: up
CREATE TABLE "project" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(80) NOT NULL UNIQUE
);
CREATE TABLE "task" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"project_id" bigint NOT NULL REFERENCES "project" ("id") ON DELETE RESTRICT,
	"priority" varchar(6) NOT NULL,
	"effort" decimal NULL,
	"due" date NULL,
	"done" bool NOT NULL,
	"created" datetime NOT NULL
);
CREATE INDEX "task_project_id_idx" ON "task" ("project_id");

-- migrate: down
-- destructive: drops table task
DROP TABLE "task";
-- destructive: drops table project
DROP TABLE "project";
