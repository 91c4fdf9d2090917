package migrate

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// isLiteral reports whether an expression is a constant, whatever it is cast to.
func isLiteral(e *sqlExpr) bool {
	for e.kind == castExpr {
		e = e.args[0]
	}
	return e.kind == stringExpr || e.kind == numberExpr || e.kind == wordExpr && (e.text == "true" || e.text == "false")
}

// constant is a literal without its cast, and the type it is cast to.
func constant(e *sqlExpr) (*sqlExpr, string) {
	typ := ""
	for ; e.kind == castExpr; e = e.args[0] {
		typ = e.text
	}
	return e, typ
}

// literal writes a constant as one of the field's kind.
func (f *inspectedField) literal(e *sqlExpr) (string, error) {
	e, _ = constant(e)
	wrong := fmt.Errorf("%q is no %s", e.text, f.kind)
	switch f.kind {
	case "boolean":
		switch strings.ToLower(e.text) {
		case "1", "true", "t":
			return "true", nil
		case "0", "false", "f":
			return "false", nil
		}
		return "", wrong
	case "date":
		if _, err := time.Parse(time.DateOnly, e.text); err != nil || e.kind != stringExpr {
			return "", wrong
		}
	case "time":
		if _, err := time.Parse(time.TimeOnly, e.text); err != nil || e.kind != stringExpr {
			return "", wrong
		}
	case "datetime":
		return instantLiteral(e.text)
	case "duration":
		return durationLiteral(e)
	case "uuid":
		text := strings.ReplaceAll(e.text, "-", "")
		if len(text) != 32 || e.kind != stringExpr {
			return "", wrong
		}
		return strconv.Quote(text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]), nil
	case "char", "text", "slug", "email", "url", "ip_address", "file", "image":
		if e.kind != stringExpr {
			return "", wrong
		}
	case "json", "binary", "foreign_key", "one_to_one":
		if number, err := numberLiteral(e.text); err == nil {
			return number, nil // the key of a row
		}
		if f.kind == "json" || f.kind == "binary" || e.kind != stringExpr {
			return "", wrong
		}
	default:
		return numberLiteral(e.text)
	}
	return hclString(e.text), nil
}

// plainLiteral writes a constant beside what is computed.
func plainLiteral(e *sqlExpr) (string, error) {
	e, typ := constant(e)
	switch {
	case e.kind == numberExpr:
		return numberLiteral(e.text)
	case e.kind == wordExpr:
		return e.text, nil
	}
	switch base, _, _ := strings.Cut(typ, "("); base {
	case "", "text", "varchar", "char":
		return hclString(e.text), nil
	case "integer", "bigint", "smallint", "numeric", "double precision", "real":
		return numberLiteral(e.text)
	}
	return "", fmt.Errorf("a constant of the type %s", typ)
}

func numberLiteral(text string) (string, error) {
	f, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil || f.IsInf() {
		return "", fmt.Errorf("%q is no number", text)
	}
	return text, nil
}

func instantLiteral(text string) (string, error) {
	for _, layout := range []string{"2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return strconv.Quote(at.UTC().Format(time.RFC3339Nano)), nil
		}
	}
	return "", fmt.Errorf("%q is no datetime", text)
}

// durationLiteral reads microseconds, as SQLite has them, or an interval as
// PostgreSQL writes it: 3 days 04:05:06.007.
func durationLiteral(e *sqlExpr) (string, error) {
	wrong := fmt.Errorf("%q is no duration", e.text)
	if e.kind == numberExpr {
		n, err := strconv.ParseInt(e.text, 10, 64)
		if err != nil || n%1000 != 0 {
			return "", wrong
		}
		return durationText(n / 1000), nil
	}
	total, words := int64(0), strings.Fields(e.text)
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && (words[i+1] == "day" || words[i+1] == "days") {
			n, err := strconv.ParseInt(words[i], 10, 32)
			if err != nil {
				return "", wrong
			}
			total += n * 24 * int64(time.Hour/time.Millisecond)
			i++
			continue
		}
		var h, m int64
		var s float64
		clock := strings.TrimPrefix(words[i], "-")
		if n, err := fmt.Sscanf(clock, "%d:%d:%f", &h, &m, &s); n != 3 || err != nil {
			return "", wrong
		}
		ms := s * 1000
		part := (h*60+m)*60_000 + int64(ms)
		if ms != float64(int64(ms)) {
			return "", wrong
		}
		if clock != words[i] {
			part = -part
		}
		total += part
	}
	if len(words) == 0 {
		return "", wrong
	}
	return durationText(total), nil
}

// durationText is a duration in the site file's units.
func durationText(ms int64) string {
	if ms == 0 {
		return `"0s"`
	}
	text := ""
	if ms < 0 {
		text, ms = "-", -ms
	}
	for _, u := range []struct {
		name string
		ms   int64
	}{{"d", 86_400_000}, {"h", 3_600_000}, {"m", 60_000}, {"s", 1000}, {"ms", 1}} {
		if n := ms / u.ms; n > 0 {
			text += strconv.FormatInt(n, 10) + u.name
			ms %= u.ms
		}
	}
	return strconv.Quote(text)
}

// defaultLiteral writes what a column's DEFAULT gives.
func (f *inspectedField) defaultLiteral(sql string) (string, error) {
	if isNowInUTC(sql, f.kind) {
		return "now()", nil
	}
	e, err := readExpr(sql)
	if err != nil {
		return "", err
	}
	if f.kind == "json" {
		return jsonLiteral(e)
	}
	if isLiteral(e) {
		return f.literal(e)
	}
	switch plain, _ := constant(e); f.kind {
	case "datetime":
		if isNow(plain) {
			return "now()", nil
		}
	case "date", "time":
		if isNow(plain) || plain.kind == wordExpr && plain.text == "current_"+f.kind {
			return "now()", nil
		}
	}
	return "", fmt.Errorf("the default %s", sql)
}

func isNow(e *sqlExpr) bool {
	return e.kind == wordExpr && e.text == "current_timestamp" || e.kind == callExpr && e.text == "now" && len(e.args) == 0
}

// isNowInUTC reports whether SQL is what PostgreSQL makes of the default that
// stackgen writes for now().
func isNowInUTC(sql, kind string) bool {
	words := strings.ReplaceAll(strings.ToLower(normal(sql)), " ", "")
	zone, _ := strings.CutPrefix(words, "((now()attimezone'utc'::text))::")
	return zone == kind || zone == kind+"withouttimezone"
}

// jsonLiteral writes a JSON document as the site file has it.
func jsonLiteral(e *sqlExpr) (string, error) {
	e, _ = constant(e)
	if e.kind != stringExpr || !json.Valid([]byte(e.text)) || strings.TrimSpace(e.text) == "null" {
		return "", fmt.Errorf("%q is no JSON for a default", e.text)
	}
	d := json.NewDecoder(strings.NewReader(e.text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	return jsonExpression(v), nil
}

// jsonExpression is a JSON value as an expression of the site file, in one line.
func jsonExpression(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, hclString(key)+" = "+jsonExpression(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, jsonExpression(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return hclString(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(v) // a number or a truth
}

// hclString is a string of the site file.
func hclString(text string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes())
}
