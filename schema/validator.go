package schema

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Validator is one rule for the values of a field.
type Validator struct {
	// Name is a word of validators; "" for a Go function.
	Name string
	// Args are what stands in parentheses: the field's constants, int64 or string.
	Args  []any
	Go    GoRef
	Range hcl.Range
}

// validatorEntry is one validator of the site language.
type validatorEntry struct {
	name string
	// args says what stands in parentheses: "" for nothing, "limit", "step",
	// "length", "pattern", "digits", "texts" (one or more) or "schemes" (any number).
	args string
	on   validatorUse
	doc  string
}

// validatorUse is which fields a validator is for.
type validatorUse int

const (
	onText validatorUse = iota
	onNumber
	onOrdered // numbers and days
	onDecimal
)

func (u validatorUse) String() string {
	switch u {
	case onNumber:
		return "numbers"
	case onOrdered:
		return "numbers and days"
	case onDecimal:
		return "decimals"
	}
	return "text"
}

func (u validatorUse) takes(k FieldKind) bool {
	number := isWhole(k) || k == FloatField || k == Decimal
	switch u {
	case onNumber:
		return number
	case onOrdered:
		return number || k == Date
	case onDecimal:
		return k == Decimal
	}
	return isText(k)
}

// validators is the table of validators, in the words of django.core.validators.
func validators() []validatorEntry {
	return []validatorEntry{
		{"min_value", "limit", onOrdered, "The lowest value; min_value(1)."},
		{"max_value", "limit", onOrdered, "The highest value; max_value(100)."},
		{"step_value", "step", onNumber, "The distance between values, from 0 or from a second number; step_value(5), step_value(5, 2)."},
		{"min_length", "length", onText, "The fewest characters; min_length(3)."},
		{"max_length", "length", onText, "The most characters; max_length(30)."},
		{"regex", "pattern", onText, "A regular expression that is found in the text, with what is said otherwise and the code of that, where Django's own words do not do; regex(\"^[A-Z]+$\", \"Capital letters only.\")."},
		{"not_regex", "pattern", onText, "A regular expression that is not found in the text (inverse_match); as regex."},
		{"email", "", onText, "An e-mail address."},
		{"url", "schemes", onText, "An absolute URL, of these schemes: url(\"https\"); of http, https, ftp and ftps when none is written."},
		{"domain_name", "", onText, "A domain name."},
		{"slug", "", onText, "Letters, digits, hyphens and underscores."},
		{"unicode_slug", "", onText, "Letters and digits of every script, hyphens and underscores."},
		{"ipv4_address", "", onText, "An address of IPv4."},
		{"ipv6_address", "", onText, "An address of IPv6."},
		{"ipv46_address", "", onText, "An address of IPv4 or IPv6."},
		{"integer", "", onText, "A whole number, written in digits."},
		{"comma_separated_integer_list", "", onText, "Whole numbers with commas between them."},
		{"decimal", "digits", onDecimal, "How many digits there may be at most, and how many of them behind the point; decimal(5, 1)."},
		{"file_extension", "texts", onText, "How a file's name may end; file_extension(\"pdf\", \"txt\")."},
		{"image_file_extension", "", onText, "That a file's name ends as those of images do that forms know."},
		{"prohibit_null_characters", "", onText, "No character of the code 0."},
	}
}

func validatorNames() []string {
	var names []string
	for _, v := range validators() {
		names = append(names, v.name)
	}
	return names
}

// validatorsType is a list of validators: [min_length(3), slug, go.checks.Code].
type validatorsType struct{}

func (validatorsType) word() string         { return "list of validators" }
func (validatorsType) json() any            { return jsonList(jsonString("")) }
func (validatorsType) goType() reflect.Type { return reflect.TypeFor[[]Validator]() }
func (validatorsType) symbolic() bool       { return true }

func (validatorsType) decode(d *decoder, u *use) {
	f := u.owner.(*Field)
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.report(notAList(u, "validators = [min_length(3)]", u.expr.Range()))
		return
	}
	into := u.target.Addr().Interface().(*[]Validator)
	for _, e := range list.Exprs {
		if v, ok := d.validator(u, f, e); ok {
			*into = append(*into, v)
		}
	}
}

func (d *decoder) validator(u *use, f *Field, e hclsyntax.Expression) (Validator, bool) {
	name, args := "", []hclsyntax.Expression(nil)
	if word, ok := keyword(e); ok {
		name = word
	} else if c, ok := call(e); ok {
		name, args = c.Name, c.Args
	} else if text, quoted := literalString(e); quoted {
		d.report(quotedValidator(text, e.Range()))
		return Validator{}, false
	} else {
		ref, ok := d.goRef(u, e)
		if ok {
			d.goes = append(d.goes, &goUse{ref: ref, shape: valueTest, takes: goValueName(f)})
		}
		return Validator{Go: ref, Range: e.Range()}, ok
	}
	for _, entry := range validators() {
		if entry.name != name {
			continue
		}
		v := Validator{Name: name, Range: e.Range()}
		if f.Kind == "" || f.Kind == ManyToMany {
			return v, false // which is said already
		}
		if !entry.on.takes(f.Kind) {
			d.report(validatorOfOtherKind(f, entry, e.Range()))
			return v, false
		}
		values, ok := d.validatorArgs(u, f, entry, e, args)
		v.Args = values
		return v, ok
	}
	d.report(unknownValidator(name, e.Range()))
	return Validator{}, false
}

