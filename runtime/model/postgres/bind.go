package postgres

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// epoch is 2000-01-01, from which PostgreSQL counts, in microseconds of Unix time.
const epoch = 946_684_800_000_000

// bind writes the values in the form of the parameters' types. All share one buffer.
func bind(args []model.Value, types []uint32) (values [][]byte, formats []int16, err error) {
	if len(args) == 0 {
		return nil, nil, nil
	}
	values, formats = make([][]byte, len(args)), make([]int16, len(args))
	buf := make([]byte, 0, 16*len(args))
	for i, v := range args {
		if v.Kind() == sqltext.KindNull {
			continue
		}
		at := len(buf)
		if buf, formats[i], err = appendValue(buf, v, types[i]); err != nil {
			return nil, nil, err
		}
		values[i] = buf[at:len(buf):len(buf)]
		if values[i] == nil {
			values[i] = []byte{} // nil would be NULL
		}
	}
	return values, formats, nil
}

func appendValue(b []byte, v model.Value, oid uint32) ([]byte, int16, error) {
	switch v.Kind() {
	case sqltext.KindInt:
		return appendInt(b, v.Int64(), oid)
	case sqltext.KindFloat:
		if oid == oidFloat8 {
			return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float64())), binaryFormat, nil
		}
		return appendText(b, v), textFormat, nil
	case sqltext.KindTime:
		if oid == oidTimestamptz || oid == oidTimestamp {
			return binary.BigEndian.AppendUint64(b, uint64(v.Int64()-epoch)), binaryFormat, nil
		}
		return appendText(b, v), textFormat, nil
	case sqltext.KindText:
		return append(b, v.Text()...), textFormat, nil
	case sqltext.KindBytes:
		return append(b, v.Text()...), binaryFormat, nil
	case sqltext.KindInvalid:
		return nil, 0, fmt.Errorf("%w: %s", model.ErrInvalid, v.Text())
	}
	panic("stackgen: unreachable: value of an unknown kind")
}

func appendInt(b []byte, n int64, oid uint32) ([]byte, int16, error) {
	tooLarge := func() ([]byte, int16, error) { return nil, 0, rangeError(n) }
	switch oid {
	case oidInt8:
		return binary.BigEndian.AppendUint64(b, uint64(n)), binaryFormat, nil
	case oidInt4:
		if n != int64(int32(n)) {
			return tooLarge()
		}
		return binary.BigEndian.AppendUint32(b, uint32(n)), binaryFormat, nil
	case oidInt2:
		if n != int64(int16(n)) {
			return tooLarge()
		}
		return binary.BigEndian.AppendUint16(b, uint16(n)), binaryFormat, nil
	case oidBool:
		if n != 0 {
			return append(b, 1), binaryFormat, nil
		}
		return append(b, 0), binaryFormat, nil
	case oidInterval: // a length of time is bound as microseconds
		b = binary.BigEndian.AppendUint64(b, uint64(n))
		return append(b, 0, 0, 0, 0, 0, 0, 0, 0), binaryFormat, nil
	}
	return strconv.AppendInt(b, n, 10), textFormat, nil
}

// appendText writes a value as PostgreSQL reads it in any type.
func appendText(b []byte, v model.Value) []byte {
	switch v.Kind() {
	case sqltext.KindInt:
		return strconv.AppendInt(b, v.Int64(), 10)
	case sqltext.KindFloat:
		switch f := v.Float64(); {
		case math.IsInf(f, 1):
			return append(b, "Infinity"...)
		case math.IsInf(f, -1):
			return append(b, "-Infinity"...)
		default:
			return strconv.AppendFloat(b, f, 'g', -1, 64)
		}
	case sqltext.KindTime:
		// The offset is said, whatever the session's zone is.
		return append(model.AppendTime(b, v.Int64()), '+', '0', '0')
	}
	return append(b, v.Text()...)
}
