package web

import "stackgen.dev/runtime/model"

// DB is the site's database, nil where it has none. With Context it makes a
// Request a model.Source: queries take the request itself.
func (r *Request) DB() *model.DB {
	if r.queries != nil {
		return r.queries.db
	}
	return r.app.config.Database
}

// ArgUUID is a uuid capture; the zero UUID when there is none of that name.
func (r *Request) ArgUUID(name string) model.UUID {
	u, _ := model.ParseUUID(r.Arg(name))
	return u
}

var _ model.Source = (*Request)(nil)
