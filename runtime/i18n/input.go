package i18n

import "strings"

// InputFormats are the forms in which people type a date or a time in a
// language, in the letters of strftime: name is DATE_INPUT_FORMATS,
// TIME_INPUT_FORMATS or DATETIME_INPUT_FORMATS. The first is the one that a
// form shows. A language that is not known here types them as English does.
func InputFormats(language, name string) []string {
	code := strings.ToLower(strings.ReplaceAll(language, "_", "-"))
	for {
		if dates := dateInputs[code]; dates != nil {
			return inputs(name, dates, code)
		}
		cut := strings.LastIndexByte(code, '-')
		if cut < 0 {
			return inputs(name, dateInputs["en"], "en")
		}
		code = code[:cut]
	}
}

// dateInputs are the dates of each language.
var dateInputs = map[string][]string{
	"en": {"%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d %Y", "%b %d, %Y", "%d %b %Y", "%d %b, %Y",
		"%B %d %Y", "%B %d, %Y", "%d %B %Y", "%d %B, %Y"},
	"en-gb": {"%d/%m/%Y", "%d/%m/%y"},
	"en-au": {"%d/%m/%Y", "%d/%m/%y"},
	"de":    {"%d.%m.%Y", "%d.%m.%y"},
	"fr":    {"%d/%m/%Y", "%d/%m/%y"},
	"es":    {"%d/%m/%Y", "%d/%m/%y"},
	"it":    {"%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y-%m-%d", "%d-%m-%y", "%d/%m/%y"},
	"pt":    {"%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"},
	"pt-br": {"%d/%m/%Y", "%d/%m/%y"},
	"nl":    {"%d-%m-%Y", "%d-%m-%y", "%d/%m/%Y", "%d/%m/%y", "%Y/%m/%d"},
	"pl":    {"%d.%m.%Y", "%d.%m.%y", "%y-%m-%d"},
	"ru":    {"%d.%m.%Y", "%d.%m.%y"},
	"sv":    {"%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"},
	"da":    {"%d.%m.%Y"},
	"nb":    {"%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"},
	"fi":    {"%d.%m.%Y", "%d.%m.%y"},
	"cs":    {"%d.%m.%Y", "%d.%m.%y", "%d. %m. %Y", "%d. %m. %y"},
	"tr":    {"%d/%m/%Y", "%d/%m/%y", "%y-%m-%d"},
	"sk":    {"%d.%m.%Y", "%d.%m.%y", "%y-%m-%d"},
	"sl":    {"%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%d. %m. %Y", "%d. %m. %y"},
	"hr":    {"%Y-%m-%d", "%d.%m.%Y.", "%d.%m.%y.", "%d. %m. %Y.", "%d. %m. %y."},
	"sr":    {"%d.%m.%Y.", "%d.%m.%y.", "%d. %m. %Y.", "%d. %m. %y."},
	"mk":    {"%d.%m.%Y", "%d.%m.%y", "%d. %m. %Y", "%d. %m. %y"},
	"uk":    {"%d.%m.%Y"},
	"nn":    {"%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"},
	"lv":    {"%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"},
	"lt":    {"%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"},
	"hu":    {"%Y.%m.%d."},
	"ro":    {"%d.%m.%Y"},
	"el":    {"%d/%m/%Y", "%d/%m/%y"},
	"ca":    {"%d/%m/%Y", "%d/%m/%y"},
	"id":    {"%d-%m-%Y", "%d/%m/%Y", "%d-%m-%y", "%d/%m/%y"},
	"th":    {"%d/%m/%Y"},
	"zh":    {"%Y/%m/%d"},
}

const (
	isoDate  = "%Y-%m-%d"
	clockSec = "%H:%M:%S"
)

// inputs are the formats of a name, those of ISO 8601 after the language's own.
func inputs(name string, dates []string, code string) []string {
	clocks := []string{clockSec, "%H:%M:%S.%f", "%H:%M"}
	switch name {
	case "TIME_INPUT_FORMATS":
		return clocks
	case "DATETIME_INPUT_FORMATS":
		if code == "en" {
			dates = dates[:3]
		}
		var all []string
		for _, d := range dates {
			for _, c := range clocks {
				all = append(all, d+" "+c)
			}
		}
		if dates[0] != isoDate {
			for _, c := range clocks {
				all = append(all, isoDate+" "+c)
			}
		}
		return append(all, isoDate)
	}
	return append(dates[:len(dates):len(dates)], isoDate)
}

// DecimalSeparator is what stands between whole number and fraction in a
// language, without its tables: a comma, or a point where nothing else is known.
func DecimalSeparator(language string) string {
	code, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(language, "_", "-")), "-")
	switch code {
	case "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu", "id", "is", "it", "lt", "lv", "mk",
		"nb", "nl", "nn", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi":
		return ","
	}
	return "."
}
