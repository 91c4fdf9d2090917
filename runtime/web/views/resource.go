package views

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// The actions of a resource, in Django REST framework's words.
const (
	ActionList          = "list"
	ActionCreate        = "create"
	ActionRetrieve      = "retrieve"
	ActionUpdate        = "update"
	ActionPartialUpdate = "partial_update"
	ActionDestroy       = "destroy"
)

// Resource answers for the rows of a model in JSON, on two routes: that of all
// of them (GET lists, POST creates) and that of one, whose captures find it
// (GET retrieves, PUT updates, PATCH updates some of it, DELETE destroys). It is what a
// ModelViewSet is in Django REST framework.
//
// The rows of a nested resource belong to a row that captures of both routes find: Query begins
// with its rows alone, New makes one of its own, and both fail with model.ErrNotFound where there
// is no such row, which is a 404 whatever was sent.
//
// Every answer has an ETag, and If-Match keeps a client from overwriting what
// another one changed: it is looked at in the transaction that changes the row.
// What goes wrong is a problem (RFC 9457): 400 for a query that cannot be
// read, 406 and 415 for other formats than JSON, 412 for a failed If-Match, 422 with the errors of
// the fields.
type Resource[T any] struct {
	// Query begins the query of the rows that there are for a request.
	Query func(r *web.Request, src model.Source) (model.Query[T], error)
	// With has the related rows read along that JSON shows; nil for none.
	With func(q model.Query[T]) model.Query[T]
	// Item is the condition for the row that the route's captures name; false on the route of all rows.
	Item func(r *web.Request) (model.Cond[T], bool)
	// Same is the condition for a row's key.
	Same func(row *T) model.Cond[T]
	// Actions are those there are.
	Actions []string

	// Filters are the parameters that narrow the list, Search the conditions that
	// ?search= makes, any of which may hold.
	Filters []Filter[T]
	Search  []func(text string) model.Cond[T]
	// Ordering is what ?ordering= may name. Default is the order without it, and Key
	// is last in each, so that pages do not overlap.
	Ordering []OrderingField[T]
	Default  []model.Order[T]
	Key      model.Order[T]
	// PaginateBy is the number of rows on a page, MaxPaginateBy the most that
	// ?page_size= may ask for; 0 has no such parameter.
	PaginateBy, MaxPaginateBy int

	// Form is what a row is made from and changed by.
	Form *forms.Spec
	// New is a row with its defaults, which is not stored yet.
	New func(r *web.Request, src model.Source) (*T, error)
	// Create stores a new row with the values of a valid form, Update changes one by the fields
	// that form.Lookup finds, Destroy deletes one. They may add errors to the form, which is then not valid.
	Create  func(r *web.Request, src model.Source, form *forms.Form, row *T) error
	Update  func(r *web.Request, src model.Source, form *forms.Form, row *T) error
	Destroy func(r *web.Request, src model.Source, row *T) error
	// Location is the path of a row; nil where rows have none.
	Location func(r *web.Request, row *T) string
	// JSON appends a row.
	JSON func(b []byte, row *T) []byte
}

// Filter is a parameter of a list: its text is cleaned as Field says, and Cond has the value.
type Filter[T any] struct {
	Field forms.Field
	// Many takes several values that are separated by commas.
	Many bool
	Cond func(value any) model.Cond[T]
}

// OrderingField is a field that ?ordering= may name, with a minus for downwards.
type OrderingField[T any] struct {
	Name string
	Asc  model.Order[T]
}

// View is the view of that name.
func (v Resource[T]) View(name string) *web.View { return view(name, v.Handler()) }

// Handler is the view.
func (v Resource[T]) Handler() web.Handler {
	all := v.guard(map[string]string{ActionList: "GET", ActionCreate: "POST"})
	one := v.guard(map[string]string{ActionRetrieve: "GET", ActionUpdate: "PUT", ActionPartialUpdate: "PATCH", ActionDestroy: "DELETE"})
	return problems(func(r *web.Request) (*web.Response, error) {
		where, isItem := v.Item(r)
		guard := all
		if isItem {
			guard = one
		}
		if !guard.Allow(r.Method()) {
			return guard.Refuse(r.Method()), nil
		}
		if !r.Accepts(contentJSON) {
			return nil, &web.Error{Status: 406, Message: "Only application/json is spoken here."}
		}
		switch {
		case isItem && reading(r):
			return v.retrieve(r, where)
		case isItem && r.Method() == "DELETE":
			return v.destroy(r, where)
		case isItem:
			return v.update(r, where)
		case reading(r):
			return v.list(r)
		}
		return v.create(r)
	})
}

// guard lets the methods of the actions that there are pass.
func (v *Resource[T]) guard(methods map[string]string) *web.Methods {
	var some []string
	for _, action := range v.Actions {
		if m := methods[action]; m != "" {
			some = append(some, m)
		}
	}
	return web.NewMethods(some...)
}

// reply is a row as the answer, with its tag.
func (v *Resource[T]) reply(row *T) *web.Response {
	body := v.JSON(nil, row)
	p := web.Bytes(contentJSON, body)
	p.SetHeader("ETag", etagOf(body))
	return p
}

