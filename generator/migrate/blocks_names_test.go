package migrate

import (
	"strings"
	"testing"

	"stackgen.dev/generator/models"
)

// Ensure that names which no site file takes, or which are one in Go, leave blocks that
// a site takes: what cannot be said is a comment, and of two one gets another name.
func TestInspectNames(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.script(`CREATE TABLE "my ""table""" (id bigint PRIMARY KEY, title text);
CREATE TABLE "größe" (id bigint PRIMARY KEY);
CREATE TABLE odd_key ("the key" bigint PRIMARY KEY);
CREATE TABLE no_key (a text);
CREATE TABLE two_keys (a bigint NOT NULL, b bigint NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE request (id bigint PRIMARY KEY, pk text NOT NULL, objects text NOT NULL);
CREATE TABLE posts (id bigint PRIMARY KEY);
CREATE TABLE post (id bigint PRIMARY KEY, a__b text NOT NULL, a_b text NOT NULL, "first name" text, "select" text NOT NULL, "Mixed" text NOT NULL, "$" bigint NOT NULL);
CREATE TABLE "type" (id bigint PRIMARY KEY, "func" text NOT NULL, parent bigint REFERENCES "my ""table""" (id), posts_id bigint NOT NULL REFERENCES posts (id));
CREATE INDEX post_first ON post ("first name");`)
		s, err := inspectDatabase(p.db)
		if err != nil {
			t.Fatal(err)
		}
		blocks := blocksOf(t, s)
		if diags := models.Check(load(t, blocks)); len(diags) != 0 {
			t.Errorf("%v in\n%s", diags, blocks)
		}
		for _, want := range []string{
			`# The table my "table" has a name that db_table does not take, so it is no model.`,
			`# The table größe has a name that db_table does not take, so it is no model.`,
			`# The table odd_key has a primary key whose name db_column does not take, so it is no model.`,
			`# The table no_key has no primary key of one column, so it is no model.`,
			`# The table two_keys has no primary key of one column, so it is no model.`,
			`  # The column first name (text) has a name that db_column does not take, so it is no field.`,
			`= "posts"`, `= "Mixed"`, `field "select"`, `field "a_b"`, `field "a_b_2"`, `= "a__b"`, `model "type"`, `model "request_2"`, `field "pk_2"`, `field "objects_2"`, `field "func"`,
		} {
			if !strings.Contains(blocks, want) {
				t.Errorf("no %q in\n%s", want, blocks)
			}
		}
	})
}
