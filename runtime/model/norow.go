package model

import (
	"encoding/json"
	"fmt"
	"time"
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// noRow stands for the type of a pointer to a row, *Post, where the rows of all
// models are treated alike. What is generic is compiled for each model, in the
// package of the site's models, with everything that it calls; a site of a
// hundred models waits for that at each build. So generic code here only gives
// things their types, and the work is done once for noRow.
//
// What is converted has the same memory with either type: a row is only ever
// known by a pointer to it, and FieldOf, TableOf, HooksOf and the others hold
// such pointers or functions of them. What is handed out as being of a model came
// in as being of that model. An interface is never converted: its methods are known
// by their types.
type noRow = *struct{}

// rowless is a table without the type of its rows.
func rowless[R any](t *TableOf[R]) *TableOf[noRow] { return (*TableOf[noRow])(unsafe.Pointer(t)) }

// rowOf is a row with its type.
func rowOf[R any](row noRow) R { return *(*R)(unsafe.Pointer(&row)) }

// bareRow is a row without its type.
func bareRow[R any](row R) noRow { return *(*noRow)(unsafe.Pointer(&row)) }

// fieldFor is the *NullFieldOf[noRow, V] of a column whose values are bound with
// bind, a func(V) Value; a *FieldOf[noRow, V] is its beginning.
func fieldFor(column sqltext.Column, bind any) unsafe.Pointer {
	switch bind := bind.(type) {
	case func(int64) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(string) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(bool) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(float64) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(time.Time) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(Date) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(TimeOfDay) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(time.Duration) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(Decimal) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(UUID) Value:
		return unsafe.Pointer(newField(column, bind))
	case func(json.RawMessage) Value:
		return unsafe.Pointer(newField(column, bind))
	case func([]byte) Value:
		return unsafe.Pointer(newField(column, bind))
	}
	panic(fmt.Sprintf("model: %T binds no type that fields have", bind))
}
