package model

import "unsafe"

// Hooks are functions that run around the saving and deleting of single rows:
// Create, Save, Delete and the bulk forms of Create (signals). Query.Update and
// Query.Delete run none, as in Django. What they do with the source they are
// given is part of the same transaction; an error undoes it all. Any of them
// may be nil.
type Hooks[M any] = HooksOf[*M]

// HooksOf is Hooks, by the type of a pointer to the row.
type HooksOf[R any] struct {
	// BeforeSave and AfterSave are told whether the row is new (pre_save, post_save).
	BeforeSave, AfterSave func(src Source, row R, created bool) error
	// BeforeDelete and AfterDelete are pre_delete and post_delete.
	BeforeDelete, AfterDelete func(src Source, row R) error
	// Clean says what is wrong with a row as a whole, with a *ValidationError, and
	// may put values right (Model.clean). Forms and FullClean call it, saving
	// does not.
	Clean func(src Source, row R) error
	// Validators are those of single fields that are Go functions.
	Validators []FieldValidatorOf[R]
}

// FieldValidatorOf is a Go function for the values of one field.
type FieldValidatorOf[R any] struct {
	// Field is the field's name in the site file.
	Field string
	// Validate says what is wrong with the row's value, with a *ValidationError.
	Validate func(row R) error
}

// FieldValidator is FieldValidatorOf, by the type of a row.
type FieldValidator[M any] = FieldValidatorOf[*M]

// HooksFor are the hooks of a model that the source's database has.
func HooksFor[R any](src Source, table *TableOf[R]) []HooksOf[R] {
	list := hooksOf(src, rowless(table))
	return *(*[]HooksOf[R])(unsafe.Pointer(&list))
}

// Clean has the hooks of a row's model say what is wrong with the row as a
// whole. The error is a *ValidationError of all that they say, or a failure.
func Clean[R any](src Source, row R) error {
	var wrong ValidationError
	for _, h := range HooksFor(src, tableOf[R]()) {
		if h.Clean == nil {
			continue
		}
		if err := wrong.Take("", h.Clean(src, row)); err != nil {
			return err
		}
	}
	return wrong.OrNil()
}

// Listen adds hooks for a model, behind those that are there. It is for the
// start of a program: before the database is used.
func Listen[M any](db *DB, hooks Hooks[M]) {
	listen(db, rowless(tableOf[*M]()), *(*HooksOf[noRow])(unsafe.Pointer(&hooks)))
}

func listen(db *DB, table *TableOf[noRow], hooks HooksOf[noRow]) {
	if db.hooks == nil {
		db.hooks = map[*TableOf[noRow]][]HooksOf[noRow]{}
	}
	db.hooks[table] = append(db.hooks[table], hooks)
}

// OnChange has changed called when rows of a model were changed by what runs no hooks: Query.Update,
// Query.Delete and BulkUpdate, and not by SQL of one's own. src is the transaction that they were changed
// in, or the database. It is for the start of a program, as Listen is.
func OnChange[M any](db *DB, changed func(src Source)) {
	if db.many == nil {
		db.many = map[string][]func(Source){}
	}
	table := tableOf[*M]().Name
	db.many[table] = append(db.many[table], changed)
}

// manyChanged tells those that OnChange has.
func manyChanged(src Source, table string) {
	if db := src.DB(); db != nil {
		for _, changed := range db.many[table] {
			changed(src)
		}
	}
}

// event is what hooks run around.
type event uint8

const (
	saving event = iota
	deleting
)

// hooked does the work on a row, with the hooks of the model around it.
func hooked(src Source, table *TableOf[noRow], row noRow, e event, created bool, work func(Source) error) error {
	list := hooksOf(src, table)
	if !listens(list, e) {
		return work(src)
	}
	return Atomic(src, func(tx Source) error {
		if err := before(list, tx, row, e, created); err != nil {
			return err
		}
		if err := work(tx); err != nil {
			return err
		}
		return after(list, tx, row, e, created)
	})
}

// listens reports whether any of the hooks runs around the event.
func listens(list []HooksOf[noRow], e event) bool {
	for _, h := range list {
		if e == saving && (h.BeforeSave != nil || h.AfterSave != nil) || e == deleting && (h.BeforeDelete != nil || h.AfterDelete != nil) {
			return true
		}
	}
	return false
}

func hooksOf(src Source, table *TableOf[noRow]) []HooksOf[noRow] {
	db := src.DB()
	if db == nil || db.hooks == nil {
		return nil
	}
	return db.hooks[table]
}

func before(list []HooksOf[noRow], src Source, row noRow, e event, created bool) error {
	for _, h := range list {
		var err error
		switch {
		case e == saving && h.BeforeSave != nil:
			err = h.BeforeSave(src, row, created)
		case e == deleting && h.BeforeDelete != nil:
			err = h.BeforeDelete(src, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func after(list []HooksOf[noRow], src Source, row noRow, e event, created bool) error {
	for _, h := range list {
		var err error
		switch {
		case e == saving && h.AfterSave != nil:
			err = h.AfterSave(src, row, created)
		case e == deleting && h.AfterDelete != nil:
			err = h.AfterDelete(src, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
