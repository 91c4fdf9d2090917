package querysite_test

import (
	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// relationCases are the queries of the table about relation.
func relationCases() map[string]query {
	return map[string]query{
		"q-080": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Author.Where(AuthorField.Name.Eq("Ada"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-081": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.AuthorID.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-082": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.AuthorID.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-084": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Author.Where(AuthorField.Age.Gt(30))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-085": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.AuthorID.Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-086": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.AuthorID.Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-088": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.AuthorID.In(1, 2)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-089": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.AuthorID.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-090": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.AuthorID.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-092": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.EditorID.IsNotNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-093": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Author.Where(AuthorField.Profile.Where(ProfileField.Karma.Gte(0)))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-094": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Author.Where(AuthorField.Profile.Where(ProfileField.Karma.Gte(0)))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-096": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Author.Where(AuthorField.Profile.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-097": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Author.Where(AuthorField.Email.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-098": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Author.Where(AuthorField.Email.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-100": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.ID.Eq(1))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-101": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.Where(TagField.Name.Eq("go"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-102": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.Name.Eq("go"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-104": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.Name.IEq("GO"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-105": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-106": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-108": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.ID.In(1, 2))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-109": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Comments.Where(CommentField.Score.Gt(1))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-110": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.Where(CommentField.Score.Gt(1))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-112": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-113": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Comments.Where(CommentField.AuthorID.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-114": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.Where(CommentField.AuthorID.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-116": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.Where(CommentField.Author.Where(AuthorField.Name.Eq("Ada")))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-117": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Comments.Where(CommentField.Text.IEq("nice")), PostField.Comments.Where(CommentField.Score.Eq(5))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-118": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.Where(CommentField.Text.IEq("nice")), PostField.Comments.Where(CommentField.Score.Eq(5))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-120": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.Parent.Where(TagField.Name.Eq("web")))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-121": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.Where(TagField.ParentID.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-122": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.ParentID.IsNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-124": func(db model.Source) answer {
			return ids(Posts(db).Exclude(model.Eq(PostField.EditorID, PostField.AuthorID)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-125": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Eq(model.Via(PostField.Comments, CommentField.AuthorID), PostField.AuthorID)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-126": func(db model.Source) answer {
			return ids(Posts(db).Exclude(model.Eq(model.Via(PostField.Comments, CommentField.AuthorID), PostField.AuthorID)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-128": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.Where(CommentField.Replies.IsNotNull())).OrderBy(PostField.ID.Asc()).All())
		},
		"q-129": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.Where(TagField.ID.In(1, 2))).Distinct().OrderBy(PostField.ID.Asc()).All())
		},
		"q-130": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.Where(TagField.Name.Eq("go"))).Filter(PostField.Tags.Where(TagField.Name.Eq("web"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-132": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.And(PostField.Tags.Where(TagField.ID.Eq(1)), PostField.Tags.Where(TagField.ID.Eq(2)))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-133": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Or(PostField.Tags.Where(TagField.ID.Eq(1)), PostField.Author.Where(AuthorField.Name.Eq("bob")))).Distinct().OrderBy(PostField.ID.Asc()).All())
		},
		"q-134": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Tags.Where(TagField.Name.Eq("go"))).Exclude(PostField.Tags.Where(TagField.Name.Eq("web"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-136": func(db model.Source) answer {
			return ids(Posts(db).Exclude(PostField.Comments.Where(CommentField.Score.Gt(1)), PostField.Comments.Where(CommentField.AuthorID.Eq(2))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-137": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Not(model.And(PostField.Comments.Where(CommentField.Score.Gt(1)), PostField.Comments.Where(CommentField.AuthorID.Eq(2))))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-138": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Posts.Where(PostField.Views.Gt(50))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-140": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Posts.Where(PostField.Views.Gt(50))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-141": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Posts.Where(PostField.Tags.Where(TagField.Name.Eq("go")))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-142": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Posts.Where(PostField.Tags.Where(TagField.Name.Eq("go")))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-144": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Eq(model.Via(AuthorField.Posts, model.Via(PostField.Comments, CommentField.AuthorID)), AuthorField.ID)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-145": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Profile.IsNotNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-146": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Profile.Where(ProfileField.Karma.Lt(0))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-148": func(db model.Source) answer {
			return ids(Tags(db).Filter(TagField.Children.Where(TagField.Name.Eq("http"))).All())
		},
		"q-149": func(db model.Source) answer {
			return ids(Tags(db).Filter(TagField.Parent.Where(TagField.Parent.Where(TagField.Name.Eq("web")))).All())
		},
		"q-150": func(db model.Source) answer {
			return ids(Tags(db).Exclude(TagField.Parent.Where(TagField.Name.Eq("web"))).OrderBy(TagField.ID.Asc()).All())
		},
		"q-152": func(db model.Source) answer {
			return ids(Comments(db).Exclude(CommentField.Parent.Where(CommentField.AuthorID.Eq(2))).OrderBy(CommentField.ID.Asc()).All())
		},
		"q-153": func(db model.Source) answer {
			return ids(Tags(db).Exclude(TagField.Posts.Where(PostField.Author.Where(AuthorField.Name.Eq("Ada")))).OrderBy(TagField.ID.Asc()).All())
		},
		"q-154": func(db model.Source) answer {
			return ids(Comments(db).Filter(CommentField.Post.Where(PostField.Tags.Where(TagField.Name.Eq("web"))), CommentField.Score.IsNotNull()).Distinct().OrderBy(CommentField.ID.Asc()).All())
		},
	}
}
