-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table auth_user
-- create table document
-- create table note
-- create table auth_permission
-- create table auth_group
-- create table auth_user_groups
-- create table auth_user_user_permissions
-- create table auth_group_permissions
-- migrate: managed auth_permission_content_type_codename_uniq auth_user_groups_user_group_uniq auth_user_user_permissions_user_permission_uniq auth_group_permissions_group_permission_uniq

-- migrate: up
CREATE TABLE "auth_user" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"password" varchar(128) NOT NULL,
	"last_login" datetime NULL,
	"is_superuser" bool NOT NULL,
	"username" varchar(150) NOT NULL UNIQUE,
	"first_name" varchar(150) NOT NULL,
	"last_name" varchar(150) NOT NULL,
	"email" varchar(254) NOT NULL,
	"is_staff" bool NOT NULL,
	"is_active" bool NOT NULL,
	"date_joined" datetime NOT NULL,
	"city" varchar(80) NOT NULL
);
CREATE TABLE "document" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(120) NOT NULL,
	"file" varchar(200) NOT NULL,
	"owner_id" bigint NOT NULL REFERENCES "auth_user" ("id") ON DELETE CASCADE,
	"added" datetime NOT NULL
);
CREATE TABLE "note" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"text" varchar(200) NOT NULL,
	"author_id" bigint NOT NULL REFERENCES "auth_user" ("id") ON DELETE CASCADE
);
CREATE TABLE "auth_permission" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(255) NOT NULL,
	"content_type" varchar(100) NOT NULL,
	"codename" varchar(100) NOT NULL
);
CREATE TABLE "auth_group" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(150) NOT NULL UNIQUE
);
CREATE TABLE "auth_user_groups" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"user_id" bigint NOT NULL REFERENCES "auth_user" ("id") ON DELETE CASCADE,
	"group_id" bigint NOT NULL REFERENCES "auth_group" ("id") ON DELETE CASCADE
);
CREATE TABLE "auth_user_user_permissions" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"user_id" bigint NOT NULL REFERENCES "auth_user" ("id") ON DELETE CASCADE,
	"permission_id" bigint NOT NULL REFERENCES "auth_permission" ("id") ON DELETE CASCADE
);
CREATE TABLE "auth_group_permissions" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"group_id" bigint NOT NULL REFERENCES "auth_group" ("id") ON DELETE CASCADE,
	"permission_id" bigint NOT NULL REFERENCES "auth_permission" ("id") ON DELETE CASCADE
);
CREATE INDEX "document_owner_id_idx" ON "document" ("owner_id");
CREATE INDEX "note_author_id_idx" ON "note" ("author_id");
CREATE INDEX "auth_user_groups_user_id_idx" ON "auth_user_groups" ("user_id");
CREATE INDEX "auth_user_groups_group_id_idx" ON "auth_user_groups" ("group_id");
CREATE INDEX "auth_user_user_permissions_user_id_idx" ON "auth_user_user_permissions" ("user_id");
CREATE INDEX "auth_user_user_permissions_permission_id_idx" ON "auth_user_user_permissions" ("permission_id");
CREATE INDEX "auth_group_permissions_group_id_idx" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_idx" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_permission_content_type_codename_uniq" ON "auth_permission" ("content_type", "codename");
CREATE UNIQUE INDEX "auth_user_groups_user_group_uniq" ON "auth_user_groups" ("user_id", "group_id");
CREATE UNIQUE INDEX "auth_user_user_permissions_user_permission_uniq" ON "auth_user_user_permissions" ("user_id", "permission_id");
CREATE UNIQUE INDEX "auth_group_permissions_group_permission_uniq" ON "auth_group_permissions" ("group_id", "permission_id");

-- migrate: down
-- destructive: drops table document
DROP TABLE "document";
-- destructive: drops table note
DROP TABLE "note";
-- destructive: drops table auth_user_groups
DROP TABLE "auth_user_groups";
-- destructive: drops table auth_user_user_permissions
DROP TABLE "auth_user_user_permissions";
-- destructive: drops table auth_user
DROP TABLE "auth_user";
-- destructive: drops table auth_group_permissions
DROP TABLE "auth_group_permissions";
-- destructive: drops table auth_permission
DROP TABLE "auth_permission";
-- destructive: drops table auth_group
DROP TABLE "auth_group";
