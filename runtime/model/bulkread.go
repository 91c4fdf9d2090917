package model

// InBulk has the rows whose key is one of the keys, by key (in_bulk). key is a
// unique field of the model.
func InBulk[M any, V comparable](q Query[M], key Expression[M, V], keys []V) (map[V]*M, error) {
	return inBulk(q, key, keys)
}

func inBulk[R any, V comparable](q *QueryOf[R], key ExpressionOf[R, V], keys []V) (map[V]R, error) {
	type keyed struct {
		row R
		key V
	}
	of := key.expression()
	rows, err := values(q.Filter(of.In(keys...)), func(r *keyed) []PickOf[R] {
		return []PickOf[R]{rowInto(&r.row), of.Into(&r.key)}
	})
	if err != nil {
		return nil, err
	}
	byKey := make(map[V]R, len(rows))
	for _, r := range rows {
		byKey[r.key] = r.row
	}
	return byKey, nil
}
