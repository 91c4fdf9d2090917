-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table article

-- migrate: up
CREATE TABLE "article" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"slug" varchar(50) NOT NULL UNIQUE,
	"year" integer NOT NULL,
	"edition" varchar(20) NOT NULL
);

-- migrate: down
-- destructive: drops table article
DROP TABLE "article";
