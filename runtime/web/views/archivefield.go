package views

import (
	"time"

	"stackgen.dev/runtime/model"
)

// Dated is a field of T by which its rows belong to days: ByDate and ByTime
// make it. All conditions compare the field itself, so that an index serves them.
type Dated[T any] interface {
	// since holds on the day and later, before on the days before it.
	since(day model.Date, zone *time.Location) model.Cond[T]
	before(day model.Date, zone *time.Location) model.Cond[T]
	// until holds for what is not in the future.
	until(now clock) model.Cond[T]
	// list has the years, months, weeks or days of the rows, each once.
	list(rows model.Query[T], unit model.Unit, descending bool, zone *time.Location) ([]model.Date, error)
	// first is the earliest day of the rows, or the last one; null without rows.
	first(rows model.Query[T], last bool, zone *time.Location) (model.Null[model.Date], error)
}

// ByDate has rows belong to the day that a field holds.
func ByDate[T any](f model.Field[T, model.Date]) Dated[T] { return dateField[T]{f} }

type dateField[T any] struct{ f model.Field[T, model.Date] }

func (d dateField[T]) since(day model.Date, _ *time.Location) model.Cond[T]  { return d.f.Gte(day) }
func (d dateField[T]) before(day model.Date, _ *time.Location) model.Cond[T] { return d.f.Lt(day) }
func (d dateField[T]) until(now clock) model.Cond[T]                         { return d.f.Lte(model.DateOf(now.time)) }

func (d dateField[T]) list(rows model.Query[T], unit model.Unit, descending bool, _ *time.Location) ([]model.Date, error) {
	return datesOf(rows.Filter(d.f.IsNotNull()), model.Trunc[T](d.f, unit), descending)
}

func (d dateField[T]) first(rows model.Query[T], last bool, _ *time.Location) (model.Null[model.Date], error) {
	return firstOf(rows, d.f, last)
}

// ByTime has rows belong to the day, in the site's zone, of the instant that a
// field holds.
func ByTime[T any](f model.Field[T, time.Time]) Dated[T] { return timeField[T]{f} }

type timeField[T any] struct{ f model.Field[T, time.Time] }

func (t timeField[T]) since(day model.Date, zone *time.Location) model.Cond[T] {
	return t.f.Gte(dayBegins(day, zone))
}

func (t timeField[T]) before(day model.Date, zone *time.Location) model.Cond[T] {
	return t.f.Lt(dayBegins(day, zone))
}

func (t timeField[T]) until(now clock) model.Cond[T] { return t.f.Lte(now.time) }

// list cuts days, and not instants: every day has a date, but not every one a
// midnight.
func (t timeField[T]) list(rows model.Query[T], unit model.Unit, descending bool, zone *time.Location) ([]model.Date, error) {
	return datesOf(rows.Filter(t.f.IsNotNull()).In(zone), model.Trunc[T](model.DayOf[T](t.f), unit), descending)
}

func (t timeField[T]) first(rows model.Query[T], last bool, zone *time.Location) (model.Null[model.Date], error) {
	at, err := firstOf(rows, t.f, last)
	if err != nil || !at.Valid {
		return model.Null[model.Date]{}, err
	}
	return model.Some(model.DateOf(at.V.In(zone))), nil
}

// datesOf are the values of an expression, each once and in order.
func datesOf[T any](rows model.Query[T], day model.Expr[T, model.Date], descending bool) ([]model.Date, error) {
	order := day.Asc()
	if descending {
		order = day.Desc()
	}
	return model.Values(rows.Distinct().OrderBy(order), func(d *model.Date) []model.Pick[T] { return model.Picks(day.Into(d)) })
}

// firstOf is the smallest value of a field, or the greatest; null without rows.
func firstOf[T, V any](rows model.Query[T], f model.Field[T, V], last bool) (model.Null[V], error) {
	order := f.Asc()
	if last {
		order = f.Desc()
	}
	found, err := model.Values(rows.OrderBy(order).Limit(1), func(v *V) []model.Pick[T] { return model.Picks(f.Into(v)) })
	if err != nil || len(found) == 0 {
		return model.Null[V]{}, err
	}
	return model.Some(found[0]), nil
}

// dayBegins is the first instant of a day in a zone. Where clocks are put on at
// midnight it is later than midnight, which there is none of, and where they are
// put back to midnight it is the first of two.
func dayBegins(d model.Date, zone *time.Location) time.Time {
	t := d.In(zone)
	if model.DateOf(t).Compare(d) < 0 {
		_, t = t.ZoneBounds()
	} else if from, _ := t.ZoneBounds(); !from.IsZero() {
		_, before := from.Add(-1).Zone()
		_, after := t.Zone()
		first := t.Add(time.Duration(after-before) * time.Second)
		if first.Before(from) && model.DateOf(first) == d {
			t = first
		}
	}
	if earliest := time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC); t.Before(earliest) {
		return earliest // which is as early as databases go
	}
	return t
}

var (
	_ Dated[struct{}] = dateField[struct{}]{}
	_ Dated[struct{}] = timeField[struct{}]{}
)
