package migrate

import (
	"strings"
	"testing"
)

// Ensure the pairs of a many_to_many follow when its model, the model that it
// leads to or the field itself gets another name.
func TestPairsFollowRenames(t *testing.T) {
	const before = `model "tag" {
  field "name" { type = text }
}
model "post" {
  field "title" { type = text }
  field "tags" { type = many_to_many(model.tag) }
  field "friends" { type = many_to_many(model.post) }
}
`
	after := strings.NewReplacer(`model "tag" {`, "model \"label\" {\n  renamed_from = \"tag\"", "model.tag", "model.label", `model "post" {`, "model \"article\" {\n  renamed_from = \"post\"", "model.post", "model.article",
		`field "tags" { type = many_to_many(model.tag) }`, "field \"labels\" {\n    type = many_to_many(model.label)\n    renamed_from = \"tags\"\n  }").Replace(before)
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(site(t, before))
		made := p.shape()
		p.script(`INSERT INTO tag VALUES (1, 'a'), (2, 'b');
INSERT INTO post VALUES (1, 'x'), (2, 'y');
INSERT INTO post_tags VALUES (1, 1, 2);
INSERT INTO post_friends VALUES (1, 1, 2);`)
		m := p.migrate(site(t, after))
		if m == nil || len(m.Destructive) > 0 {
			t.Fatalf("%+v", m)
		}
		p.done(site(t, after))
		if got := p.rows("SELECT article_id || ' ' || label_id FROM article_labels"); got != "1 2" {
			t.Errorf("pairs %q", got)
		}
		if got := p.rows("SELECT from_article_id || ' ' || to_article_id FROM article_friends"); got != "1 2" {
			t.Errorf("pairs with itself %q", got)
		}
		if _, err := p.migrator().Revert(ctx); err != nil {
			t.Fatal(err)
		}
		if got := p.shape(); got != made {
			t.Errorf("back:\n%s", difference(got, made))
		}
		if got := p.rows("SELECT post_id || ' ' || tag_id FROM post_tags"); got != "1 2" {
			t.Errorf("pairs after the way back %q", got)
		}
	})
}
