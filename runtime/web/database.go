package web

import "stackgen.dev/runtime/model"

// DB is the site's database, nil where it has none. With Context it makes a
// Request a model.Source: queries take the request itself.
func (r *Request) DB() *model.DB {
	if r.tx != nil {
		return r.tx
	}
	if r.queries != nil {
		return r.queries.db
	}
	return r.app.config.Database
}

// Atomic runs fn in a transaction of the site's database, of which everything is a part that asks
// by this request; an error of fn takes all of it back (transaction.atomic).
func (r *Request) Atomic(fn func() error) error {
	return model.Atomic(r, func(tx model.Source) error {
		outer := r.tx
		r.tx = tx.DB()
		defer func() { r.tx = outer }()
		return fn()
	})
}

// ArgUUID is a uuid capture; the zero UUID when there is none of that name.
func (r *Request) ArgUUID(name string) model.UUID {
	u, _ := model.ParseUUID(r.Arg(name))
	return u
}

var _ model.Source = (*Request)(nil)
