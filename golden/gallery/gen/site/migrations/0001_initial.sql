-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table photo
-- migrate: managed slides_cost one_free_title

-- migrate: up
CREATE TABLE "photo" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(60) NOT NULL,
	"code" varchar(8) NOT NULL UNIQUE,
	"image" varchar(100) NOT NULL,
	"notes" varchar(100) NOT NULL,
	"medium" varchar(8) NOT NULL,
	"stars" smallint NULL,
	"price" decimal NOT NULL,
	"taken" date NOT NULL,
	CONSTRAINT "slides_cost" CHECK ("medium" <> 'slide' OR "price" >= '10')
);
CREATE UNIQUE INDEX "one_free_title" ON "photo" ("title") WHERE "price" < '1';

-- migrate: down
-- destructive: drops table photo
DROP TABLE "photo";
