package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func quotedFieldType(text string, at hcl.Range) Diagnostic {
	return errorAt(at, "Quoted type", "Types are not written in quotes. Write type = %s.", text)
}

func notAFieldType(at hcl.Range) Diagnostic {
	return errorAt(at, "Field type expected", "A field's type stands by itself and is not computed. Write it as in type = char(200).")
}

func unknownFieldType(name string, at hcl.Range) Diagnostic {
	// The words of SQL and of Django's classes lead to ours.
	meant := map[string]string{
		"string": "char(200) or text", "varchar": "char(200)", "int": "integer", "bigint": "big_integer", "bool": "boolean",
		"timestamp": "datetime", "number": "integer, float or decimal(10, 2)", "fk": "foreign_key(model.NAME)",
		"auto": "big_auto", "jsonb": "json", "real": "float", "double": "float",
	}[name]
	if class, ok := strings.CutSuffix(name, "Field"); ok {
		for _, k := range kindNames() {
			if strings.EqualFold(class, strings.ReplaceAll(k, "_", "")) {
				meant = k
			}
		}
	}
	if meant == "" {
		meant = Suggest(name, kindNames())
	}
	if meant != "" {
		return errorAt(at, "Unknown field type", "There is no field type %s.%s", name, didYouMean(meant))
	}
	return errorAt(at, "Unknown field type", "There is no field type %s. The types are %s.", name, enumerate(kindNames(), "and"))
}

func fieldTypeArguments(k kindEntry, at hcl.Range) Diagnostic {
	switch k.args {
	case "length":
		return errorAt(at, "Field type with wrong arguments", "The type %s takes the largest number of characters, or nothing. Write %s(200) or %s.", k.kind, k.kind, k.kind)
	case "digits":
		return errorAt(at, "Field type with wrong arguments", "The type %s takes the number of digits and how many of them stand behind the point. Write %s(10, 2).", k.kind, k.kind)
	case "model":
		return errorAt(at, "Field type with wrong arguments", "The type %s takes the model that it points at. Write %s(model.NAME).", k.kind, k.kind)
	}
	return errorAt(at, "Field type with wrong arguments", "The type %s takes no arguments. Write type = %s.", k.kind, k.kind)
}

func decimalPlaces(at hcl.Range, digits int) Diagnostic {
	return errorAt(at, "Decimal places out of range", "Of %d digits, from 0 to %d may stand behind the point. Change one of the two numbers.", digits, digits)
}

func nowTakesNothing(at hcl.Range) Diagnostic {
	return errorAt(at, "Call with wrong arguments", "The function now takes no arguments. Write now().")
}

func defaultOfOtherKind(f *Field, at hcl.Range, what string) Diagnostic {
	return errorAt(at, "Default of another type", "The field %s is %s, and %s is not. Write a constant of its type.", f.Name, withArticle(string(f.Kind)), what).
		and(f.TypeRange, "the type is here")
}

// literalForm shows how a constant of a field's kind is written.
func literalForm(f *Field) string {
	switch f.Kind {
	case Boolean:
		return "true or false"
	case Integer:
		return "a whole number of 32 bits such as 7"
	case BigInteger, BigAuto:
		return "a whole number such as 7"
	case PositiveInt:
		return "a whole number from 0 such as 7"
	case FloatField:
		return "a number such as 0.5"
	case Decimal:
		return fmt.Sprintf("a number of at most %d digits, %d of them behind the point", f.MaxDigits, f.DecimalPlaces)
	case Slug:
		return `letters, digits, - and _ in quotes, such as "first-post"`
	case UUID:
		return `a UUID in small letters, such as "0a000000-0000-4000-8000-00000000000a"`
	case Date:
		return `a day such as "2026-01-31"`
	case DateTime:
		return `a point in time such as "2026-01-31T12:00:00Z", or now()`
	case TimeOfDay:
		return `a time of day such as "12:30:00"`
	case DurationKind:
		return `a duration such as "1h30m"`
	case JSON:
		return "not compared"
	}
	return "text in quotes"
}

