package sqlite

import (
	"math"

	sqlite3 "zombiezen.com/go/sqlite"
)

// addDeviations gives a connection the aggregates of how far values lie apart.
func addDeviations(db *sqlite3.Conn) error {
	for name, d := range map[string]deviation{
		"model_var_pop":     {},
		"model_var_samp":    {sample: true},
		"model_stddev_pop":  {root: true},
		"model_stddev_samp": {sample: true, root: true},
	} {
		if err := db.CreateFunction(name, &sqlite3.FunctionImpl{
			NArgs: 1, Deterministic: true,
			MakeAggregate: func(sqlite3.Context) (sqlite3.AggregateFunction, error) {
				fresh := d
				return &fresh, nil
			},
		}); err != nil {
			return err
		}
	}
	return nil
}

// deviation is a variance, or its root: computed as values come, from their mean so
// far (Welford), as the difference of two great sums would lose its digits.
type deviation struct {
	sample, root bool
	n, mean, sum float64
}

var _ sqlite3.AggregateFunction = (*deviation)(nil)

// Step takes a value in; null is none.
func (d *deviation) Step(_ sqlite3.Context, args []sqlite3.Value) error {
	if args[0].Type() == sqlite3.TypeNull {
		return nil
	}
	v := args[0].Float()
	d.n++
	delta := v - d.mean
	d.mean += delta / d.n
	d.sum += delta * (v - d.mean)
	return nil
}

// WindowInverse takes a value out again.
func (d *deviation) WindowInverse(_ sqlite3.Context, args []sqlite3.Value) error {
	switch {
	case args[0].Type() == sqlite3.TypeNull:
		return nil
	case d.n == 1:
		d.n, d.mean, d.sum = 0, 0, 0
		return nil
	}
	v := args[0].Float()
	delta := v - d.mean
	d.n--
	d.mean -= delta / d.n
	d.sum = max(d.sum-delta*(v-d.mean), 0)
	return nil
}

// WindowValue is the result so far: null without values, and of a sample of one.
func (d *deviation) WindowValue(sqlite3.Context) (sqlite3.Value, error) {
	n := d.n
	if d.sample {
		n--
	}
	if n <= 0 {
		return sqlite3.Value{}, nil
	}
	v := d.sum / n
	if d.root {
		v = math.Sqrt(v)
	}
	return sqlite3.FloatValue(v), nil
}

// Finalize has nothing to free.
func (d *deviation) Finalize(sqlite3.Context) {}
