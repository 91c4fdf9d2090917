package template

// libraryFilters lists the filters of the libraries that {% load %} names, by
// library and then by name.
var libraryFilters = []filter{
	{name: "apnumber", library: "humanize", safe: true, example: "{{ value|apnumber }}", doc: "writes the numbers one to nine as words"},
	{name: "intcomma", library: "humanize", arg: argOptional, safe: true, example: "{{ value|intcomma }}", doc: "puts separators between thousands"},
	{name: "intword", library: "humanize", example: "{{ value|intword }}", doc: "writes large numbers with words: 1.2 million"},
	{name: "naturalday", library: "humanize", arg: argOptional, example: "{{ value|naturalday }}", doc: "is today, tomorrow, yesterday, or the date"},
	{name: "naturaltime", library: "humanize", example: "{{ value|naturaltime }}", doc: "says how far from now a time is: 3 minutes ago"},
	{name: "ordinal", library: "humanize", safe: true, example: "{{ value|ordinal }}", doc: "makes 1st of 1"},
	{name: "language_bidi", library: "i18n", example: "{{ code|language_bidi }}", doc: "says whether a language is written from right to left"},
	{name: "language_name", library: "i18n", example: "{{ code|language_name }}", doc: "is a language's English name"},
	{name: "language_name_local", library: "i18n", example: "{{ code|language_name_local }}", doc: "is the name that a language gives itself"},
	{name: "language_name_translated", library: "i18n", example: "{{ code|language_name_translated }}", doc: "is a language's name in the page's language"},
	{name: "localize", library: "l10n", example: "{{ value|localize }}", doc: "writes a number or date as the page's language does"},
	{name: "unlocalize", library: "l10n", example: "{{ value|unlocalize }}", doc: "writes a number or date as English does"},
	{name: "localtime", library: "tz", example: "{{ value|localtime }}", doc: "is a time in the page's zone"},
	{name: "timezone", library: "tz", arg: argRequired, example: `{{ value|timezone:"Europe/Berlin" }}`, doc: "is a time in another zone"},
	{name: "utc", library: "tz", example: "{{ value|utc }}", doc: "is a time in UTC"},
}
