package template

// filter is a row of the table of filters. Adding one is a row here, the
// function FilterName in runtime/tmpl, and, for typed values, its forms.
type filter struct {
	name string
	// library is what {% load %} must name; empty for the built-in ones.
	library string
	arg     argRule
	// text converts the value to text first (Django's stringfilter).
	text bool
	// safe keeps safe text safe (is_safe).
	safe bool
	// marks makes the result safe in any case.
	marks bool
	// autoescape says that the function is told whether to escape (needs_autoescape).
	autoescape bool
	// vets says that the result is not escaped in scripts and URLs either.
	vets bool
	// empty says that None and "" give "".
	empty bool
	// forms are the ways for typed values, tried in order.
	forms []form
	// custom is the project's own filter; nil for those of the language.
	custom *Filter
	// special compiles the filter, or declines.
	special func(c *compiler, call filterCall, v value) (value, bool)
	example string
	doc     string
}

type argRule int

const (
	argNone argRule = iota
	argOptional
	argRequired
)

// form is a filter for one kind of value: func(b []byte, v T, args…) []byte
// in runtime/tmpl, or with expr func(v T, args…) U.
type form struct {
	in Kind
	// args are those that follow: s text, i whole number, e whether to escape.
	args string
	call string
	out  Kind
	expr bool
	// otherwise is the text argument where none is given.
	otherwise string
	// state says that call is a method of the page's State.
	state bool
}

func textForm(args, call string) []form {
	return []form{{in: String, args: args, call: call, out: String}}
}

