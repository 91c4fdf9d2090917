package models

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model"
	"stackgen.dev/schema"
)

// str writes String, which is what pages and logs show of a row: the display
// field, or the model and the key.
func (w modelWriter) str() {
	w.Doc("String is what stands for the row in pages and logs.")
	body := w.keyText()
	if f := w.m.Field(w.m.Display.V); f != nil {
		value := jen.Id(w.self).Dot(FieldName(f))
		if f.Null.V {
			value = value.Dot("V")
		}
		body = jen.Return(asText(f, value))
	}
	w.method("String").Params().String().Block(body)
}

// keyText is "Post object (1)", Django's text of a model without __str__.
func (w modelWriter) keyText() jen.Code {
	key := w.m.PrimaryKey()
	return jen.Return(jen.Lit(w.name + " object (").Op("+").Add(asText(key, jen.Id(w.self).Dot(FieldName(key)))).Op("+").Lit(")"))
}

// asText is a value of the field as a string.
func asText(f *schema.Field, v jen.Code) jen.Code {
	switch k := stored(f).Kind; k {
	case schema.Char, schema.Text, schema.Slug, schema.Email, schema.URL,
		schema.IPAddress, schema.FileKind, schema.ImageKind:
		return v
	case schema.JSON, schema.Binary:
		return jen.String().Call(v)
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		return jen.Qual("strconv", "FormatInt").Call(v, jen.Lit(10))
	case schema.Boolean:
		return jen.Qual("strconv", "FormatBool").Call(v)
	case schema.FloatField:
		return jen.Qual("strconv", "FormatFloat").Call(v, jen.LitRune('g'), jen.Lit(-1), jen.Lit(64))
	}
	return jen.Add(v).Dot("String").Call()
}

// defaultOf is the code of a field's default in a new row; nil for Go's zero
// value, and for the time of saving.
func defaultOf(f *schema.Field) jen.Code {
	code := defaultValue(stored(f), f.Default.V)
	if code != nil && f.Null.V {
		return jen.Qual(modelPkg, "Some").Call(code)
	}
	return code
}

func defaultValue(f *schema.Field, v any) jen.Code {
	switch v := v.(type) {
	case nil, schema.Now:
		return nil
	case schema.RandomUUID:
		return jen.Qual(modelPkg, "NewUUID").Call()
	case bool:
		return jen.Lit(v)
	case int64:
		switch f.Kind {
		case schema.FloatField:
			return jen.Lit(float64(v))
		case schema.Decimal:
			return decimalCode(model.NewDecimal(v, 0))
		}
		return jen.Id("int64").Call(jen.Lit(int(v)))
	case float64:
		if f.Kind == schema.Decimal {
			return decimalCode(floatDecimal(f, v))
		}
		return jen.Lit(v)
	case string:
		return textDefault(f, v)
	}
	panic("stackgen: unreachable: default of an unknown type")
}

// textDefault is a default that the site file writes as a string.
func textDefault(f *schema.Field, s string) jen.Code {
	fail := func(err error) {
		if err != nil {
			panic("stackgen: unreachable: default that Check lets pass: " + err.Error())
		}
	}
	switch f.Kind {
	case schema.Date:
		d, err := model.ParseDate(s)
		fail(err)
		return jen.Qual(modelPkg, "Date").Values(
			emit.Field("Year", jen.Lit(d.Year)), emit.Field("Month", jen.Lit(int(d.Month))), emit.Field("Day", jen.Lit(d.Day)),
		)
	case schema.TimeOfDay:
		t, err := model.ParseTimeOfDay(s)
		fail(err)
		h, m, sec := t.Clock()
		return jen.Qual(modelPkg, "NewTimeOfDay").Call(jen.Lit(h), jen.Lit(m), jen.Lit(sec), jen.Lit(t.Microsecond()))
	case schema.DateTime:
		t, err := model.ParseTime(s)
		fail(err)
		return jen.Qual("time", "UnixMicro").Call(jen.Lit(int(t.UnixMicro()))).Dot("UTC").Call()
	case schema.DurationKind:
		d, err := model.ParseDuration(s)
		fail(err)
		return duration(int64(d))
	case schema.Decimal:
		d, err := model.ParseDecimal(s)
		fail(err)
		d, err = d.WithScale(f.DecimalPlaces)
		fail(err)
		return decimalCode(d)
	case schema.UUID:
		u, err := model.ParseUUID(s)
		fail(err)
		var bytes []jen.Code
		for _, b := range u {
			bytes = append(bytes, jen.Lit(int(b)))
		}
		return jen.Qual(modelPkg, "UUID").Values(bytes...)
	case schema.JSON:
		return jen.Qual("encoding/json", "RawMessage").Call(jen.Lit(s))
	}
	return jen.Lit(s)
}

func decimalCode(d model.Decimal) jen.Code {
	return jen.Qual(modelPkg, "NewDecimal").Call(jen.Lit(int(d.Coefficient())), jen.Lit(d.Scale()))
}

// floatDecimal is a default that the site file writes as a number with a
// fraction, with the field's decimals.
func floatDecimal(f *schema.Field, v float64) model.Decimal {
	d, err := model.ParseDecimal(strconv.FormatFloat(v, 'f', f.DecimalPlaces, 64))
	if err != nil {
		panic("stackgen: unreachable: default that Check lets pass: " + err.Error())
	}
	return d
}
