package validators_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/validators"
)

// The table testdata/validators.json says what Django 6.1 answers. Every case
// runs, a number for a text validator as that number's text; those of runtime/web/testdata/differences.json
// are listed there with the reason why they differ, and have to.

type validatorCase struct {
	ID, Validator string
	Options       struct {
		Limit, Offset json.RawMessage
		Sep, Regex    string
		AllowNegative bool  `json:"allow_negative"`
		InverseMatch  bool  `json:"inverse_match"`
		AcceptIDNA    *bool `json:"accept_idna"`
		Schemes       []string
		Allowlist     []string
		Allowed       []string
		MaxDigits     *int `json:"max_digits"`
		DecimalPlaces *int `json:"decimal_places"`
	}
	Value    json.RawMessage
	Valid    bool
	Code     string
	Messages []string
	Tags     []string
}

// text is a value that is a string.
func (c validatorCase) text() (string, bool) {
	var s string
	if json.Unmarshal(c.Value, &s) == nil {
		return s, true
	}
	var wrapped map[string]string
	if json.Unmarshal(c.Value, &wrapped) == nil {
		return wrapped["$decimal"], c.Validator == "decimal"
	}
	if v := string(c.Value); v != "null" {
		return v, false
	}
	return "", false
}

func number(t *testing.T, raw json.RawMessage) float64 {
	t.Helper()
	text := string(raw)
	var wrapped map[string]string
	if json.Unmarshal(raw, &wrapped) == nil {
		text = wrapped["$float"] + wrapped["$decimal"]
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func orNone(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

func TestDjangoValidators(t *testing.T) {
	var file struct{ Cases []validatorCase }
	raw, err := os.ReadFile("testdata/validators.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	raw, err = os.ReadFile("../../web/testdata/differences.json")
	if err != nil {
		t.Fatal(err)
	}
	var differences map[string]map[string]string
	if err := json.Unmarshal(raw, &differences); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		problem := c.problem(t)
		reason, listed := differences["validators"][c.ID]
		switch {
		case listed && problem == "":
			t.Errorf("%s: listed as a difference (%s), but gives what Django gives", c.ID, reason)
		case !listed && problem != "":
			t.Errorf("%s: %s", c.ID, problem)
		}
	}
}

// problem says how the answer differs from the case's, "" for not at all.
func (c validatorCase) problem(t *testing.T) string {
	numeric := slices.Contains([]string{"min_value", "max_value", "step_value"}, c.Validator)
	anyError := slices.Contains(c.Tags, "python-exception")
	if numeric && c.Value[0] == '"' {
		if anyError {
			return "" // what the compiler says
		}
		return "a text is no number"
	}
	p := c.validate(t)
	switch {
	case anyError && p != nil:
	case c.Valid != (p == nil):
		return fmt.Sprintf("%s: %+v, want valid %v", c.Value, p, c.Valid)
	case p != nil && (len(c.Messages) != 1 || p.Code != c.Code || p.Message != c.Messages[0]):
		return fmt.Sprintf("%s: %+v, want %s %q", c.Value, p, c.Code, c.Messages)
	}
	return ""
}

func (c validatorCase) validate(t *testing.T) *validators.Problem {
	s, _ := c.text()
	o := c.Options
	switch c.Validator {
	case "email":
		return validators.Email(s, o.Allowlist...)
	case "url":
		return validators.URL(s, o.Schemes...)
	case "domain_name":
		return validators.DomainName(s, o.AcceptIDNA == nil || *o.AcceptIDNA)
	case "slug":
		return validators.Slug(s)
	case "unicode_slug":
		return validators.UnicodeSlug(s)
	case "ipv4":
		return validators.IPv4(s)
	case "ipv6":
		return validators.IPv6(s)
	case "ipv46":
		return validators.IP(s)
	case "integer":
		return validators.Integer(s)
	case "integer_list":
		if o.Sep == "" {
			o.Sep = ","
		}
		return validators.IntegerList(s, o.Sep, o.AllowNegative)
	case "min_value":
		return validators.MinValue(number(t, c.Value), number(t, o.Limit))
	case "max_value":
		return validators.MaxValue(number(t, c.Value), number(t, o.Limit))
	case "step_value":
		offset := 0.0
		if o.Offset != nil {
			offset = number(t, o.Offset)
		}
		return validators.StepValue(number(t, c.Value), number(t, o.Limit), offset)
	case "min_length":
		return validators.MinLength(s, int(number(t, o.Limit)))
	case "max_length":
		return validators.MaxLength(s, int(number(t, o.Limit)))
	case "no_null":
		return validators.NoNull(s)
	case "regex":
		// Python's $ also stands before a last line break.
		return validators.Regex(s, regexp.MustCompile(strings.ReplaceAll(o.Regex, "$", `\n?\z`)), o.InverseMatch, "")
	case "file_extension":
		return validators.FileExtension(s, o.Allowed)
	case "decimal":
		return validators.Decimal(s, orNone(o.MaxDigits), orNone(o.DecimalPlaces))
	}
	t.Fatal("unknown validator " + c.Validator)
	return nil
}

func FuzzValidators(f *testing.F) {
	for _, s := range []string{"me@example.com", "https://user:pw@[::1]:80/?q", "a.b.c", "1E+4", "..x.y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if validators.Email(s) == nil && strings.ContainsAny(s, "\r\n") {
			t.Errorf("%q could end a header field", s)
		}
		if validators.URL(s) == nil && strings.ContainsAny(s, "\r\n\t ") {
			t.Errorf("%q holds a space", s)
		}
		validators.Decimal(s, 5, 2)
		validators.FileExtension(s, []string{"x"})
		validators.IP(s)
		validators.DomainName(s, true)
	})
}