func literalProblem(f *Field, v cty.Value) *problem {
	return &problem{"Value of another type", fmt.Sprintf("The field %s is %s, and this is %s. Its values are written as %s.", f.Name, withArticle(string(f.Kind)), describe(v), literalForm(f))}
}

func literalTooLong(f *Field) *problem {
	return &problem{"Value too long", fmt.Sprintf("The field %s holds at most %d characters. Shorten the value, or enlarge the field.", f.Name, f.MaxLength)}
}

func unknownField(m *Model, name string, at hcl.Range) Diagnostic {
	var names []string
	for _, f := range m.Fields {
		names = append(names, f.Name)
	}
	x := errorAt(at, "Unknown field", "The model %s has no field %q.", m.Name, name)
	if near := Suggest(name, names); near != "" {
		x.Detail += didYouMean(near)
		if f := m.Field(near); !f.Implicit {
			return x.and(f.DeclRange, "%s is declared here", near)
		}
		return x
	}
	if len(names) <= 12 {
		x.Detail += fmt.Sprintf(" It has %s.", enumerate(names, "and"))
	} else {
		x.Detail += fmt.Sprintf(" Add field %q { … } to the model.", name)
	}
	return x.and(m.DeclRange, "model.%s is declared here", m.Name)
}

func fieldTwice(name string, at, first hcl.Range) Diagnostic {
	return errorAt(at, "Field named twice", "The list has %q already. Take one of the two away.", name).and(first, "it is here first")
}

func notForeign(m *Model, f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Field that is no foreign key", "Only rows behind foreign keys are read along, and %s.%s is %s. Take it out of the list.", m.Name, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "its type is here")
}

func unquotedField(u *use, t hcl.Traversal) Diagnostic {
	names, _ := steps(t)
	return errorAt(t.SourceRange(), "Field name without quotes", "%s is %s, which are strings. Write %q.", subject(u), withArticle(u.attr.Type.word()), names[len(names)-1])
}

func onDeleteMissing(f *Field) Diagnostic {
	return errorAt(f.DeclRange, "Missing on_delete", "The foreign key %s has to say what happens to a row when the row it points at is deleted. Write on_delete = %s.", f.Name, enumerate(onDeleteWords(), "or"))
}

func onDeleteWithoutKey(f *Field) Diagnostic {
	return errorAt(f.OnDelete.Range, "No foreign key", "Only foreign keys have on_delete, and %s is %s. Take the line away.", f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "the type is here")
}

func setNullNeedsNull(f *Field, null hcl.Range) Diagnostic {
	x := errorAt(f.OnDelete.Range, "Field that cannot be null", "With set_null the field %s becomes null when the row it points at is deleted, and it may not be null. Write null = true, or another on_delete.", f.Name)
	if null != f.DeclRange {
		return x.and(null, "null is ruled out here")
	}
	return x.and(f.DeclRange, "null is ruled out where nothing allows it")
}

func foreignDefault(f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Default of a foreign key", "A foreign key points at a row, and no row is there by default. Take the line away, and write null = true if the field may be empty.")
}

func badKeyKind(f *Field) Diagnostic {
	return errorAt(f.TypeRange, "Type of no primary key", "A primary key is big_auto, integer, big_integer, positive_integer, char, slug or uuid, not %s. Choose one of them.", f.Kind)
}

func keyWithNull(at, key hcl.Range) Diagnostic {
	return errorAt(at, "Primary key that may be null", "Every row has a primary key. Take null away.").and(key, "the field is the primary key")
}

func autoWithoutKey(f *Field) Diagnostic {
	return errorAt(f.TypeRange, "Counter that is no key", "A big_auto is the model's primary key. Write primary_key = true, or the type big_integer.")
}

func autoNowOfOtherKind(f *Field, name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Time in a field of another type", "With %s the field holds the time of saving, and %s is %s. Make it a datetime, a date or a time.", name, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "the type is here")
}

func autoNowWithDefault(name string, at, def hcl.Range) Diagnostic {
	return errorAt(at, "Time and default", "With %s the default is never used. Take one of the two away.", name).and(def, "the default is here")
}

