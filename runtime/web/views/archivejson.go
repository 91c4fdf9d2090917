package views

import (
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// json answers the rows as a list does, and beside them date_list and the period:
// {"date_list": ["2026-03-01"], "month": "2026-03-01", "previous_month": null, …}.
func (v *Archive[T]) json(r *web.Request) (*web.Response, error) {
	page, err := v.read(r)
	if err != nil {
		return nil, err
	}
	return r.Append(contentJSON, func(b []byte, r *web.Request) ([]byte, error) {
		var err error
		if b = append(b, '{'); v.JSON != nil {
			if b, err = page.appendJSON(b, r, v.JSON); err != nil {
				return nil, err
			}
		}
		if v.DateList != "" {
			b = append(member(b, "date_list"), '[')
			for i, day := range page.DateList {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendDay(b, day)
			}
			b = append(b, ']')
		}
		days := []model.Null[model.Date]{model.Some(page.Date), page.Previous, page.Next, page.PreviousMonth, page.NextMonth}
		for i, name := range v.Names {
			if b = member(b, name); days[i].Valid {
				b = appendDay(b, days[i].V)
			} else {
				b = append(b, "null"...)
			}
		}
		return append(b, '}'), nil
	})
}

// member begins a member of a JSON object, whose name needs no escapes.
func member(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), `":`...)
}

func appendDay(b []byte, d model.Date) []byte {
	return append(append(append(b, '"'), d.String()...), '"')
}
