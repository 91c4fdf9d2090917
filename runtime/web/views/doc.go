// Package views holds the generic views. Each is a struct of functions that
// generated code fills in as a literal: how to get at the rows, and how to
// render the page. Everything between is here, and behaves as Django's
// class-based views do.
//
//	views.List[models.Post]{
//		PaginateBy: 10,
//		Count:      func(r *web.Request) (int64, error) { return models.Posts(r).Count() },
//		Rows: func(r *web.Request, limit, offset int64) ([]*models.Post, error) {
//			return models.PostListRows(r, limit, offset)
//		},
//		Template: "post_list.html",
//		Render:   templates.PostList,
//	}.View("post_list")
//
// A handler answers the methods of its kind: HEAD goes with GET, OPTIONS is
// answered, anything else is 405. web.View.Methods can only narrow them.
//
// A view with a JSON function answers with JSON in place of a page: errors are
// problem details (RFC 9457), what is wrong with a form is 422.
//
// Rows that are not there are 404; rows that others point at cannot be deleted, which is 409.
package views
