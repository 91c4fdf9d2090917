-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table label
-- create table task_labels
-- migrate: managed task_labels_task_label_uniq

-- migrate: up
CREATE TABLE "label" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(30) NOT NULL UNIQUE
);
CREATE TABLE "task_labels" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"task_id" bigint NOT NULL REFERENCES "task" ("id") ON DELETE CASCADE,
	"label_id" bigint NOT NULL REFERENCES "label" ("id") ON DELETE CASCADE
);
CREATE INDEX "task_labels_task_id_idx" ON "task_labels" ("task_id");
CREATE INDEX "task_labels_label_id_idx" ON "task_labels" ("label_id");
CREATE UNIQUE INDEX "task_labels_task_label_uniq" ON "task_labels" ("task_id", "label_id");

-- migrate: down
-- destructive: drops table task_labels
DROP TABLE "task_labels";
-- destructive: drops table label
DROP TABLE "label";
