package i18n

// spanish is the language of Spain.
func spanish() *Locale {
	months := split12("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
	return &Locale{
		Decimal: ",", Thousands: "\u00a0",
		Formats: map[string]string{
			"DATE_FORMAT": `j \d\e F \d\e Y`, "TIME_FORMAT": "G:i", "DATETIME_FORMAT": `j \d\e F \d\e Y \a \l\a\s G:i`, "YEAR_MONTH_FORMAT": `F \d\e Y`,
			"MONTH_DAY_FORMAT": `j \d\e F`, "SHORT_DATE_FORMAT": "d/m/Y", "SHORT_DATETIME_FORMAT": "d/m/Y H:i",
		},
		Months: months, MonthsAlt: months,
		MonthsAbbr:   split12("ene feb mar abr may jun jul ago sep oct nov dic"),
		MonthsAP:     split12("ene. feb. marzo abril mayo junio julio ago. sept. oct. nov. dic."),
		Weekdays:     split7("domingo lunes martes miércoles jueves viernes sábado"),
		WeekdaysAbbr: split7("dom lun mar mié jue vie sáb"),
		AM:           "a.m.", PM: "p.m.", UpperAM: "AM", UpperPM: "PM", Midnight: "medianoche", Noon: "mediodía",
		Words: words(
			[]string{"yes,no,maybe", "sí,no,quizás"}, []string{"Unknown", "Desconocido"}, []string{"Yes", "Sí"}, []string{"No", "No"},
			[]string{"%d year", "%d\u00a0año", "%d\u00a0años"}, []string{"%d month", "%d\u00a0mes", "%d\u00a0meses"},
			[]string{"%d week", "%d\u00a0semana", "%d\u00a0semanas"}, []string{"%d day", "%d\u00a0día", "%d\u00a0días"},
			[]string{"%d hour", "%d\u00a0hora", "%d\u00a0horas"}, []string{"%d minute", "%d\u00a0minuto", "%d\u00a0minutos"},
			[]string{"today", "hoy"}, []string{"tomorrow", "mañana"}, []string{"yesterday", "ayer"}, []string{"now", "ahora"},
		),
	}
}

// italian is the language of Italy.
func italian() *Locale {
	months := split12("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")
	return &Locale{
		Decimal: ",", Thousands: ".",
		Formats: map[string]string{
			"DATE_FORMAT": "d F Y", "TIME_FORMAT": "H:i", "DATETIME_FORMAT": "l d F Y H:i", "YEAR_MONTH_FORMAT": "F Y",
			"MONTH_DAY_FORMAT": "j F", "SHORT_DATE_FORMAT": "d/m/Y", "SHORT_DATETIME_FORMAT": "d/m/Y H:i",
		},
		Months: months, MonthsAlt: months,
		MonthsAbbr:   split12("gen feb mar apr mag giu lug ago set ott nov dic"),
		MonthsAP:     split12("Gen. Feb. Marzo Aprile Maggio Giugno Luglio Ago. Set. Ott. Nov. Dic."),
		Weekdays:     split7("domenica lunedì martedì mercoledì giovedì venerdì sabato"),
		WeekdaysAbbr: split7("dom lun mar mer gio ven sab"),
		AM:           "a.m.", PM: "p.m.", UpperAM: "AM", UpperPM: "PM", Midnight: "mezzanotte", Noon: "mezzogiorno",
		Words: words(
			[]string{"yes,no,maybe", "sì,no,forse"}, []string{"Unknown", "Sconosciuto"}, []string{"Yes", "Sì"}, []string{"No", "No"},
			[]string{"%d year", "%d\u00a0anno", "%d\u00a0anni"}, []string{"%d month", "%d\u00a0mese", "%d\u00a0mesi"},
			[]string{"%d week", "%d\u00a0settimana", "%d\u00a0settimane"}, []string{"%d day", "%d\u00a0giorno", "%d\u00a0giorni"},
			[]string{"%d hour", "%d\u00a0ora", "%d\u00a0ore"}, []string{"%d minute", "%d\u00a0minuto", "%d\u00a0minuti"},
			[]string{"today", "oggi"}, []string{"tomorrow", "domani"}, []string{"yesterday", "ieri"}, []string{"now", "adesso"},
		),
	}
}

// portuguese is the language of Portugal and Brazil.
func portuguese() *Locale {
	months := split12("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro")
	return &Locale{
		Decimal: ",", Thousands: ".",
		Formats: map[string]string{
			"DATE_FORMAT": `j \d\e F \d\e Y`, "TIME_FORMAT": "H:i", "DATETIME_FORMAT": `j \d\e F \d\e Y à\s H:i`, "YEAR_MONTH_FORMAT": `F \d\e Y`,
			"MONTH_DAY_FORMAT": `j \d\e F`, "SHORT_DATE_FORMAT": "d/m/Y", "SHORT_DATETIME_FORMAT": "d/m/Y H:i",
		},
		Months: months, MonthsAlt: months,
		MonthsAbbr:   split12("jan fev mar abr mai jun jul ago set out nov dez"),
		MonthsAP:     split12("jan. fev. março abril maio junho julho ago. set. out. nov. dez."),
		Weekdays:     [7]string{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"},
		WeekdaysAbbr: split7("dom seg ter qua qui sex sáb"),
		AM:           "a.m.", PM: "p.m.", UpperAM: "AM", UpperPM: "PM", Midnight: "meia-noite", Noon: "meio-dia",
		Words: words(
			[]string{"yes,no,maybe", "sim,não,talvez"}, []string{"Unknown", "Desconhecido"}, []string{"Yes", "Sim"}, []string{"No", "Não"},
			[]string{"%d year", "%d\u00a0ano", "%d\u00a0anos"}, []string{"%d month", "%d\u00a0mês", "%d\u00a0meses"},
			[]string{"%d week", "%d\u00a0semana", "%d\u00a0semanas"}, []string{"%d day", "%d\u00a0dia", "%d\u00a0dias"},
			[]string{"%d hour", "%d\u00a0hora", "%d\u00a0horas"}, []string{"%d minute", "%d\u00a0minuto", "%d\u00a0minutos"},
			[]string{"today", "hoje"}, []string{"tomorrow", "amanhã"}, []string{"yesterday", "ontem"}, []string{"now", "agora"},
		),
	}
}

// dutch is the language of the Netherlands.
func dutch() *Locale {
	months := split12("januari februari maart april mei juni juli augustus september oktober november december")
	return &Locale{
		Decimal: ",", Thousands: ".",
		Formats: map[string]string{
			"DATE_FORMAT": "j F Y", "TIME_FORMAT": "H:i", "DATETIME_FORMAT": "j F Y H:i", "YEAR_MONTH_FORMAT": "F Y",
			"MONTH_DAY_FORMAT": "j F", "SHORT_DATE_FORMAT": "j-n-Y", "SHORT_DATETIME_FORMAT": "j-n-Y H:i",
		},
		Months: months, MonthsAlt: months,
		MonthsAbbr:   split12("jan feb mrt apr mei jun jul aug sep okt nov dec"),
		MonthsAP:     split12("jan feb mrt apr mei jun jul aug sep okt nov dec"),
		Weekdays:     split7("zondag maandag dinsdag woensdag donderdag vrijdag zaterdag"),
		WeekdaysAbbr: split7("zo ma di wo do vr za"),
		AM:           "a.m.", PM: "p.m.", UpperAM: "AM", UpperPM: "PM", Midnight: "middernacht", Noon: "middag",
		Words: words(
			[]string{"yes,no,maybe", "ja,nee,misschien"}, []string{"Unknown", "Onbekend"}, []string{"Yes", "Ja"}, []string{"No", "Nee"},
			[]string{"%d year", "%d\u00a0jaar", "%d\u00a0jaar"}, []string{"%d month", "%d\u00a0maand", "%d\u00a0maanden"},
			[]string{"%d week", "%d\u00a0week", "%d\u00a0weken"}, []string{"%d day", "%d\u00a0dag", "%d\u00a0dagen"},
			[]string{"%d hour", "%d\u00a0uur", "%d\u00a0uur"}, []string{"%d minute", "%d\u00a0minuut", "%d\u00a0minuten"},
			[]string{"today", "vandaag"}, []string{"tomorrow", "morgen"}, []string{"yesterday", "gisteren"}, []string{"now", "nu"},
		),
	}
}
