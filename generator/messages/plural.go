package messages

import "strings"

// pluralRules are the Plural-Forms of languages that do not count as English
// does, for whole numbers, each with the languages that share it.
var pluralRules = map[string][]string{
	"nplurals=1; plural=0;":                                                                                {"id", "ja", "km", "ko", "ky", "lo", "ms", "my", "th", "tt", "uz", "vi", "zh"},
	"nplurals=2; plural=n > 1;":                                                                            {"am", "fa", "fil", "fr", "hy", "kab", "kn", "ln", "mg", "oc", "pt-br", "ti", "tr", "wa"},
	"nplurals=2; plural=n%10 != 1 || n%100 == 11;":                                                         {"is"},
	"nplurals=2; plural=n%10==1 && n%100!=11 ? 0 : 1;":                                                     {"mk"},
	"nplurals=3; plural=n==1 ? 0 : n>=2 && n<=4 ? 1 : 2;":                                                  {"cs", "sk"},
	"nplurals=3; plural=n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;":                 {"pl"},
	"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;": {"be", "bs", "hr", "ru", "sr", "uk"},
	"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2;":            {"lt"},
	"nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2;":                                        {"lv"},
	"nplurals=3; plural=n==1 ? 0 : n==0 || (n%100>0 && n%100<20) ? 1 : 2;":                                 {"ro"},
	"nplurals=3; plural=n==1 ? 0 : n==2 ? 1 : 2;":                                                          {"he", "iu", "se"},
	"nplurals=4; plural=n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3;":                       {"dsb", "hsb", "sl"},
	"nplurals=4; plural=n==1 ? 0 : n==0 || (n%100>1 && n%100<11) ? 1 : n%100>10 && n%100<20 ? 2 : 3;":      {"mt"},
	"nplurals=4; plural=n==1 || n==11 ? 0 : n==2 || n==12 ? 1 : n>2 && n<20 ? 2 : 3;":                      {"gd"},
	"nplurals=4; plural=n==1 ? 0 : n==2 ? 1 : n!=8 && n!=11 ? 2 : 3;":                                      {"cy"},
	"nplurals=5; plural=n==1 ? 0 : n==2 ? 1 : n<7 ? 2 : n<11 ? 3 : 4;":                                     {"ga"},
	"nplurals=5; plural=n%10==1 && n%100!=11 && n%100!=71 && n%100!=91 ? 0 : n%10==2 && n%100!=12 && n%100!=72 && n%100!=92 ? 1 : " +
		"(n%10==3 || n%10==4 || n%10==9) && (n%100<10 || n%100>19) && (n%100<70 || n%100>79) && (n%100<90 || n%100>99) ? 2 : n!=0 && n%1000000==0 ? 3 : 4;": {"br"},
	"nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;": {"ar"},
}

// pluralForms is what a new file says of a language's plurals: the rule of its
// code, or of the part before a hyphen; English's for one that is not known.
func pluralForms(language string) string {
	for code := strings.ToLower(language); code != ""; code = code[:max(0, strings.LastIndexByte(code, '-'))] {
		for rule, languages := range pluralRules {
			if contains(languages, code) {
				return rule
			}
		}
	}
	return "nplurals=2; plural=(n != 1);"
}
