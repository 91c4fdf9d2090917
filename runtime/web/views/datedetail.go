package views

import (
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// DateDetail finds the row of a detail view by the day and by what else its
// route captures (DateDetailView).
type DateDetail[T any] struct {
	// Query has the rows there are (get_queryset).
	Query func(r *web.Request) (model.Query[T], error)
	// Date is the field by which rows belong to a day (date_field).
	Date Dated[T]
	// Captures says how months are written.
	Captures Captures
	// Lookup is the condition that the other captures make.
	Lookup func(r *web.Request) model.Cond[T]
	// AllowFuture shows rows of days to come.
	AllowFuture bool
	// Plural is what several rows are called (verbose_name_plural).
	Plural string
}

// Get reads the row, for Detail.
func (v DateDetail[T]) Get(r *web.Request) (*T, error) {
	day, err := v.Captures.day(r.Arg("year"), r.Arg("month"), r.Arg("day"))
	if err != nil {
		return nil, err
	}
	end, ok := dayStep.next(day)
	if !ok {
		return nil, outOfRange()
	}
	rows, err := v.Query(r)
	if err != nil {
		return nil, err
	}
	zone := r.TimeZone()
	if !v.AllowFuture && day.Compare(model.DateOf(model.Now(r).In(zone))) > 0 {
		return nil, web.NotFound.With("Future " + v.Plural + " not available because date_detail.allow_future is false.")
	}
	return rows.Filter(v.Date.since(day, zone), v.Date.before(end, zone), v.Lookup(r)).Get()
}
