-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table genre
-- create table album_genres
-- migrate: managed album_genres_album_genre_uniq

-- migrate: up
CREATE TABLE "genre" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(40) NOT NULL UNIQUE
);
CREATE TABLE "album_genres" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"album_id" bigint NOT NULL REFERENCES "album" ("id") ON DELETE CASCADE,
	"genre_id" bigint NOT NULL REFERENCES "genre" ("id") ON DELETE CASCADE
);
CREATE INDEX "album_genres_album_id_idx" ON "album_genres" ("album_id");
CREATE INDEX "album_genres_genre_id_idx" ON "album_genres" ("genre_id");
CREATE UNIQUE INDEX "album_genres_album_genre_uniq" ON "album_genres" ("album_id", "genre_id");

-- migrate: down
-- destructive: drops table album_genres
DROP TABLE "album_genres";
-- destructive: drops table genre
DROP TABLE "genre";