// etagOf is the entity tag of a representation.
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

func (v *Resource[T]) get(r *web.Request, src model.Source, where model.Cond[T], lock bool) (*T, error) {
	q, err := v.Query(r, src)
	if err != nil {
		return nil, missing(err)
	}
	q = q.Filter(where)
	if lock {
		q = q.SelectForUpdate()
	}
	row, err := v.with(q).Get()
	return row, missing(err)
}

func (v *Resource[T]) with(q model.Query[T]) model.Query[T] {
	if v.With == nil {
		return q
	}
	return v.With(q)
}

func (v *Resource[T]) retrieve(r *web.Request, where model.Cond[T]) (*web.Response, error) {
	row, err := v.get(r, r, where, false)
	if err != nil {
		return nil, err
	}
	return v.reply(row).Settle(r), nil
}

// unchanged fails with 412 where the client wants to change what has changed since.
func (v *Resource[T]) unchanged(r *web.Request, row *T) error {
	if p := r.Conditional(etagOf(v.JSON(nil, row)), time.Time{}); p != nil {
		return &web.Error{Status: 412, Message: "It has changed meanwhile: the tag of If-Match is not the one it has now."}
	}
	return nil
}

// errNotValid leaves the transaction, as nothing is to be stored.
var errNotValid = errors.New("views: the form is not valid")

func (v *Resource[T]) create(r *web.Request) (*web.Response, error) {
	if _, err := r.Body(); err != nil {
		return nil, err // before the transaction, in which others would wait for a slow client
	}
	var form *forms.Form
	var row *T
	err := model.Atomic(r, func(tx model.Source) error {
		var err error
		if row, err = v.New(r, tx); err != nil {
			return missing(err)
		}
		if form, err = bindObject(r, tx, v.Form, false); err != nil {
			return err
		}
		if !form.Valid() {
			return errNotValid
		}
		if err = v.Create(r, tx, form, row); err == nil && form.HasErrors() {
			return errNotValid
		}
		if err == nil {
			row, err = v.stored(tx, row)
		}
		return err
	})
	switch {
	case errors.Is(err, errNotValid) || err != nil && form != nil && form.AddModelError(err):
		return invalid(form)
	case err != nil:
		return nil, err
	}
	p := v.reply(row).WithStatus(201)
	if v.Location != nil {
		p.SetHeader("Location", v.Location(r, row))
	}
	return p, nil
}

// stored is a row as the database has it now, with its decimals and its own
// defaults: so that its tag is that of the next answer.
func (v *Resource[T]) stored(tx model.Source, row *T) (*T, error) {
	return v.with(model.All[T](tx).Filter(v.Same(row))).Get()
}

func (v *Resource[T]) update(r *web.Request, where model.Cond[T]) (*web.Response, error) {
	if _, err := r.Body(); err != nil {
		return nil, err // see create
	}
	var form *forms.Form
	var row *T
	err := model.Atomic(r, func(tx model.Source) error {
		var err error
		if row, err = v.get(r, tx, where, true); err != nil {
			return err
		}
		if err = v.unchanged(r, row); err != nil {
			return err
		}
		if form, err = bindObject(r, tx, v.Form, r.Method() == "PATCH"); err != nil {
			return err
		}
		if !form.Valid() {
			return errNotValid
		}
		if err = v.Update(r, tx, form, row); err == nil && form.HasErrors() {
			return errNotValid
		}
		if err == nil {
			row, err = v.stored(tx, row)
		}
		return missing(err)
	})
	switch {
	case errors.Is(err, errNotValid) || err != nil && form != nil && form.AddModelError(err):
		return invalid(form)
	case err != nil:
		return nil, err
	}
	return v.reply(row), nil
}

func (v *Resource[T]) destroy(r *web.Request, where model.Cond[T]) (*web.Response, error) {
	err := model.Atomic(r, func(tx model.Source) error {
		row, err := v.get(r, tx, where, true)
		if err != nil {
			return err
		}
		if err := v.unchanged(r, row); err != nil {
			return err
		}
		return v.Destroy(r, tx, row)
	})
	if err != nil {
		return nil, held(err)
	}
	return web.Empty(204), nil
}

// The parameters of a list that are not filters.
const (
	paramPage     = "page"
	paramPageSize = "page_size"
	paramOrdering = "ordering"
	paramSearch   = "search"
)

// maxMany bounds the values of one filter.
const maxMany = 100

// listing is what a list's parameters come to.
type listing[T any] struct {
	r     *web.Request
	conds []model.Cond[T]
	order []model.Order[T]
	size  int
	page  int
	last  bool // ?page=last
	wrong map[string][]ProblemError
}

func (l *listing[T]) fail(name, code, message string) {
	if l.wrong == nil {
		l.wrong = map[string][]ProblemError{}
	}
	l.wrong[name] = append(l.wrong[name], ProblemError{message, code})
}

