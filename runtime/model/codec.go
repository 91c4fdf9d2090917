package model

import (
	"encoding/json"
	"fmt"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// bindOf is the function that binds values of a type that fields have.
func bindOf[V any]() func(V) Value {
	return func(v V) Value { return valueOf(v) }
}

// ValueOf binds a value of any type that fields have; it panics for other types.
func ValueOf(v any) Value { return valueOf(v) }

func valueOf(v any) Value {
	switch v := v.(type) {
	case int64:
		return IntValue(v)
	case int:
		return IntValue(int64(v))
	case string:
		return TextValue(v)
	case bool:
		return BoolValue(v)
	case float64:
		return FloatValue(v)
	case time.Time:
		return TimeValue(v)
	case Date:
		return DateValue(v)
	case TimeOfDay:
		return TimeOfDayValue(v)
	case time.Duration:
		return DurationValue(v)
	case Decimal:
		return DecimalValue(v)
	case UUID:
		return UUIDValue(v)
	case json.RawMessage:
		return JSONValue(v)
	case []byte:
		return BytesValue(v)
	}
	panic(fmt.Sprintf("model: %T is not the type of a field", v))
}

// readInto reads a column into a variable; null leaves it as it is, and sets a
// Null to null.
func readInto(into any, row Row, col, places int) {
	switch p := into.(type) {
	case *int64:
		readOne(p, row, col, places)
	case *string:
		readOne(p, row, col, places)
	case *bool:
		readOne(p, row, col, places)
	case *float64:
		readOne(p, row, col, places)
	case *time.Time:
		readOne(p, row, col, places)
	case *Date:
		readOne(p, row, col, places)
	case *TimeOfDay:
		readOne(p, row, col, places)
	case *time.Duration:
		readOne(p, row, col, places)
	case *Decimal:
		readOne(p, row, col, places)
	case *UUID:
		readOne(p, row, col, places)
	case *json.RawMessage:
		readOne(p, row, col, places)
	case *[]byte:
		readOne(p, row, col, places)
	case *Null[int64]:
		readNull(p, row, col, places)
	case *Null[string]:
		readNull(p, row, col, places)
	case *Null[bool]:
		readNull(p, row, col, places)
	case *Null[float64]:
		readNull(p, row, col, places)
	case *Null[time.Time]:
		readNull(p, row, col, places)
	case *Null[Date]:
		readNull(p, row, col, places)
	case *Null[TimeOfDay]:
		readNull(p, row, col, places)
	case *Null[time.Duration]:
		readNull(p, row, col, places)
	case *Null[Decimal]:
		readNull(p, row, col, places)
	case *Null[UUID]:
		readNull(p, row, col, places)
	case *Null[json.RawMessage]:
		readNull(p, row, col, places)
	case *Null[[]byte]:
		readNull(p, row, col, places)
	default:
		panic(fmt.Sprintf("model: %T is not the type of a field", into))
	}
}

func readOne[V any](p *V, row Row, col, places int) {
	var v V
	if !row.IsNull(col) {
		v = read[V](row, col, places)
	}
	*p = v
}

func readNull[V any](p *Null[V], row Row, col, places int) {
	*p = Null[V]{}
	if !row.IsNull(col) {
		*p = Some(read[V](row, col, places))
	}
}

// read is the value of a column that is not null.
func read[V any](row Row, col, places int) V {
	var v V
	switch p := any(&v).(type) {
	case *int64:
		*p = row.Int64(col)
	case *string:
		*p = row.Text(col)
	case *bool:
		*p = row.Bool(col)
	case *float64:
		*p = row.Float64(col)
	case *time.Time:
		*p = row.Time(col)
	case *Date:
		*p = row.Date(col)
	case *TimeOfDay:
		*p = row.TimeOfDay(col)
	case *time.Duration:
		*p = row.Duration(col)
	case *Decimal:
		if places > 0 {
			*p = row.Decimal(col, places)
		} else {
			*p = computedDecimal(row, col)
		}
	case *UUID:
		*p = row.UUID(col)
	case *json.RawMessage:
		*p = row.JSON(col)
	case *[]byte:
		*p = row.Bytes(col)
	}
	return v
}

// computedDecimal reads a decimal that the database computed, with the decimals
// that it has.
func computedDecimal(row Row, col int) Decimal {
	d, err := ParseDecimal(row.Text(col))
	if err != nil { // a float with an exponent
		return row.Decimal(col, 6)
	}
	return d
}

// keyValue reads a key, as one that was bound to it looks.
func keyValue(row Row, col int, like Value) Value {
	if row.IsNull(col) {
		return Value{}
	}
	if like.Kind() == sqltext.KindInt {
		return IntValue(row.Int64(col))
	}
	return sqltext.Text(row.Text(col))
}
