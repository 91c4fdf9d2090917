package views

import (
	"errors"
	"strconv"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// Inline is the forms for rows that point at the row of a form: an [InlineOf].
type Inline[T any] interface {
	show(r *web.Request, parent *T) (*forms.Forms, error)
	bind(r *web.Request, parent *T) (boundInline[T], error)
}

// boundInline is an Inline with what a request sent.
type boundInline[T any] interface {
	shown() *forms.Forms
	// valid says whether all can be stored.
	valid() bool
	// save stores them; errMistake says that a form says why not.
	save(r *web.Request, parent *T) error
	// discard lets go of files that came with the forms.
	discard(r *web.Request) error
}

// errMistake ends a transaction whose mistakes the forms show.
var errMistake = errors.New("views: a form has a mistake")

// keyName is the hidden field with the key of the row that a form is about.
const keyName = "id"

// InlineOf is the formset for rows of type C that belong to one of type T (inlineformset_factory).
type InlineOf[T, C any] struct {
	// FormSet are the forms; the row's key and the box to delete it come on top.
	FormSet forms.FormSet
	// Rows are those of the parent there are, Key is the key of one as text, Initial its values.
	Rows    func(r *web.Request, parent *T) ([]*C, error)
	Key     func(row *C) string
	Initial func(row *C) map[string]any
	// Create makes a row of the parent's, Update changes one, Delete takes it away.
	Create func(r *web.Request, form *forms.Form, parent *T) error
	Update func(r *web.Request, form *forms.Form, row *C) error
	Delete func(r *web.Request, row *C) error
	// Place is where a row stands among the others, for forms that ask for that; nil for others.
	// Create and Update store form.Place() there.
	Place func(row *C) int64
}

// set is the formset with the field for the key.
func (i InlineOf[T, C]) set() *forms.FormSet {
	set, spec := i.FormSet, *i.FormSet.Form
	spec.Fields = append(append([]forms.Field{}, spec.Fields...), forms.Field{Name: keyName, Kind: forms.Char, Widget: forms.HiddenInput})
	set.Form = &spec
	return &set
}

// initial are a row's values with its key.
func (i InlineOf[T, C]) initial(row *C) map[string]any {
	values := map[string]any{keyName: i.Key(row)}
	for name, value := range i.Initial(row) {
		values[name] = value
	}
	return values
}

// rows are those of the parent; a new one has none.
func (i InlineOf[T, C]) rows(r *web.Request, parent *T) ([]*C, error) {
	if parent == nil {
		return nil, nil
	}
	return i.Rows(r, parent)
}

func (i InlineOf[T, C]) show(r *web.Request, parent *T) (*forms.Forms, error) {
	rows, err := i.rows(r, parent)
	if err != nil {
		return nil, err
	}
	initial := make([]map[string]any, len(rows))
	for n, row := range rows {
		initial[n] = i.initial(row)
	}
	return i.set().Unbound(r, initial), nil
}

// sentInline is an InlineOf with what a request sent.
type sentInline[T, C any] struct {
	InlineOf[T, C]
	forms *forms.Forms
	// rows are those that the first forms are about; nil for a key that is none of the parent's.
	rows []*C
}

// bind reads which row each form is about: of the parent's rows alone, each once.
func (i InlineOf[T, C]) bind(r *web.Request, parent *T) (boundInline[T], error) {
	there, err := i.rows(r, parent)
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]*C, len(there))
	for _, row := range there {
		byKey[i.Key(row)] = row
	}
	data, err := r.Form()
	if err != nil {
		return nil, err
	}
	set := i.set()
	b := &sentInline[T, C]{InlineOf: i}
	var initial []map[string]any
	n, _ := strconv.Atoi(data.Get(set.Prefix + "-INITIAL_FORMS"))
	for at := range min(max(n, 0), forms.MostForms) {
		key := data.Get(set.Prefix + "-" + strconv.Itoa(at) + "-" + keyName)
		row := byKey[key]
		delete(byKey, key)
		b.rows = append(b.rows, row)
		if row == nil {
			initial = append(initial, nil)
		} else {
			initial = append(initial, i.initial(row))
		}
	}
	if b.forms, err = set.Bind(r, initial); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *sentInline[T, C]) shown() *forms.Forms { return b.forms }

// deleted are the forms whose rows go.
func (b *sentInline[T, C]) deleted() map[*forms.Form]bool {
	gone := map[*forms.Form]bool{}
	for _, one := range b.forms.DeletedForms() {
		gone[one] = true
	}
	return gone
}