func (v *Resource[T]) list(r *web.Request) (*web.Response, error) {
	l := &listing[T]{r: r, page: 1, size: v.PaginateBy, order: v.Default}
	query := r.Query()
	for _, name := range query.Names() {
		v.parameter(l, name, query.Get(name))
	}
	if l.wrong != nil {
		return (&Problem{Status: 400, Detail: "A parameter cannot be read.", Errors: l.wrong}).response()
	}
	q, err := v.Query(r, r)
	if err != nil {
		return nil, missing(err)
	}
	q = q.Filter(l.conds...)
	count, err := q.Count()
	if err != nil {
		return nil, err
	}
	paginator := &Paginator{Count: int(count), PerPage: l.size}
	if l.last {
		l.page = paginator.NumPages()
	}
	if l.page > paginator.NumPages() {
		return nil, web.NotFound.With(fmt.Sprintf("There are %d pages.", paginator.NumPages()))
	}
	rows, err := v.with(q).OrderBy(append(slices.Clone(l.order), v.Key)...).Offset((l.page - 1) * l.size).Limit(l.size).All()
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Number: l.page, ObjectList: rows, Paginator: paginator}
	b := strconv.AppendInt([]byte(`{"count":`), count, 10)
	b = appendLink(append(b, `,"next":`...), r, page, 1)
	b = appendLink(append(b, `,"previous":`...), r, page, -1)
	b = AppendRows(append(b, `,"results":`...), rows, v.JSON)
	b = append(b, '}')
	p := web.Bytes(contentJSON, b)
	p.SetHeader("ETag", etagOf(b))
	return p.Settle(r), nil
}

// parameter takes one parameter of the list in. One that is not known is
// refused: a filter that is mistyped would otherwise show everything.
func (v *Resource[T]) parameter(l *listing[T], name, text string) {
	switch {
	case name == paramPage:
		if text == "last" {
			l.last = true
			return
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1<<31/max(1, l.size) {
			l.fail(name, "invalid", "Enter a whole number from 1, or “last”.")
			return
		}
		l.page = n
	case name == paramPageSize && v.MaxPaginateBy > 0:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > v.MaxPaginateBy {
			l.fail(name, "invalid", fmt.Sprintf("Enter a whole number from 1 to %d.", v.MaxPaginateBy))
			return
		}
		l.size = n
	case name == paramOrdering && len(v.Ordering) > 0:
		v.ordering(l, text)
	case name == paramSearch && len(v.Search) > 0:
		v.search(l, text)
	default:
		for i := range v.Filters {
			if v.Filters[i].Field.Name == name {
				v.filter(l, &v.Filters[i], text)
				return
			}
		}
		l.fail(name, "unknown", "There is no such parameter.")
	}
}

func (v *Resource[T]) ordering(l *listing[T], text string) {
	l.order = nil
	seen := map[string]bool{}
	for name := range strings.SplitSeq(text, ",") {
		plain := strings.TrimPrefix(strings.TrimSpace(name), "-")
		at := slices.IndexFunc(v.Ordering, func(o OrderingField[T]) bool { return o.Name == plain })
		if at < 0 || seen[plain] {
			l.fail(paramOrdering, "invalid_choice", fmt.Sprintf("Rows are not ordered by “%s”.", plain))
			return
		}
		seen[plain] = true
		order := v.Ordering[at].Asc
		if strings.HasPrefix(strings.TrimSpace(name), "-") {
			order = order.Reversed()
		}
		l.order = append(l.order, order)
	}
}

// search has every word be found in one of the fields.
func (v *Resource[T]) search(l *listing[T], text string) {
	words := strings.Fields(text)
	if len(words) > 20 || strings.IndexByte(text, 0) >= 0 {
		l.fail(paramSearch, "invalid", "Enter at most 20 words.")
		return
	}
	for _, word := range words {
		var either []model.Cond[T]
		for _, in := range v.Search {
			either = append(either, in(word))
		}
		l.conds = append(l.conds, model.Or(either...))
	}
}

func (v *Resource[T]) filter(l *listing[T], f *Filter[T], text string) {
	if text == "" {
		return // an empty field of a form that filters
	}
	texts := []string{text}
	if f.Many {
		texts = strings.Split(text, ",")
	}
	if len(texts) > maxMany {
		l.fail(f.Field.Name, "invalid", fmt.Sprintf("Enter at most %d values.", maxMany))
		return
	}
	var values []any
	for _, one := range texts {
		spec := &forms.Spec{Fields: []forms.Field{f.Field}}
		form := spec.BindAny(l.r, l.r.TimeZone(), map[string]any{f.Field.Name: one}, nil)
		if !form.Valid() {
			for _, e := range form.Errors() {
				l.fail(f.Field.Name, e.Errors[0].Code, e.Errors[0].Message)
			}
			return
		}
		values = append(values, form.Value(f.Field.Name))
	}
	if f.Many {
		l.conds = append(l.conds, f.Cond(values))
		return
	}
	l.conds = append(l.conds, f.Cond(values[0]))
}

// Values are the values of a filter of several, as their type.
func Values[V any](values any) []V {
	list := values.([]any)
	all := make([]V, len(list))
	for i, v := range list {
		all[i] = v.(V)
	}
	return all
}
