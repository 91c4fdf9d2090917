package schema

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"sort"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functionEntry is one function of expressions.
type functionEntry struct {
	name string
	// call shows how it is used, doc is one sentence.
	call, doc string
	fn        function.Function
}

// functions is the table of functions, sorted by name. file reads beneath dir.
func functions(dir string) []functionEntry {
	table := []functionEntry{
		{"abs", `abs(-3)`, "The number without its sign.", stdlib.AbsoluteFunc},
		{"bytes", `bytes("10MB")`, "The number of bytes of a size.", bytesFunction()},
		{"ceil", `ceil(1.2)`, "The next whole number upwards.", stdlib.CeilFunc},
		{"chomp", "chomp(text)", "The text without line breaks at its end.", stdlib.ChompFunc},
		{"coalesce", "coalesce(a, b)", "The first value that is not null.", stdlib.CoalesceFunc},
		{"compact", "compact(list)", "The list without empty strings.", stdlib.CompactFunc},
		{"concat", "concat(a, b)", "The lists one behind the other.", stdlib.ConcatFunc},
		{"contains", `contains(["a", "b"], "a")`, "Whether the list holds the value; in a query, whether the field is one of the values.", stdlib.ContainsFunc},
		{"distinct", "distinct(list)", "The list with each value once.", stdlib.DistinctFunc},
		{"duration", `duration("1h30m")`, "The number of seconds of a duration; in a query, what is added to now().", durationFunction()},
		{"element", "element(list, 0)", "The element at that place of the list, counted from 0 and starting over at the end.", stdlib.ElementFunc},
		{"file", `file("legal/terms.txt")`, "The text of a file beneath the project.", fileFunction(dir)},
		{"flatten", "flatten(lists)", "The elements of lists within lists as one list.", stdlib.FlattenFunc},
		{"floor", `floor(1.8)`, "The next whole number downwards.", stdlib.FloorFunc},
		{"format", `format("%s:%d", host, port)`, "The values put into a pattern.", stdlib.FormatFunc},
		{"formatlist", `formatlist("https://%s", hosts)`, "Each value of a list put into a pattern.", stdlib.FormatListFunc},
		{"indent", "indent(2, text)", "The text with every line but the first moved to the right.", stdlib.IndentFunc},
		{"join", `join(", ", list)`, "The strings of a list put together.", stdlib.JoinFunc},
		{"jsondecode", "jsondecode(text)", "The value that JSON text stands for.", stdlib.JSONDecodeFunc},
		{"jsonencode", "jsonencode(value)", "The value as JSON text.", stdlib.JSONEncodeFunc},
		{"keys", "keys(object)", "The keys of an object, sorted.", stdlib.KeysFunc},
		{"length", "length(list)", "How many elements a list or an object has.", stdlib.LengthFunc},
		{"lookup", `lookup(object, "key", "else")`, "The value of a key, or another where it is missing.", stdlib.LookupFunc},
		{"lower", `lower("A")`, "The text in small letters.", stdlib.LowerFunc},
		{"max", "max(1, 2)", "The largest number.", stdlib.MaxFunc},
		{"merge", "merge(a, b)", "The objects put together; later ones win.", stdlib.MergeFunc},
		{"min", "min(1, 2)", "The smallest number.", stdlib.MinFunc},
		{"parseint", `parseint("ff", 16)`, "The whole number that text stands for.", stdlib.ParseIntFunc},
		{"range", "range(3)", "The numbers from 0 up to a limit.", stdlib.RangeFunc},
		{"regex", `regex("[0-9]+", text)`, "The first match of a regular expression.", stdlib.RegexFunc},
		{"replace", `replace(text, "a", "b")`, "The text with one piece of it replaced wherever it stands.", stdlib.ReplaceFunc},
		{"reverse", "reverse(list)", "The list from its end.", stdlib.ReverseListFunc},
		{"slice", "slice(list, 1, 3)", "The elements from one place up to another.", stdlib.SliceFunc},
		{"sort", "sort(list)", "The strings in the order of their characters.", stdlib.SortFunc},
		{"split", `split(",", text)`, "The pieces of a text between separators.", stdlib.SplitFunc},
		{"substr", "substr(text, 0, 3)", "A piece of a text.", stdlib.SubstrFunc},
		{"title", "title(text)", "The text with every word's first letter in capitals.", stdlib.TitleFunc},
		{"trim", `trim(text, "/")`, "The text without these characters at both ends.", stdlib.TrimFunc},
		{"trimprefix", `trimprefix(text, "www.")`, "The text without a beginning.", stdlib.TrimPrefixFunc},
		{"trimspace", "trimspace(text)", "The text without space at both ends.", stdlib.TrimSpaceFunc},
		{"trimsuffix", `trimsuffix(text, "/")`, "The text without an end.", stdlib.TrimSuffixFunc},
		{"upper", `upper("a")`, "The text in capitals.", stdlib.UpperFunc},
		{"values", "values(object)", "The values of an object, by sorted keys.", stdlib.ValuesFunc},
		{"zipmap", "zipmap(keys, values)", "The object of a list of keys and a list of values.", stdlib.ZipmapFunc},
	}
	sort.Slice(table, func(i, j int) bool { return table[i].name < table[j].name })
	return table
}

func durationFunction() function.Function {
	return textFunction("duration", cty.Number, func(text string) (cty.Value, error) {
		dur, err := ParseDuration(text)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.NumberFloatVal(dur.Seconds()), nil
	})
}

func bytesFunction() function.Function {
	return textFunction("size", cty.Number, func(text string) (cty.Value, error) {
		n, err := parseSize(text)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.NumberIntVal(n), nil
	})
}

// fileLimit bounds what file reads, in bytes.
const fileLimit = 1 << 20

// fileFunction reads beneath the project only, symbolic links included.
func fileFunction(dir string) function.Function {
	return textFunction("path", cty.String, func(name string) (cty.Value, error) {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return cty.NilVal, fmt.Errorf("%q lies outside the project; name a file beneath it", name)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return cty.NilVal, fmt.Errorf("there is no project folder")
		}
		defer root.Close()
		f, err := root.Open(filepath.FromSlash(path.Clean(name)))
		if err != nil {
			return cty.NilVal, fmt.Errorf("there is no file %q in the project; paths are relative to its folder", name)
		}
		defer f.Close()
		text, err := io.ReadAll(io.LimitReader(f, fileLimit+1))
		switch {
		case err != nil:
			return cty.NilVal, fmt.Errorf("%q cannot be read as a file", name)
		case len(text) > fileLimit:
			return cty.NilVal, fmt.Errorf("%q is larger than 1MB", name)
		case !utf8.Valid(text):
			return cty.NilVal, fmt.Errorf("%q is not text in UTF-8", name)
		}
		return cty.StringVal(string(text)), nil
	})
}

// textFunction makes a function of one string.
func textFunction(param string, result cty.Type, f func(string) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: param, Type: cty.String}},
		Type:   function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, err := f(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return v, nil
		},
	})
}

// inFileOrder lists attributes as they are written.
func inFileOrder(attrs hcl.Attributes) []*hcl.Attribute {
	list := make([]*hcl.Attribute, 0, len(attrs))
	for _, a := range attrs {
		list = append(list, a)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].NameRange.Start.Byte < list[j].NameRange.Start.Byte })
	return list
}
