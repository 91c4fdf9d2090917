package model

// InBulk has the rows whose key is one of the keys, by key (in_bulk). key is a
// unique field of the model.
func InBulk[M any, V comparable](q Query[M], key Expression[M, V], keys []V) (map[V]*M, error) {
	type keyed struct {
		row M
		key V
	}
	of := key.expression()
	rows, err := Values(q.Filter(of.In(keys...)), func(r *keyed) []Pick[M] {
		return []Pick[M]{Whole(&r.row), of.Into(&r.key)}
	})
	if err != nil {
		return nil, err
	}
	byKey := make(map[V]*M, len(rows))
	for i := range rows {
		byKey[rows[i].key] = &rows[i].row
	}
	return byKey, nil
}

// Earliest is the first row in the order of the terms (earliest).
func (q Query[T]) Earliest(terms ...Order[T]) (*T, error) { return q.OrderBy(terms...).First() }

// Latest is the last row in the order of the terms (latest).
func (q Query[T]) Latest(terms ...Order[T]) (*T, error) { return q.OrderBy(terms...).Last() }
