package schema

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// oneToOne is written for a foreign key that is one_to_one.
const oneToOne FieldKind = "one_to_one"

// kindEntry is one field type of models.
type kindEntry struct {
	kind FieldKind
	// args says what stands in parentheses: "", "length", "digits" or "model".
	args string
	// length is the size where none is written.
	length int
	doc    string
}

// kinds is the table of field types, in Django's words.
func kinds() []kindEntry {
	return []kindEntry{
		{Auto, "", 0, "A whole number of 32 bits that the database counts up."},
		{BigAuto, "", 0, "A whole number of 64 bits that the database counts up."},
		{Boolean, "", 0, "True or false."},
		{Char, "length", 0, "Text in one line; char(200) has at most 200 characters."},
		{Text, "", 0, "Text of any length."},
		{Slug, "length", 50, "Letters, digits, hyphens and underscores, for URLs."},
		{Email, "length", 254, "An e-mail address."},
		{URL, "length", 200, "An address of the web."},
		{UUID, "", 0, "A UUID."},
		{Integer, "", 0, "A whole number of 32 bits."},
		{BigInteger, "", 0, "A whole number of 64 bits."},
		{SmallInteger, "", 0, "A whole number of 16 bits."},
		{PositiveInt, "", 0, "A whole number of 32 bits that is not negative."},
		{PositiveSmall, "", 0, "A whole number of 16 bits that is not negative."},
		{PositiveBig, "", 0, "A whole number of 64 bits that is not negative."},
		{FloatField, "", 0, "A floating point number."},
		{Decimal, "digits", 0, "A decimal number; decimal(10, 2) has ten digits, two of them behind the point."},
		{Date, "", 0, "A day."},
		{DateTime, "", 0, "A point in time."},
		{TimeOfDay, "", 0, "A time of day."},
		{DurationKind, "", 0, "A length of time."},
		{JSON, "", 0, "Any JSON value."},
		{Binary, "", 0, "Bytes."},
		{IPAddress, "", 0, "An address of IPv4 or IPv6."},
		{FileKind, "length", 100, "A file of the site's storage, by its path there."},
		{ImageKind, "length", 100, "A picture of the site's storage, by its path there."},
		{ForeignKey, "model", 0, "A row of another model; foreign_key(model.user)."},
		{oneToOne, "model", 0, "A row of another model, to which no other row points; one_to_one(model.user)."},
		{ManyToMany, "model", 0, "Any number of rows of another model; many_to_many(model.tag)."},
	}
}

func kindNames() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, string(k.kind))
	}
	return names
}

// fieldType is the type of a model's field: text, char(200), foreign_key(model.user).
type fieldType struct{}

func (fieldType) word() string         { return "field type" }
func (fieldType) json() any            { return jsonString("") }
func (fieldType) goType() reflect.Type { return reflect.TypeFor[FieldKind]() }
func (fieldType) symbolic() bool       { return true }

func (fieldType) decode(d *decoder, u *use) {
	f := u.owner.(*Field)
	f.TypeRange = u.at
	name, at, args := "", u.at, []hclsyntax.Expression(nil)
	if word, ok := keyword(u.expr); ok {
		name = word
	} else if c, ok := call(u.expr); ok {
		name, at, args = c.Name, c.NameRange, c.Args
	} else if text, quoted := literalString(u.expr); quoted {
		d.report(quotedFieldType(text, u.expr.Range()))
		return
	} else {
		d.report(notAFieldType(u.expr.Range()))
		return
	}
	for _, k := range kinds() {
		if string(k.kind) != name {
			continue
		}
		if k.arguments(d, u, f, args) {
			f.Kind = k.kind
			if k.kind == oneToOne {
				f.Kind, f.OneToOne = ForeignKey, true
			}
		}
		return
	}
	d.report(unknownFieldType(name, at))
}

