package querysite_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
)

// table is testdata/queries.json.
type table struct {
	Header struct{ Rows json.RawMessage }
	Cases  []struct {
		ID      string
		IDs     json.RawMessage
		Rows    []json.RawMessage
		Result  json.RawMessage
		Error   string
		Ordered bool
		Tags    []string
	}
}

func load(t *testing.T) (table, map[string][]map[string]any) {
	t.Helper()
	text, err := os.ReadFile("testdata/queries.json")
	if err != nil {
		t.Fatal(err)
	}
	var all table
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	data := map[string][]map[string]any{}
	for name, list := range decoded(all.Header.Rows).(map[string]any) {
		for _, row := range list.([]any) {
			data[name] = append(data[name], row.(map[string]any))
		}
	}
	return all, data
}

// Ensure every query of the table has Django's answer, or one of the reasons
// why it cannot or should not have.
func TestQueries(t *testing.T) {
	all, data := load(t)
	db := open(t, data)
	queries := map[string]query{}
	for _, group := range []map[string]query{
		lookupCases(), relationCases(), momentCases(), jsonCases(), expressionCases(), orderCases(), aggregateCases(), resultCases(),
	} {
		maps.Copy(queries, group)
	}
	refused, differ := refusedByGo(), deviations()
	for _, c := range all.Cases {
		if engine == "postgres" && slices.Contains(c.Tags, tagged) {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			ask, ok := queries[c.ID]
			if _, cannot := refused[c.ID]; cannot {
				if ok {
					t.Error("the query is in Go and among those that cannot be")
				}
				return // TestRefusedByGo asks the compiler
			}
			if !ok {
				t.Fatal("no query")
			}
			got := ask(db)
			if c.Error != "" {
				wrong := map[string]error{"DoesNotExist": model.ErrNotFound, "MultipleObjectsReturned": model.ErrMultiple}[c.Error]
				if wrong == nil && got.err == nil || wrong != nil && !errors.Is(got.err, wrong) {
					t.Errorf("error %v, want %s", got.err, c.Error)
				}
				return
			}
			if got.err != nil && !errors.Is(got.err, model.ErrNotFound) {
				t.Fatal(got.err)
			}
			want := expected(c.IDs, c.Rows, c.Result)
			if !c.Ordered && c.IDs != nil {
				slices.Sort(want)
				slices.Sort(got.text)
			}
			if d, ok := differ[c.ID]; ok {
				if slices.Equal(got.text, want) {
					t.Errorf("the answer is Django's after all (%s)", d.reason)
				}
				want = d.want
			}
			if !slices.Equal(got.text, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got.text, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func expected(ids json.RawMessage, rows []json.RawMessage, result json.RawMessage) []string {
	var want []string
	switch {
	case ids != nil:
		for _, id := range decoded(ids).([]any) {
			want = append(want, canonical(id))
		}
	case rows != nil:
		for _, r := range rows {
			if text := strings.TrimSpace(string(r)); strings.HasPrefix(text, `{"$`) {
				want = append(want, canonical(decoded(r)))
			} else {
				want = append(want, object(r))
			}
		}
	default:
		switch v := decoded(result).(type) {
		case []any:
			for _, id := range v {
				want = append(want, canonical(id))
			}
		case map[string]any:
			want = []string{object(result)}
		default:
			want = []string{canonical(v)}
		}
	}
	return want
}
