package i18n

import "strings"

// Locale is how a language writes dates and numbers.
type Locale struct {
	// Decimal stands between whole number and fraction, Thousands between
	// groups of three digits; Thousands is "" where numbers are not grouped.
	Decimal, Thousands string
	// Formats are those that templates name in capitals (DATE_FORMAT), in the
	// letters of the date filter. One that is not there is English's.
	Formats map[string]string
	// Months begin with January; Abbr are the letters M and b, AP is N, and Alt
	// E, the form beside a day. Weekdays begin with Sunday.
	Months, MonthsAbbr, MonthsAP, MonthsAlt [12]string
	Weekdays, WeekdaysAbbr                  [7]string
	// AM and PM are the letter a, in small letters; UpperAM and UpperPM A.
	AM, PM, UpperAM, UpperPM string
	// Midnight and Noon are what the letter P says.
	Midnight, Noon string
	// Words are the built-in filters' own words, by the English ones.
	Words *Catalog
}

// LocaleOf is the Locale of a language code, or of the part before a hyphen;
// nil is English, and any language that is not known here.
func LocaleOf(code string) *Locale {
	code = strings.ToLower(strings.ReplaceAll(code, "_", "-"))
	for {
		switch code {
		case "de":
			return german()
		case "fr":
			return french()
		case "es":
			return spanish()
		case "it":
			return italian()
		case "pt":
			return portuguese()
		case "nl":
			return dutch()
		case "hi":
			return &Locale{Decimal: "."}
		}
		if row := localeRows[code]; row != nil {
			return row.locale()
		}
		cut := strings.LastIndexByte(code, '-')
		if cut < 0 {
			return nil
		}
		code = code[:cut]
	}
}

// split12 and split7 read names that are separated by spaces.
func split12(names string) (out [12]string) { copy(out[:], strings.Fields(names)); return out }
func split7(names string) (out [7]string)   { copy(out[:], strings.Fields(names)); return out }

// words makes the catalog of a language's words: English, then one or two forms.
func words(rows ...[]string) *Catalog {
	c := &Catalog{Messages: make(map[string][]string, len(rows))}
	for _, r := range rows {
		c.Messages[r[0]] = r[1:]
	}
	return c
}

// with adds words.
func (c *Catalog) with(rows [][]string) *Catalog {
	for _, r := range rows {
		c.Messages[r[0]] = r[1:]
	}
	return c
}
