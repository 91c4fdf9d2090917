-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- add index entry_day on entry
-- migrate: managed entry_day

-- migrate: up
CREATE INDEX "entry_day" ON "entry" ("day");

-- migrate: down
DROP INDEX "entry_day";
