-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table world

-- migrate: up
CREATE TABLE "world" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"random_number" integer NOT NULL
);
INSERT INTO "world" ("random_number")
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
SELECT i * 7919 % 10000 + 1 FROM n;

-- migrate: down
-- destructive: drops table world
DROP TABLE "world";
