package model

import "stackgen.dev/runtime/model/sqltext"

// Add relates rows to m; those that are related already stay so. It belongs to
// relations of many_to_many.
func (r ToMany[M, N]) Add(src Source, m *M, rows ...*N) error {
	return r.add(src, m, r.keysOf(rows))
}

// AddKeys is Add with the keys of rows.
func (r ToMany[M, N]) AddKeys(src Source, m *M, keys ...int64) error {
	return r.add(src, m, intValues(keys))
}

// Remove ends the relation of rows to m; the rows themselves stay.
func (r ToMany[M, N]) Remove(src Source, m *M, rows ...*N) error {
	return r.remove(src, m, r.keysOf(rows), false)
}

// Clear ends the relation of all rows to m.
func (r ToMany[M, N]) Clear(src Source, m *M) error { return r.remove(src, m, nil, true) }

// Set relates these rows to m and no others, in one transaction.
func (r ToMany[M, N]) Set(src Source, m *M, rows ...*N) error {
	return r.set(src, m, r.keysOf(rows))
}

// SetKeys is Set with the keys of rows.
func (r ToMany[M, N]) SetKeys(src Source, m *M, keys ...int64) error {
	return r.set(src, m, intValues(keys))
}

func (r ToMany[M, N]) set(src Source, m *M, keys []Value) error {
	return Atomic(src, func(tx Source) error {
		other := sqltext.Not{Term: sqltext.In{Of: sqltext.Column{Name: r.there}, List: bound(keys)}}
		if err := r.drop(tx, m, other); err != nil {
			return err
		}
		return r.add(tx, m, keys)
	})
}

func (r ToMany[M, N]) add(src Source, m *M, keys []Value) error {
	r.mustBePairs()
	if len(keys) == 0 {
		return nil
	}
	return Atomic(src, func(tx Source) error {
		there, err := r.present(tx, m, keys)
		if err != nil {
			return err
		}
		insert := sqltext.Insert{Table: r.pairs, Columns: []string{r.here, r.there}, Conflict: "nothing"}
		for _, key := range keys {
			if !there[key] {
				there[key] = true
				insert.Rows = append(insert.Rows, []Value{r.key(m), key})
			}
		}
		if len(insert.Rows) == 0 {
			return nil
		}
		w := writerFor(tx)
		insert.Write(w)
		_, err = Execute(tx, r.pairs, w.SQL(), w.Args()...)
		return err
	})
}

// present are those of the keys that are related to m already.
func (r ToMany[M, N]) present(src Source, m *M, keys []Value) (map[Value]bool, error) {
	conn, err := connOf(src)
	if err != nil {
		return nil, err
	}
	here, there := sqltext.Column{Table: r.pairs, Name: r.here}, sqltext.Column{Table: r.pairs, Name: r.there}
	s := sqltext.Select{Table: r.pairs, Picks: []sqltext.Pick{{Of: there}}, Where: sqltext.And{
		sqltext.Compare{Left: here, Op: sqltext.Eq, Right: sqltext.Bind(r.key(m))}, sqltext.In{Of: there, List: bound(keys)},
	}}
	w := writerFor(src)
	s.Write(w)
	rows, err := conn.Query(src.Context(), w.SQL(), w.Args())
	if err != nil {
		return nil, err
	}
	found := map[Value]bool{}
	for rows.Next() {
		found[keyValue(rows, 0, keys[0])] = true
	}
	return found, rows.Close()
}

func (r ToMany[M, N]) remove(src Source, m *M, keys []Value, all bool) error {
	if all {
		return r.drop(src, m, nil)
	}
	return r.drop(src, m, sqltext.In{Of: sqltext.Column{Name: r.there}, List: bound(keys)})
}

// drop deletes pairs of m.
func (r ToMany[M, N]) drop(src Source, m *M, which sqltext.Expr) error {
	r.mustBePairs()
	where := sqltext.And{sqltext.Compare{Left: sqltext.Column{Name: r.here}, Op: sqltext.Eq, Right: sqltext.Bind(r.key(m))}}
	if which != nil {
		where = append(where, which)
	}
	s := sqltext.Delete{Table: r.pairs, Where: where}
	w := writerFor(src)
	s.Write(w)
	_, err := Execute(src, r.pairs, w.SQL(), w.Args()...)
	return err
}

func (r ToMany[M, N]) mustBePairs() {
	if r.pairs == "" {
		panic("model: Add, Remove, Set and Clear are for many_to_many; set the foreign key of the rows instead")
	}
}

func (r ToMany[M, N]) keysOf(rows []*N) []Value {
	r.mustBePairs()
	keys := make([]Value, len(rows))
	for i, n := range rows {
		keys[i] = r.relatedKey(n)
	}
	return keys
}

func intValues(keys []int64) []Value {
	values := make([]Value, len(keys))
	for i, key := range keys {
		values[i] = IntValue(key)
	}
	return values
}

func bound(values []Value) []sqltext.Operand {
	list := make([]sqltext.Operand, len(values))
	for i, v := range values {
		list[i] = sqltext.Bind(v)
	}
	return list
}
