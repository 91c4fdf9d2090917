package querysite_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure that JSON compares and is ordered alike on both databases, whatever
// kinds of value stand under one key, and that keys are no syntax.
func TestJSONKinds(t *testing.T) {
	_, data := load(t)
	data["Comment"], data["Post"] = nil, nil
	db := open(t, data)
	for i, meta := range []string{
		`{"v": 2}`, `{"v": 10}`, `{"v": "10"}`, `{"v": null}`, `{}`, `{"v": true}`, `{"v": ["a"]}`, // 1 to 7
		`{"a,b": 1}`, `{"null": 1}`, `{"a\"b": 1}`, `{"a\\b": 1}`, `{"0": 1}`, `[1, "0"]`, `{"a": {"b": 1}}`, `null`, `{"": 1, "ü": {"0": "x"}}`, // 8 to 16
		`{"{x}": 1, "+1": 1, "007": 1, "l": [0,0,0,0,0,0,0,1]}`, // 17
	} {
		create(t, db, &Post{ID: int64(i + 1), Title: "t", Created: day("2026-01-02"), Meta: model.Some(json.RawMessage(meta)), Status: strconv.Itoa(i)})
	}
	v := model.Key(PostField.Meta, "v")
	key := func(path ...string) model.Cond[Post] { return model.Key(PostField.Meta, path...).Eq(1) }
	for _, c := range []struct {
		name string
		cond model.Cond[Post]
		want []int64
	}{
		{"number", v.Eq(10), []int64{2}},
		{"text of digits", v.Eq("10"), []int64{3}},
		{"true is no 1", v.Eq(1), nil},
		{"true", v.Eq(true), []int64{6}},
		{"a list is no text", v.Eq(`["a"]`), nil},
		{"list", v.Eq([]string{"a"}), []int64{7}},
		{"null", v.Eq(nil), []int64{4}},
		{"numbers are not text", v.Gt(1), []int64{1, 2}},
		{"text is no number", v.Lt("2"), []int64{3}},
		{"nothing is less than null", v.Lt(nil), nil},
		{"null is null or less", v.Lte(nil), []int64{4}},
		{"one of several kinds", v.In(2, "10", nil), []int64{1, 3, 4}},
		{"whole document null", model.JSONEq(PostField.Meta, nil), []int64{15}},
		{"whole document", model.JSONEq(PostField.Meta, map[string]int{"v": 2}), []int64{1}},
		{"comma", key("a,b"), []int64{8}},
		{"null as a key", key("null"), []int64{9}},
		{"quote", key(`a"b`), []int64{10}},
		{"backslash", key(`a\b`), []int64{11}},
		{"empty key", key(""), []int64{16}},
		{"braces", key("{x}"), []int64{17}},
		{"a sign makes no index", key("+1"), []int64{17}},
		{"nor do zeroes in front", key("007"), []int64{17}},
		{"index", key("l", "7"), []int64{17}},
		{"nested", key("a", "b"), []int64{14}},
		{"a digit is a key of objects for HasKey", model.HasKey(PostField.Meta, "0"), []int64{12}},
		{"and for HasAnyKeys", model.HasAnyKeys(PostField.Meta, "0", "a"), []int64{12, 14}},
	} {
		t.Run(c.name, func(t *testing.T) {
			posts, err := Posts(db).Filter(c.cond).OrderBy(PostField.ID.Asc()).All()
			if got := keys(posts); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
	for _, c := range []struct {
		name  string
		order model.Order[Post]
		want  []int64
	}{
		{"asc", v.Asc(), []int64{5, 1, 2, 3, 4}},
		{"desc", v.Desc(), []int64{4, 3, 2, 1, 5}},
	} {
		posts, err := Posts(db).Filter(PostField.ID.Lte(5)).OrderBy(c.order).All()
		if got := keys(posts); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}

func keys(posts []*Post) []int64 {
	var ids []int64
	for _, p := range posts {
		ids = append(ids, p.ID)
	}
	return ids
}