func autoNowTwice(at, other hcl.Range) Diagnostic {
	return errorAt(at, "Time of first and of every saving", "A field holds the time of the first saving or of the last one. Take one of the two away.").and(other, "auto_now is here")
}

func choicesOfOtherKind(f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Choices of this type", "Text and whole numbers have choices, and %s is %s. Take them away, or change the type.", f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "the type is here")
}

func choiceNotWhole(f *Field, key string, at hcl.Range) Diagnostic {
	return errorAt(at, "Choice of another type", "The field %s is %s, and the choice %q is not a whole number. Write one as in choices = { 1 = \"low\" }.", f.Name, withArticle(string(f.Kind)), key)
}

func defaultNotAChoice(f *Field, choices hcl.Range) Diagnostic {
	return errorAt(f.Default.Range, "Default that is no choice", "The default of %s is not among its choices. Choose one of them.", f.Name).and(choices, "the choices are here")
}

func twoKeys(m *Model, at, first hcl.Range) Diagnostic {
	return errorAt(at, "Second primary key", "The model %s has a primary key already. Take one of the two away.", m.Name).and(first, "the first is here")
}

func idWithoutKey(m *Model, f *Field) Diagnostic {
	return errorAt(f.DeclRange, "Field id that is no key", "The model %s has no primary key, and gets one called id unless it is written. Write primary_key = true in this field, or give it another name.", m.Name)
}

func modelsWithoutDatabase(m *Model, site string) Diagnostic {
	return errorAt(m.DeclRange, "Models without a database", "The rows of models live in a database, and the site has none. Write database { url = \"sqlite:data/%s.db\" }.", site)
}

func tableTwice(m, first *Model) Diagnostic {
	return errorAt(m.Table.Range, "Two models of one table", "The models %s and %s both have the table %q. Write another db_table in one of them.", first.Name, m.Name, m.Table.V).
		and(first.DeclRange, "model.%s is declared here", first.Name)
}

func quotedCondition(at hcl.Range) Diagnostic {
	return errorAt(at, "Quoted condition", "A condition is an expression. Take the quotes away, as in where = post.published <= now().")
}

func notACondition(at hcl.Range, m *Model) Diagnostic {
	return errorAt(at, "Not a condition", "A condition compares fields of %s with values, and joins such comparisons by &&, || and !. Write it as in %s.%s == …, or contains([…], %s.%s).",
		m.Name, m.Name, lastField(m), m.Name, lastField(m))
}

// lastField is a field to show in examples.
func lastField(m *Model) string { return m.Fields[min(1, len(m.Fields)-1)].Name }

func nothingOfTheModel(at hcl.Range, m *Model, sides ...hclsyntax.Expression) Diagnostic {
	for _, side := range sides {
		t, ok := traversalOf(side)
		if !ok {
			continue
		}
		switch names, _ := steps(t); names[0] {
		case "url", "request", "var", "local":
		default:
			names[0] = m.Name
			return errorAt(stepRange(t, 0), "Unknown name", "There is nothing called %q here; the rows are those of %s. Write %s.", t.RootName(), m.Name, strings.Join(names, ".")).
				and(m.DeclRange, "model.%s is declared here", m.Name)
		}
	}
	return errorAt(at, "Comparison without a field", "One side of a comparison is a field of the model. Write it as in %s.%s.", m.Name, lastField(m)).
		and(m.DeclRange, "model.%s is declared here", m.Name)
}

func orderOfNull(at hcl.Range, f *Field) Diagnostic {
	return errorAt(at, "Order of null", "Null is neither less nor more than anything. Write == null or != null.")
}

func neverNull(at hcl.Range, f *Field, m *Model) Diagnostic {
	return warningAt(at, "Field that is never null", "The field %s of %s may not be null, so this always comes out the same. Take it away, or write null = true in the field.", f.Name, m.Name).
		and(f.DeclRange, "%s is declared here", f.Name)
}

func notComparable(at hcl.Range, f *Field, op string) Diagnostic {
	detail := "Compare it with == or !=."
	if f.Kind == JSON {
		detail = "Compare another field, or the value with null."
	}
	return errorAt(at, "Field that cannot be compared so", "The field %s is %s, which has no order. %s", f.Name, withArticle(string(f.Kind)), detail)
}

