-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table fortune

-- migrate: up
CREATE TABLE "fortune" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"message" varchar(2048) NOT NULL
);
INSERT INTO "fortune" ("message") VALUES
	('fortune: No such file or directory'),
	('A computer scientist is someone who fixes things that aren''t broken.'),
	('After enough decimal places, nobody gives a damn.'),
	('A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1'),
	('A computer program does what you tell it to do, not what you want it to do.'),
	('Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen'),
	('Any program that runs right is obsolete.'),
	('A list is only as strong as its weakest link. — Donald Knuth'),
	('Feature: A bug with seniority.'),
	('Computers make very fast, very accurate mistakes.'),
	('<script>alert("This should not be displayed in a browser alert box.");</script>'),
	('フレームワークのベンチマーク');

-- migrate: down
-- destructive: drops table fortune
DROP TABLE "fortune";