// validatorArgs reads what stands in a validator's parentheses.
func (d *decoder) validatorArgs(u *use, f *Field, entry validatorEntry, e hclsyntax.Expression, args []hclsyntax.Expression) ([]any, bool) {
	low, high := 0, 0
	switch entry.args {
	case "limit", "length":
		low, high = 1, 1
	case "step":
		low, high = 1, 2
	case "digits":
		low, high = 2, 2
	case "pattern":
		low, high = 1, 3
	case "texts":
		low, high = 1, len(args)
	case "schemes":
		high = len(args)
	}
	if len(args) < low || len(args) > high {
		d.report(validatorArguments(entry, e.Range()))
		return nil, false
	}
	var values []any
	for i, a := range args {
		v, bind, ok := d.value(u, a, cty.DynamicPseudoType)
		if !ok {
			return nil, false
		}
		var value any
		p := validatorArgumentProblem(entry)
		if bind == nil && v.IsKnown() && !v.IsNull() {
			value, p = validatorArg(f, entry, i, v)
		}
		if p != nil {
			d.report(badValue(a.Range(), p, nil))
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

func validatorArg(f *Field, entry validatorEntry, i int, v cty.Value) (any, *problem) {
	switch entry.args {
	case "limit", "step":
		literal, p := literalFor(f, v)
		if p == nil && entry.args == "step" && i == 0 && (v.Type() != cty.Number || v.AsBigFloat().Sign() <= 0) {
			p = validatorArgumentProblem(entry)
		}
		return literal, p
	case "length", "digits":
		if v.Type() != cty.Number {
			return nil, validatorArgumentProblem(entry)
		}
		n, p := intType().convert(v)
		if p != nil || n < 0 {
			return nil, validatorArgumentProblem(entry)
		}
		return int64(n), nil
	}
	if v.Type() != cty.String || v.AsString() == "" {
		return nil, validatorArgumentProblem(entry)
	}
	text := v.AsString()
	if entry.args == "pattern" && i == 0 {
		if _, err := regexp.Compile(text); err != nil {
			return nil, &problem{"Invalid regular expression", fmt.Sprintf("%q is not a regular expression of Go: %s.", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))}
		}
	}
	return text, nil
}

// goValueName is the name of the Go type that holds the field's values, "" where
// it is another model's to say.
func goValueName(f *Field) string {
	switch {
	case f.Kind == "", f.Kind == ForeignKey, f.Kind == ManyToMany:
		return ""
	case isWhole(f.Kind):
		return "int64"
	case isText(f.Kind):
		return "string"
	}
	return map[FieldKind]string{
		Boolean: "bool", FloatField: "float64", Decimal: "Decimal", Date: "Date", DateTime: "Time", TimeOfDay: "TimeOfDay",
		DurationKind: "Duration", UUID: "UUID", JSON: "RawMessage", Binary: "[]byte",
	}[f.Kind]
}

func quotedValidator(text string, at hcl.Range) Diagnostic {
	return errorAt(at, "Quoted validator", "Validators are not written in quotes. Write validators = [%s].", text)
}

func unknownValidator(name string, at hcl.Range) Diagnostic {
	if near := Suggest(name, validatorNames()); near != "" {
		return errorAt(at, "Unknown validator", "There is no validator %s.%s", name, didYouMean(near))
	}
	return errorAt(at, "Unknown validator", "There is no validator %s. The validators are %s, and Go functions, as in go.checks.Even.", name, enumerate(validatorNames(), "and"))
}

func validatorOfOtherKind(f *Field, entry validatorEntry, at hcl.Range) Diagnostic {
	return errorAt(at, "Validator of another type", "The validator %s is for %s, and the field %s is %s. Take it away, or write a Go function: go.checks.NAME.", entry.name, entry.on, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "the type is here")
}

func validatorArguments(entry validatorEntry, at hcl.Range) Diagnostic {
	p := validatorArgumentProblem(entry)
	return errorAt(at, p.summary, "%s", p.detail)
}

func validatorArgumentProblem(entry validatorEntry) *problem {
	what := map[string]string{
		"":        fmt.Sprintf("takes nothing. Write %s", entry.name),
		"limit":   fmt.Sprintf("takes a limit of the field's type. Write %s(10)", entry.name),
		"step":    fmt.Sprintf("takes a step above zero and, where it does not count from 0, where it begins. Write %s(5)", entry.name),
		"length":  fmt.Sprintf("takes a number of characters. Write %s(3)", entry.name),
		"digits":  fmt.Sprintf("takes the number of digits and how many of them stand behind the point. Write %s(5, 2)", entry.name),
		"pattern": fmt.Sprintf("takes a regular expression, what is said of other text, and its code. Write %s(\"^[a-z]+$\", \"Small letters only.\")", entry.name),
		"texts":   fmt.Sprintf("takes how names may end. Write %s(\"pdf\")", entry.name),
		"schemes": fmt.Sprintf("takes schemes, or nothing. Write %s(\"https\")", entry.name),
	}[entry.args]
	return &problem{"Validator with wrong arguments", "The validator " + entry.name + " " + what + "."}
}