func notBoolean(at hcl.Range, m *Model, f *Field) Diagnostic {
	return errorAt(at, "Not a condition", "Only boolean fields stand by themselves, and %s.%s is %s. Compare it, as in %s.%s == ….", m.Name, f.Name, withArticle(string(f.Kind)), m.Name, f.Name).
		and(f.TypeRange, "its type is here")
}

func unknownLookup(name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Unknown function", "There is no function %s in conditions.%s", name,
		orList(Suggest(name, textLookups()), "", "There are "+enumerate(textLookups(), "and")+"."))
}

func lookupArguments(e *hclsyntax.FunctionCallExpr, m *Model) Diagnostic {
	if e.Name == "contains" {
		return errorAt(e.Range(), "Call with wrong arguments", "The function contains takes a list and a field, or a text field and a value. Write contains([…], %s.%s) or contains(%s.%s, \"…\").", m.Name, lastField(m), m.Name, lastField(m))
	}
	return errorAt(e.Range(), "Call with wrong arguments", "The function %s takes a text field and a value. Write %s(%s.%s, \"…\").", e.Name, e.Name, m.Name, lastField(m))
}

func lookupNeedsText(e *hclsyntax.FunctionCallExpr, m *Model, f *Field) Diagnostic {
	return errorAt(e.Range(), "Field without text", "The function %s looks into text, and %s.%s is %s. Compare the field instead.", e.Name, m.Name, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "its type is here")
}

func notAField(t hcl.Traversal, m *Model) Diagnostic {
	return errorAt(t.SourceRange(), "Model without a field", "A condition compares single fields. Write it as in %s.%s.", m.Name, lastField(m))
}

func throughForeignKey(t hcl.Traversal, m *Model, f *Field) Diagnostic {
	x := errorAt(t.SourceRange(), "Condition on another model", "A condition compares fields of %s itself. Compare %s.%s with a key.", m.Name, m.Name, f.Name)
	if f.Kind != "" && f.Kind != ForeignKey {
		x.Detail = fmt.Sprintf("The field %s is %s, and there is nothing beneath it. Write %s.%s.", f.Name, withArticle(string(f.Kind)), m.Name, f.Name)
	}
	return x
}

func nowForOtherKind(at hcl.Range, m *Model, f *Field) Diagnostic {
	return errorAt(at, "Value of another type", "The field %s.%s is %s, and now() is a point in time. Write a value of the field's type.", m.Name, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "its type is here")
}

func nowOffset(at hcl.Range) Diagnostic {
	return errorAt(at, "Offset that is no duration", "What is added to now() or taken from it is a constant duration. Write it as in now() - duration(\"7d\").")
}

func badCapture(t hcl.Traversal) Diagnostic {
	return errorAt(t.SourceRange(), "Not a capture", "A capture of the route is written url.NAME. Write it as in url.slug.")
}

func badParameter(t hcl.Traversal) Diagnostic {
	return errorAt(t.SourceRange(), "Not a parameter", "Of the request, the parameters of the query string are known, and who is logged in. Write it as in request.query.q, or request.user.")
}

func parameterForOtherKind(at hcl.Range, m *Model, f *Field, name string) Diagnostic {
	remedy := "Compare it in a Go view."
	if c := converterOf(f); c != "" {
		remedy = fmt.Sprintf("Capture the value in the route, as in <%s:%s>, and write url.%s.", c, name, name)
	}
	return errorAt(at, "Value of another type", "A parameter is text, and %s.%s is %s. %s", m.Name, f.Name, withArticle(string(f.Kind)), remedy).
		and(f.TypeRange, "its type is here")
}

func unknownEngine(at hcl.Range) Diagnostic {
	return errorAt(at, "Database of an unknown engine", "The URL comes from outside and has no default that says which engine it is of. Write engines = [sqlite] or [postgres] beside it, or give the variable a default.")
}

func engineNotLinked(engine string, at, engines hcl.Range) Diagnostic {
	return errorAt(at, "Database of another engine", "The URL is one of %s, which is not among the engines. Add it to the list.", engine).and(engines, "the engines are here")
}