// arguments reads what stands in a field type's parentheses.
func (k kindEntry) arguments(d *decoder, u *use, f *Field, args []hclsyntax.Expression) bool {
	want := map[string]int{"": 0, "length": 1, "digits": 2, "model": 1}[k.args]
	if k.args == "length" && len(args) == 0 {
		f.MaxLength = k.length
		return true
	}
	if len(args) != want {
		d.report(fieldTypeArguments(k, u.expr.Range()))
		return false
	}
	switch k.args {
	case "length":
		n, ok := d.positive(u, k, args[0])
		f.MaxLength = n
		return ok
	case "digits":
		digits, ok := d.positive(u, k, args[0])
		if !ok {
			return false
		}
		v, bind, ok := d.value(u, args[1], cty.Number)
		if !ok || bind != nil {
			return false
		}
		places, p := intType().convert(v)
		if p != nil || places < 0 || places > digits {
			d.report(decimalPlaces(args[1].Range(), digits))
			return false
		}
		f.MaxDigits, f.DecimalPlaces = digits, places
	case "model":
		if word, ok := keyword(args[0]); ok && word == "self" {
			m := d.modelOf(u.scope)
			f.Target = Ref[Model]{Name: m.Name, Target: m, Range: args[0].Range()}
			return true
		}
		t, ok := d.reference(u, args[0], "model")
		if !ok {
			return false
		}
		modelRef().put(d, t, &f.Target)
	}
	return true
}

// positive reads a whole number above zero.
func (d *decoder) positive(u *use, k kindEntry, e hclsyntax.Expression) (int, bool) {
	v, bind, ok := d.value(u, e, cty.Number)
	if !ok || bind != nil {
		return 0, false
	}
	n, p := intType().convert(v)
	if p != nil || n < 1 {
		d.report(fieldTypeArguments(k, e.Range()))
		return 0, false
	}
	return n, true
}

// fieldDefault is the value of a new row: a literal, or now().
type fieldDefault struct{}

func (fieldDefault) word() string         { return "constant, now() or uuid()" }
func (fieldDefault) json() any            { return map[string]any{} }
func (fieldDefault) goType() reflect.Type { return reflect.TypeFor[Value[any]]() }
func (fieldDefault) symbolic() bool       { return false }

func (fieldDefault) decode(d *decoder, u *use) {
	f := u.owner.(*Field)
	into := u.target.Addr().Interface().(*Value[any])
	into.Range, into.Set = u.at, true
	if c, ok := call(unwrap(u.expr)); ok && c.Name == "uuid" && len(c.Args) == 0 {
		if f.Kind == UUID {
			into.V = RandomUUID{}
		} else if f.Kind != "" {
			d.report(defaultOfOtherKind(f, u.at, "uuid()"))
		}
		return
	}
	if c, ok := call(unwrap(u.expr)); ok && c.Name == "now" {
		switch {
		case len(c.Args) > 0:
			d.report(nowTakesNothing(c.Range()))
		case f.Kind == "":
		case f.Kind != DateTime && f.Kind != Date && f.Kind != TimeOfDay:
			d.report(defaultOfOtherKind(f, u.at, "now()"))
		default:
			into.V = Now{}
		}
		return
	}
	v, bind, ok := d.value(u, u.expr, cty.DynamicPseudoType)
	if !ok || bind != nil || f.Kind == "" {
		return
	}
	if f.Kind == JSON {
		into.V = jsonText(v)
		return
	}
	settle := func() {
		literal, p := literalFor(f, v)
		if p != nil {
			d.report(badValue(u.at, p, nil))
			return
		}
		into.V = literal
	}
	if f.Kind == ForeignKey { // the type is that of the model's key
		d.wait(resolveFields, settle)
		return
	}
	settle()
}

// orderingType is a list of field names, a minus for the other direction.
type orderingType struct{}

func (orderingType) word() string         { return "list of field names, - before those to sort downwards" }
func (orderingType) json() any            { return jsonList(jsonString(`^-?[a-z0-9_]+$`)) }
func (orderingType) goType() reflect.Type { return reflect.TypeFor[[]Ordering]() }
func (orderingType) symbolic() bool       { return false }

func (orderingType) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*[]Ordering)
	d.fieldNames(u, func(m *Model, name String) {
		plain := strings.TrimPrefix(name.V, "-")
		if f := d.fieldOf(m, plain, name.Range); f != nil {
			*into = append(*into, Ordering{Field: f, Descending: plain != name.V, Range: name.Range})
		}
	})
}