func (b *sentInline[T, C]) valid() bool {
	good := b.forms.Valid()
	gone := b.deleted()
	for n, one := range b.forms.InitialForms() {
		if b.rows[n] == nil && !gone[one] {
			unavailable(one)
			good = false
		}
	}
	return good
}

// unavailable says of a form that its row is none of the parent's, or not there any more.
func unavailable(one *forms.Form) {
	one.AddError(keyName, "Select a valid choice. That choice is not one of the available choices.", "invalid_choice")
}

func (b *sentInline[T, C]) save(r *web.Request, parent *T) error {
	gone := b.deleted()
	mistaken := false
	store := func(one *forms.Form, do func() error) error {
		err := do()
		if err != nil && !one.AddModelError(err) {
			return err
		}
		if err != nil {
			// What follows in the transaction may fail for this alone.
			return errMistake
		}
		mistaken = mistaken || one.HasErrors()
		return nil
	}
	for n, one := range b.forms.InitialForms() {
		if row := b.rows[n]; gone[one] && row != nil {
			if err := store(one, func() error { return b.Delete(r, row) }); err != nil {
				return err
			}
		}
	}
	first := len(b.forms.InitialForms())
	changed := map[*forms.Form]bool{}
	for _, one := range b.forms.ChangedForms() {
		changed[one] = true
	}
	if b.Place != nil {
		b.forms.Number()
		for n, one := range b.forms.InitialForms() {
			// A row moves as well when another one is put before it.
			changed[one] = changed[one] || !gone[one] && b.Place(b.rows[n]) != one.Place()
		}
	}
	for n, one := range b.forms.Forms() {
		if !changed[one] {
			continue
		}
		do := func() error { return b.Create(r, one, parent) }
		if n < first {
			do = func() error {
				err := b.Update(r, one, b.rows[n])
				if errors.Is(err, model.ErrNotFound) { // somebody deleted it in the meantime
					unavailable(one)
					return nil
				}
				return err
			}
		}
		if err := store(one, do); err != nil {
			return err
		}
	}
	if mistaken {
		return errMistake
	}
	return nil
}

func (b *sentInline[T, C]) discard(r *web.Request) error {
	var errs []error
	for _, one := range b.forms.Forms() {
		errs = append(errs, one.Discard(r))
	}
	return errors.Join(errs...)
}

// inlines are the formsets of one view.
type inlines[T any] []Inline[T]

// show are the formsets as the page first shows them.
func (all inlines[T]) show(r *web.Request, parent *T) ([]*forms.Forms, error) {
	var list []*forms.Forms
	for _, one := range all {
		f, err := one.show(r, parent)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// boundInlines are those of one request.
type boundInlines[T any] []boundInline[T]

func (all inlines[T]) bind(r *web.Request, parent *T) (boundInlines[T], error) {
	var list boundInlines[T]
	for _, one := range all {
		b, err := one.bind(r, parent)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

// valid looks at all of them, so that the page shows every mistake.
func (all boundInlines[T]) valid() bool {
	good := true
	for _, one := range all {
		good = one.valid() && good
	}
	return good
}

func (all boundInlines[T]) forms() []*forms.Forms {
	var list []*forms.Forms
	for _, one := range all {
		list = append(list, one.shown())
	}
	return list
}

// store saves the form's row and those of the formsets: in one transaction, where there are formsets.
func (all boundInlines[T]) store(r *web.Request, form *forms.Form, save func() (*T, error)) (row *T, err error) {
	if len(all) == 0 {
		return save()
	}
	err = r.Atomic(func() error {
		if row, err = save(); err != nil {
			return err
		}
		if form.HasErrors() {
			return errMistake
		}
		for _, one := range all {
			if err := one.save(r, row); err != nil {
				return err
			}
		}
		return nil
	})
	return row, err
}

// refused makes an error of store a mistake in the forms, where it is one, and nil then;
// files that came with the forms are not kept.
func (all boundInlines[T]) refused(r *web.Request, form *forms.Form, err error) error {
	var gone []error
	for _, one := range all {
		gone = append(gone, one.discard(r))
	}
	if errors.Is(err, errMistake) {
		return errors.Join(append(gone, form.Discard(r))...)
	}
	return errors.Join(append(gone, refused(r, form, err))...)
}
