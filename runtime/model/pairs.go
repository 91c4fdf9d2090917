package model

import (
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// pairs is the table of a many_to_many, with a row for each pair; here and
// there are its columns.
type pairs struct{ table, here, there string }

// withPairs gives a relation the functions that change it.
func withPairs(r *ToManyOf[noRow, noRow], p pairs, related func(noRow) Value) {
	keysOf := func(rows []noRow) []Value {
		keys := make([]Value, len(rows))
		for i, row := range rows {
			keys[i] = related(row)
		}
		return keys
	}
	r.Add = func(src Source, m noRow, rows ...noRow) error { return p.add(src, r.to.key(m), keysOf(rows)) }
	r.AddKeys = func(src Source, m noRow, keys ...int64) error { return p.add(src, r.to.key(m), intValues(keys)) }
	r.Remove = func(src Source, m noRow, rows ...noRow) error { return p.remove(src, r.to.key(m), keysOf(rows)) }
	r.Clear = func(src Source, m noRow) error { return p.drop(src, r.to.key(m), nil) }
	r.Set = func(src Source, m noRow, rows ...noRow) error { return p.set(src, r.to.key(m), keysOf(rows)) }
	r.SetKeys = func(src Source, m noRow, keys ...int64) error { return p.set(src, r.to.key(m), intValues(keys)) }
}

// withoutPairs has the functions that change a relation say that the foreign
// key of the rows does.
func withoutPairs(r *ToManyOf[noRow, noRow]) {
	rows := func(Source, noRow, ...noRow) error { panic(notPairs) }
	keys := func(Source, noRow, ...int64) error { panic(notPairs) }
	r.Add, r.Remove, r.Set = rows, rows, rows
	r.AddKeys, r.SetKeys = keys, keys
	r.Clear = func(Source, noRow) error { panic(notPairs) }
}

const notPairs = "model: Add, Remove, Set and Clear are for many_to_many; set the foreign key of the rows instead"

func (p pairs) set(src Source, key Value, others []Value) error {
	return Atomic(src, func(tx Source) error {
		other := sqltext.Not{Term: sqltext.In{Of: sqltext.Column{Name: p.there}, List: bound(others)}}
		if err := p.drop(tx, key, other); err != nil {
			return err
		}
		return p.add(tx, key, others)
	})
}

func (p pairs) add(src Source, key Value, others []Value) error {
	if len(others) == 0 {
		return nil
	}
	return Atomic(src, func(tx Source) error {
		there, err := p.present(tx, key, others)
		if err != nil {
			return err
		}
		var fresh [][]Value
		for _, other := range others {
			if !there[other] {
				there[other] = true
				fresh = append(fresh, []Value{key, other})
			}
		}
		for rows := range slices.Chunk(fresh, bulkValues/2) {
			insert := sqltext.Insert{Table: p.table, Columns: []string{p.here, p.there}, Conflict: "nothing", Rows: rows}
			w := writerFor(tx)
			insert.Write(w)
			if _, err := Execute(tx, p.table, w.SQL(), w.Args()...); err != nil {
				return err
			}
		}
		return nil
	})
}

// present are those of the others that are paired with the key already.
func (p pairs) present(src Source, key Value, others []Value) (map[Value]bool, error) {
	conn, err := connOf(src)
	if err != nil {
		return nil, err
	}
	here, there := sqltext.Column{Table: p.table, Name: p.here}, sqltext.Column{Table: p.table, Name: p.there}
	s := sqltext.Select{Table: p.table, Picks: []sqltext.Pick{{Of: there}}, Where: sqltext.And{
		sqltext.Compare{Left: here, Op: sqltext.Eq, Right: sqltext.Bind(key)}, sqltext.In{Of: there, List: bound(others)},
	}}
	w := writerFor(src)
	s.Write(w)
	rows, err := conn.Query(src.Context(), w.SQL(), w.Args())
	if err != nil {
		return nil, err
	}
	found := map[Value]bool{}
	for rows.Next() {
		found[keyValue(rows, 0, others[0])] = true
	}
	return found, rows.Close()
}

func (p pairs) remove(src Source, key Value, others []Value) error {
	return p.drop(src, key, sqltext.In{Of: sqltext.Column{Name: p.there}, List: bound(others)})
}

// drop deletes pairs of the key.
func (p pairs) drop(src Source, key Value, which sqltext.Expr) error {
	where := sqltext.And{sqltext.Compare{Left: sqltext.Column{Name: p.here}, Op: sqltext.Eq, Right: sqltext.Bind(key)}}
	if which != nil {
		where = append(where, which)
	}
	s := sqltext.Delete{Table: p.table, Where: where}
	w := writerFor(src)
	s.Write(w)
	_, err := Execute(src, p.table, w.SQL(), w.Args()...)
	return err
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
