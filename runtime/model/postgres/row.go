package postgres

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"stackgen.dev/runtime/model"
)

// row reads the columns of the current row; its first error is kept. The
// values are the connection's and are copied by whatever keeps them.
type row struct {
	names  []string
	types  []uint32
	values [][]byte
	err    error
}

func (r *row) IsNull(col int) bool { return r.values[col] == nil }

func (r *row) Int64(col int) int64 {
	b := r.values[col]
	switch t := r.types[col]; {
	case b == nil:
		return 0
	case t == oidInt8 && len(b) == 8:
		return int64(binary.BigEndian.Uint64(b))
	case t == oidInt4 && len(b) == 4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	case t == oidInt2 && len(b) == 2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case t == oidOID && len(b) == 4:
		return int64(binary.BigEndian.Uint32(b))
	case t == oidBool && len(b) == 1:
		return int64(b[0])
	case t == oidInterval:
		return r.interval(col).Microseconds()
	case t == oidFloat8 && len(b) == 8:
		return int64(math.Float64frombits(binary.BigEndian.Uint64(b)))
	}
	n, err := strconv.ParseInt(r.Text(col), 10, 64)
	if err != nil {
		d, derr := model.ParseDecimal(r.Text(col)) // a sum is numeric
		if derr != nil {
			r.keep(col, err)
			return 0
		}
		return int64(d.Float64())
	}
	return n
}

func (r *row) Float64(col int) float64 {
	b := r.values[col]
	switch t := r.types[col]; {
	case b == nil:
		return 0
	case t == oidFloat8 && len(b) == 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	case t == oidFloat4 && len(b) == 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	}
	f, err := strconv.ParseFloat(r.Text(col), 64)
	r.keep(col, err)
	return f
}

func (r *row) Bool(col int) bool {
	if b := r.values[col]; r.types[col] == oidBool && len(b) == 1 {
		return b[0] != 0
	}
	return r.Int64(col) != 0
}

// Text is the value as PostgreSQL writes it; a text's own bytes.
func (r *row) Text(col int) string {
	b := r.values[col]
	if b == nil {
		return ""
	}
	switch r.types[col] {
	case oidJSONB:
		if len(b) > 0 {
			b = b[1:] // the version
		}
	case oidInt8, oidInt4, oidInt2, oidOID:
		return strconv.FormatInt(r.Int64(col), 10)
	case oidBool:
		return strconv.FormatBool(r.Bool(col))
	case oidFloat8:
		return strconv.FormatFloat(r.Float64(col), 'g', -1, 64)
	case oidFloat4:
		return strconv.FormatFloat(r.Float64(col), 'g', -1, 32)
	case oidNumeric:
		text, err := numericText(b)
		r.keep(col, err)
		return text
	case oidUUID:
		return r.UUID(col).String()
	case oidTimestamptz, oidTimestamp:
		if end := infinite(b); end != "" {
			return end
		}
		return string(model.AppendTime(nil, r.Time(col).UnixMicro()))
	case oidDate:
		if end := infinite(b); end != "" {
			return end
		}
		return r.Date(col).String()
	case oidTime:
		return r.TimeOfDay(col).String()
	case oidInterval:
		if len(b) != 16 {
			r.keep(col, fmt.Errorf("an interval of %d bytes", len(b)))
			return ""
		}
		return intervalText(b)
	}
	return string(b)
}

func (r *row) Time(col int) time.Time {
	b := r.values[col]
	switch t := r.types[col]; {
	case b == nil:
		return time.Time{}
	case (t == oidTimestamptz || t == oidTimestamp) && len(b) == 8:
		n := int64(binary.BigEndian.Uint64(b))
		if n == math.MaxInt64 || n == math.MinInt64 {
			r.keep(col, fmt.Errorf("%w: an infinite time", model.ErrInvalid))
			return time.Time{}
		}
		return time.UnixMicro(n + epoch).UTC()
	case t == oidDate:
		d := r.Date(col)
		return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	}
	at, err := model.ParseTime(string(b))
	r.keep(col, err)
	return at
}

func (r *row) Date(col int) model.Date {
	b := r.values[col]
	switch t := r.types[col]; {
	case b == nil:
		return model.Date{}
	case t == oidDate && len(b) == 4:
		days := int64(int32(binary.BigEndian.Uint32(b)))
		return model.DateOf(time.Unix(epoch/1_000_000+days*86400, 0).UTC())
	case t == oidTimestamptz, t == oidTimestamp:
		return model.DateOf(r.Time(col))
	}
	text := string(b)
	if len(text) > 10 {
		text = text[:10]
	}
	d, err := model.ParseDate(text)
	r.keep(col, err)
	return d
}

func (r *row) TimeOfDay(col int) model.TimeOfDay {
	b := r.values[col]
	switch t := r.types[col]; {
	case b == nil:
		return model.TimeOfDay{}
	case t == oidTime && len(b) == 8:
		n := int64(binary.BigEndian.Uint64(b))
		seconds := int(n / 1_000_000)
		return model.NewTimeOfDay(seconds/3600, seconds/60%60, seconds%60, int(n%1_000_000))
	case t == oidTimestamptz, t == oidTimestamp:
		return model.TimeOfDayOf(r.Time(col))
	}
	at, err := model.ParseTimeOfDay(string(b))
	r.keep(col, err)
	return at
}

// Duration reads an interval, whose days have 24 hours and whose months have
// 30 days, or a number of microseconds.
func (r *row) Duration(col int) time.Duration {
	if r.values[col] == nil {
		return 0
	}
	if r.types[col] == oidInterval {
		return r.interval(col)
	}
	return time.Duration(r.Int64(col)) * time.Microsecond
}

func (r *row) interval(col int) time.Duration {
	b := r.values[col]
	if len(b) != 16 {
		r.keep(col, fmt.Errorf("an interval of %d bytes", len(b)))
		return 0
	}
	micros := int64(binary.BigEndian.Uint64(b))
	days := int64(int32(binary.BigEndian.Uint32(b[8:])))
	months := int64(int32(binary.BigEndian.Uint32(b[12:])))
	return time.Duration(micros)*time.Microsecond + time.Duration(days+30*months)*24*time.Hour
}

func (r *row) Decimal(col, places int) model.Decimal {
	if r.values[col] == nil {
		return model.Decimal{}
	}
	var d model.Decimal
	var err error
	if r.types[col] == oidFloat8 {
		d, err = model.DecimalFromFloat(r.Float64(col), places)
	} else if d, err = model.ParseDecimal(r.Text(col)); err == nil {
		d, err = d.WithScale(places)
	}
	r.keep(col, err)
	return d
}

func (r *row) UUID(col int) model.UUID {
	b := r.values[col]
	if b == nil {
		return model.UUID{}
	}
	if r.types[col] == oidUUID && len(b) == 16 {
		return model.UUID(b)
	}
	u, err := model.ParseUUID(string(b))
	r.keep(col, err)
	return u
}

func (r *row) JSON(col int) json.RawMessage { return json.RawMessage(r.Text(col)) }

func (r *row) keep(col int, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("postgres: column %d: %w", col+1, err)
	}
}

// Bytes is a copy of what a bytea column holds.
func (r *row) Bytes(col int) []byte { return bytes.Clone(r.values[col]) }