// filterTable lists Django's built-in filters in alphabetical order.
var filterTable = []filter{
	{name: "add", arg: argRequired, special: addFilter, example: "{{ value|add:2 }}", doc: "adds two numbers, or puts two texts or lists together"},
	{name: "addslashes", text: true, safe: true, forms: textForm("", "AppendAddslashes"), example: "{{ value|addslashes }}", doc: "puts backslashes before quotes and backslashes"},
	{name: "capfirst", text: true, safe: true, forms: textForm("", "AppendCapfirst"), example: "{{ value|capfirst }}", doc: "makes the first letter a capital"},
	{name: "center", arg: argRequired, text: true, safe: true, forms: textForm("i", "AppendCenter"), example: "{{ value|center:15 }}", doc: "centres text in a field of that width"},
	{name: "cut", arg: argRequired, text: true, example: `{{ value|cut:" " }}`, doc: "removes every occurrence of a text"},
	{name: "date", arg: argOptional, empty: true, special: dateFilter, forms: []form{
		{in: Time, args: "s", call: "AppendTimeFormat", out: String, state: true, otherwise: "DATE_FORMAT"},
		{in: Date, args: "s", call: "AppendDayFormat", out: String, otherwise: "DATE_FORMAT"},
	}, example: `{{ value|date:"Y-m-d" }}`, doc: "formats a date, with PHP's format letters"},
	{name: "default", arg: argRequired, special: defaultFilter, example: `{{ value|default:"nothing" }}`, doc: "gives something else for what is false, empty or missing"},
	{name: "default_if_none", arg: argRequired, special: defaultIfNoneFilter, example: `{{ value|default_if_none:"nothing" }}`, doc: "gives something else for None only"},
	{name: "dictsort", arg: argRequired, example: `{{ value|dictsort:"name" }}`, doc: "sorts a list of maps or objects by one key"},
	{name: "dictsortreversed", arg: argRequired, example: `{{ value|dictsortreversed:"name" }}`, doc: "sorts the other way round"},
	{name: "divisibleby", arg: argRequired, forms: []form{{in: Int, args: "i", call: "DivisibleBy", out: Bool, expr: true}}, example: `{{ value|divisibleby:3 }}`, doc: "says whether a number can be divided without a rest"},
	{name: "escape", text: true, marks: true, forms: textForm("e", "AppendEscaped"), example: "{{ value|escape }}", doc: "escapes HTML, once"},
	{name: "escapejs", text: true, marks: true, vets: true, forms: textForm("", "AppendEscapejs"), example: "{{ value|escapejs }}", doc: "escapes for a JavaScript string"},
	{name: "escapeseq", example: `{{ value|escapeseq|join:", " }}`, doc: "escapes each item of a list"},
	{name: "filesizeformat", forms: []form{{in: Int, call: "AppendFilesize", out: String}}, safe: true, example: "{{ value|filesizeformat }}", doc: "shows a number of bytes as 13.0 KB"},
	{name: "first", special: firstFilter, example: "{{ value|first }}", doc: "is the first item of a list"},
	{name: "floatformat", arg: argOptional, safe: true, forms: []form{
		{in: Float, args: "s", call: "AppendFloatFormat", out: String, otherwise: "-1"},
	}, example: "{{ value|floatformat:2 }}", doc: "rounds a number to that many decimals"},
	{name: "force_escape", text: true, marks: true, forms: textForm("", "AppendHTML"), example: "{{ value|force_escape }}", doc: "escapes HTML at once, even what is safe"},
	{name: "get_digit", arg: argRequired, example: "{{ value|get_digit:2 }}", doc: "is one digit of a number, counted from the right"},
	{name: "iriencode", text: true, safe: true, forms: textForm("", "AppendIriencode"), example: "{{ value|iriencode }}", doc: "makes an IRI a URL"},
	{name: "join", arg: argRequired, autoescape: true, example: `{{ value|join:", " }}`, doc: "puts the items of a list together"},
	{name: "json_script", arg: argOptional, marks: true, example: `{{ value|json_script:"data" }}`, doc: "writes a value as a script element of JSON"},
	{name: "last", special: lastFilter, example: "{{ value|last }}", doc: "is the last item of a list"},
	{name: "length", special: lengthFilter, example: "{{ value|length }}", doc: "is the number of items or letters"},
	{name: "linebreaks", text: true, safe: true, marks: true, autoescape: true, forms: textForm("e", "AppendLinebreaks"), example: "{{ value|linebreaks }}", doc: "makes paragraphs of lines"},
	{name: "linebreaksbr", text: true, safe: true, marks: true, autoescape: true, forms: textForm("e", "AppendLinebreaksbr"), example: "{{ value|linebreaksbr }}", doc: "makes <br> of line ends"},
	{name: "linenumbers", text: true, safe: true, marks: true, autoescape: true, forms: textForm("e", "AppendLinenumbers"), example: "{{ value|linenumbers }}", doc: "numbers the lines"},
	{name: "ljust", arg: argRequired, text: true, safe: true, forms: textForm("i", "AppendLjust"), example: "{{ value|ljust:10 }}", doc: "puts text to the left of a field of that width"},
	{name: "lower", text: true, safe: true, forms: textForm("", "AppendLower"), example: "{{ value|lower }}", doc: "makes all letters small"},
	{name: "make_list", text: true, example: "{{ value|make_list }}", doc: "makes a list of letters"},
	{name: "phone2numeric", safe: true, text: true, forms: textForm("", "AppendPhone2numeric"), example: "{{ value|phone2numeric }}", doc: "makes digits of the letters of a phone number"},
	{name: "pluralize", arg: argOptional, forms: []form{{in: Int, args: "s", call: "Pluralize", out: String, expr: true, otherwise: "s"}}, special: pluralizeFilter, example: `vote{{ value|pluralize }}`, doc: "is the ending for that many: s unless 1"},
	{name: "pprint", safe: true, example: "{{ value|pprint }}", doc: "prints a value for debugging"},
	{name: "random", safe: true, example: "{{ value|random }}", doc: "is some item of a list"},
	{name: "rjust", arg: argRequired, text: true, safe: true, forms: textForm("i", "AppendRjust"), example: "{{ value|rjust:10 }}", doc: "puts text to the right of a field of that width"},
	{name: "safe", special: safeFilter, text: true, safe: true, marks: true, vets: true, example: "{{ value|safe }}", doc: "says that a text is not to be escaped"},
	{name: "safeseq", vets: true, example: `{{ value|safeseq|join:", " }}`, doc: "says so of each item of a list"},
	{name: "slice", arg: argRequired, safe: true, special: sliceFilter, example: `{{ value|slice:":2" }}`, doc: "is a part of a list or text"},
	{name: "slugify", text: true, safe: true, forms: textForm("", "AppendSlugify"), example: "{{ value|slugify }}", doc: "makes a slug of a title"},
	{name: "stringformat", arg: argRequired, safe: true, example: `{{ value|stringformat:"05d" }}`, doc: "formats with Python's % codes"},
	{name: "striptags", text: true, safe: true, forms: textForm("", "AppendStriptags"), example: "{{ value|striptags }}", doc: "takes the tags out of HTML"},
	{name: "time", arg: argOptional, empty: true, forms: []form{
		{in: Time, args: "s", call: "AppendTimeFormat", out: String, state: true, otherwise: "TIME_FORMAT"},
		{in: Clock, args: "s", call: "AppendClockFormat", out: String, otherwise: "TIME_FORMAT"},
	}, example: `{{ value|time:"H:i" }}`, doc: "formats a time of day"},
	{name: "timesince", arg: argOptional, empty: true, forms: []form{{in: Time, call: "AppendTimesince", out: String, state: true}}, example: "{{ value|timesince }}", doc: "says how long ago something was"},
	{name: "timeuntil", arg: argOptional, empty: true, forms: []form{{in: Time, call: "AppendTimeuntil", out: String, state: true}}, example: "{{ value|timeuntil }}", doc: "says how long it is until then"},
	{name: "title", text: true, safe: true, forms: textForm("", "AppendTitle"), example: "{{ value|title }}", doc: "begins every word with a capital"},
	{name: "truncatechars", arg: argRequired, text: true, safe: true, forms: textForm("i", "AppendTruncatechars"), example: "{{ value|truncatechars:7 }}", doc: "cuts text after that many letters"},
	{name: "truncatechars_html", arg: argRequired, text: true, safe: true, example: "{{ value|truncatechars_html:7 }}", doc: "cuts HTML after that many letters"},
	{name: "truncatewords", arg: argRequired, text: true, safe: true, forms: textForm("i", "AppendTruncatewords"), example: "{{ value|truncatewords:2 }}", doc: "cuts text after that many words"},
	{name: "truncatewords_html", arg: argRequired, text: true, safe: true, example: "{{ value|truncatewords_html:2 }}", doc: "cuts HTML after that many words"},
	{name: "unordered_list", safe: true, marks: true, autoescape: true, example: "{{ value|unordered_list }}", doc: "writes nested lists as li elements"},
	{name: "upper", text: true, forms: textForm("", "AppendUpper"), example: "{{ value|upper }}", doc: "makes all letters capitals"},
	{name: "urlencode", arg: argOptional, text: true, forms: append(textForm("s", "AppendUrlencodeSafe"), textForm("", "AppendUrlencode")...), example: "{{ value|urlencode }}", doc: "quotes text for a URL"},
	{name: "urlize", text: true, safe: true, marks: true, autoescape: true, example: "{{ value|urlize }}", doc: "makes links of the URLs in a text"},
	{name: "urlizetrunc", arg: argRequired, text: true, safe: true, marks: true, autoescape: true, example: "{{ value|urlizetrunc:15 }}", doc: "makes links with shortened texts"},
	{name: "wordcount", text: true, forms: []form{{in: String, call: "Wordcount", out: Int, expr: true}}, example: "{{ value|wordcount }}", doc: "is the number of words"},
	{name: "wordwrap", arg: argRequired, text: true, safe: true, forms: textForm("i", "AppendWordwrap"), example: "{{ value|wordwrap:5 }}", doc: "breaks lines at that width"},
	{name: "yesno", arg: argOptional, special: yesnoFilter, example: `{{ value|yesno:"yes,no,maybe" }}`, doc: "is one of three words for true, false and None"},
}
