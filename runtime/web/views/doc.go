// Package views holds the generic views. Each is a struct of functions that
// generated code fills in as a literal: how to get at the rows, and how to
// render the page. Everything between is here, and behaves as Django's
// class-based views do.
//
//	{Pattern: "/posts/", Name: "post_list", View: views.List[models.Post]{
//		PaginateBy: 10,
//		Count:      func(r *web.Request) (int, error) { return models.Posts(r).Count() },
//		Rows: func(r *web.Request, offset, limit int) ([]models.Post, error) {
//			return models.Posts(r).Offset(offset).Limit(limit).All()
//		},
//		Template: "post_list.html",
//		Render:   renderPostList,
//	}.View("post_list")},
//
// A view with a JSON function answers with JSON in place of a page: errors are
// problem details (RFC 9457), what is wrong with a form is 422.
//
// Rows that are not there are 404; rows that others point at cannot be deleted, which is 409.
package views