// fieldList is a list of field names.
type fieldList struct {
	// foreign says that only foreign keys may be named, many that those without a column may be, too.
	foreign, many bool
}

func (t fieldList) word() string {
	if t.foreign {
		return "list of foreign keys' names"
	}
	return "list of field names"
}
func (fieldList) json() any            { return jsonList(jsonString(`^[a-z0-9_]+$`)) }
func (fieldList) goType() reflect.Type { return reflect.TypeFor[[]*Field]() }
func (fieldList) symbolic() bool       { return false }

func (t fieldList) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*[]*Field)
	ranges := reflect.ValueOf(u.owner).Elem().FieldByName("FieldRanges")
	seen := map[*Field]hcl.Range{}
	d.fieldNames(u, func(m *Model, name String) {
		f := m.Relation(name.V)
		if !t.many || f == nil {
			f = d.fieldOf(m, name.V, name.Range)
		}
		if f == nil {
			d.broken(u.owner)
			return
		}
		if first, ok := seen[f]; ok {
			d.report(fieldTwice(name.V, name.Range, first))
			return
		}
		seen[f] = name.Range
		if t.foreign && f.Kind != "" && f.Kind != ForeignKey {
			d.report(notForeign(m, f, name.Range))
			return
		}
		*into = append(*into, f)
		if ranges.IsValid() && u.attr.Name == "fields" {
			ranges.Set(reflect.Append(ranges, reflect.ValueOf(name.Range)))
		}
	})
}

// fieldNames reads a list of strings, and hands them on when the model is known.
func (d *decoder) fieldNames(u *use, each func(m *Model, name String)) {
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if ok {
		for _, e := range list.Exprs {
			if t, isRef := traversalOf(e); isRef && t.RootName() != "var" && t.RootName() != "local" {
				d.report(unquotedField(u, t))
				return
			}
		}
	}
	found := readStrings(d, u)
	d.wait(resolveFields, func() {
		m := d.modelOf(u.scope)
		if m == nil {
			return
		}
		for _, name := range found {
			each(m, name)
		}
	})
}

// modelOf is the model that a block is about: its own attribute, the model
// it stands in, or that of the view around it.
func (d *decoder) modelOf(s *scope) *Model {
	for ; s != nil; s = s.parent {
		switch owner := s.owner.(type) {
		case *Model:
			return owner
		case *View:
			return viewModel(owner)
		case *Site:
			return nil
		}
		if f := reflect.ValueOf(s.owner).Elem().FieldByName("Model"); f.IsValid() {
			return f.Interface().(Ref[Model]).Target
		}
	}
	return nil
}

// viewModel is the model of a view's rows, for its json block.
func viewModel(v *View) *Model {
	switch {
	case v.List != nil:
		return v.List.Model.Target
	case v.Detail != nil:
		return v.Detail.Model.Target
	case v.Archive != nil:
		return v.Archive.Model.Target
	case v.DateDetail != nil:
		return v.DateDetail.Model.Target
	case v.Create != nil:
		return v.Create.Model.Target
	case v.Update != nil:
		return v.Update.Model.Target
	case v.Delete != nil:
		return v.Delete.Model.Target
	case v.Resource != nil:
		return v.Resource.Model.Target
	case len(v.Queries) == 1:
		return v.Queries[0].Model.Target
	}
	return nil
}

// fieldOf finds a field by name; pk is the primary key.
func (d *decoder) fieldOf(m *Model, name string, at hcl.Range) *Field {
	if name == "pk" && !m.keyless() {
		return m.PrimaryKey()
	}
	if f := m.Field(name); f != nil {
		return f
	}
	d.report(unknownField(m, name, at))
	return nil
}

// jsonText is a constant as JSON.
func jsonText(v cty.Value) string {
	b, err := ctyJSON(v)
	if err != nil {
		panic(fmt.Sprintf("stackgen: unreachable: constant without a JSON form: %v", err))
	}
	return string(b)
}
