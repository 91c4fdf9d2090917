-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table note
-- migrate: managed one_of_a_text

-- migrate: up
CREATE TABLE "note" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"task_id" bigint NOT NULL REFERENCES "task" ("id") ON DELETE CASCADE,
	"text" varchar(200) NOT NULL,
	"pinned" bool NOT NULL
);
CREATE INDEX "note_task_id_idx" ON "note" ("task_id");
CREATE UNIQUE INDEX "one_of_a_text" ON "note" ("task_id", "text");

-- migrate: down
-- destructive: drops table note
DROP TABLE "note";
