package i18n

// french is the language of France.
func french() *Locale {
	months := split12("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
	l := &Locale{
		Decimal: ",", Thousands: "\u00a0",
		Formats: map[string]string{
			"DATE_FORMAT": "j F Y", "TIME_FORMAT": "H:i", "DATETIME_FORMAT": "j F Y H:i", "YEAR_MONTH_FORMAT": "F Y",
			"MONTH_DAY_FORMAT": "j F", "SHORT_DATE_FORMAT": "d/m/Y", "SHORT_DATETIME_FORMAT": "d/m/Y H:i",
		},
		Months: months, MonthsAlt: split12("Janvier Février Mars Avril Mai Juin Juillet Août Septembre Octobre Novembre Décembre"),
		MonthsAbbr:   split12("jan fév mar avr mai jui jul aoû sep oct nov déc"),
		MonthsAP:     split12("jan. fév. mars avr. mai juin juil. août sept. oct. nov. déc."),
		Weekdays:     split7("dimanche lundi mardi mercredi jeudi vendredi samedi"),
		WeekdaysAbbr: split7("dim lun mar mer jeu ven sam"),
		AM:           "a.m.", PM: "p.m.", UpperAM: "AM", UpperPM: "PM", Midnight: "minuit", Noon: "midi",
		Words: words(
			[]string{"yes,no,maybe", "oui,non,peut-être"}, []string{"Unknown", "Inconnu"}, []string{"Yes", "Oui"}, []string{"No", "Non"},
			[]string{"%d year", "%d\u00a0année", "%d\u00a0années"},
			[]string{"%d month", "%d\u00a0mois", "%d\u00a0mois"},
			[]string{"%d week", "%d\u00a0semaine", "%d\u00a0semaines"},
			[]string{"%d day", "%d\u00a0jour", "%d\u00a0jours"},
			[]string{"%d hour", "%d\u00a0heure", "%d\u00a0heures"},
			[]string{"%d minute", "%d\u00a0minute", "%d\u00a0minutes"},
			[]string{"%d byte", "%d\u00a0octet", "%d\u00a0octets"},
			[]string{"%s KB", "%s\u00a0Kio"}, []string{"%s MB", "%s\u00a0Mio"}, []string{"%s GB", "%s\u00a0Gio"}, []string{"%s TB", "%s\u00a0Tio"}, []string{"%s PB", "%s\u00a0Pio"},
			[]string{"{}th", "{}<sup>e</sup>"}, []string{"{}st", "{}<sup>e</sup>"}, []string{"{}nd", "{}<sup>e</sup>"}, []string{"{}rd", "{}<sup>e</sup>"},
			[]string{"1\x04{}st", "{}<sup>er</sup>"},
			[]string{"one", "un"}, []string{"two", "deux"}, []string{"three", "trois"}, []string{"four", "quatre"}, []string{"five", "cinq"},
			[]string{"six", "six"}, []string{"seven", "sept"}, []string{"eight", "huit"}, []string{"nine", "neuf"},
			[]string{"today", "aujourd’hui"}, []string{"tomorrow", "demain"}, []string{"yesterday", "hier"}, []string{"now", "maintenant"},
			[]string{"%s ago", "il y a %s"}, []string{"%s from now", "dans %s"},
			[]string{"a second ago", "il y a une seconde", "il y a %d secondes"},
			[]string{"a minute ago", "il y a une minute", "il y a %d minutes"},
			[]string{"an hour ago", "il y a une heure", "il y a %d heures"},
			[]string{"a second from now", "dans une seconde", "dans %d secondes"},
			[]string{"a minute from now", "dans une minute", "dans %d minutes"},
			[]string{"an hour from now", "dans une heure", "dans %d heures"},
			[]string{"%s million", "%s million", "%s millions"},
			[]string{"%s billion", "%s milliard", "%s milliards"},
			[]string{"%s trillion", "%s billion", "%s billions"},
			[]string{"English", "Anglais"}, []string{"German", "Allemand"}, []string{"French", "Français"}, []string{"Arabic", "Arabe"},
			[]string{"Spanish", "Espagnol"}, []string{"Italian", "Italien"}, []string{"Portuguese", "Portugais"}, []string{"Dutch", "Néerlandais"},
		).with(frenchForms()),
	}
	l.Words.Plural = Plural{func(n int64) int64 {
		if n > 1 {
			return 1
		}
		return 0
	}}
	return l
}
