package i18n

import "strings"

// Info names a language (Django's get_language_info).
type Info struct {
	// Code is the language's code in small letters: "pt-br".
	Code string
	// Name is its English name, NameLocal the name it gives itself.
	Name, NameLocal string
	// Bidi says that it is written from right to left.
	Bidi bool
}

// Lookup finds a language by its code, or by the part before the last hyphen;
// ok is false for one that is not known.
func Lookup(code string) (info Info, ok bool) {
	code = strings.ToLower(strings.ReplaceAll(code, "_", "-"))
	for {
		for _, i := range infos {
			if i.Code == code {
				return i, true
			}
		}
		cut := strings.LastIndexByte(code, '-')
		if cut < 0 {
			return Info{}, false
		}
		code = code[:cut]
	}
}

// infos are the languages that Django knows, by code.
var infos = []Info{
	{"af", "Afrikaans", "Afrikaans", false},
	{"ar", "Arabic", "العربيّة", true},
	{"ar-dz", "Algerian Arabic", "العربية الجزائرية", true},
	{"ast", "Asturian", "asturianu", false},
	{"az", "Azerbaijani", "Azərbaycanca", true},
	{"be", "Belarusian", "беларуская", false},
	{"bg", "Bulgarian", "български", false},
	{"bn", "Bengali", "বাংলা", false},
	{"br", "Breton", "brezhoneg", false},
	{"bs", "Bosnian", "bosanski", false},
	{"ca", "Catalan", "català", false},
	{"ckb", "Central Kurdish (Sorani)", "کوردی", true},
	{"cs", "Czech", "česky", false},
	{"cy", "Welsh", "Cymraeg", false},
	{"da", "Danish", "dansk", false},
	{"de", "German", "Deutsch", false},
	{"dsb", "Lower Sorbian", "dolnoserbski", false},
	{"el", "Greek", "Ελληνικά", false},
	{"en", "English", "English", false},
	{"en-au", "Australian English", "Australian English", false},
	{"en-gb", "British English", "British English", false},
	{"eo", "Esperanto", "Esperanto", false},
	{"es", "Spanish", "español", false},
	{"es-ar", "Argentinian Spanish", "español de Argentina", false},
	{"es-co", "Colombian Spanish", "español de Colombia", false},
	{"es-mx", "Mexican Spanish", "español de Mexico", false},
	{"es-ni", "Nicaraguan Spanish", "español de Nicaragua", false},
	{"es-ve", "Venezuelan Spanish", "español de Venezuela", false},
	{"et", "Estonian", "eesti", false},
	{"eu", "Basque", "Basque", false},
	{"fa", "Persian", "فارسی", true},
	{"fi", "Finnish", "suomi", false},
	{"fr", "French", "français", false},
	{"fy", "Frisian", "frysk", false},
	{"ga", "Irish", "Gaeilge", false},
	{"gd", "Scottish Gaelic", "Gàidhlig", false},
	{"gl", "Galician", "galego", false},
	{"he", "Hebrew", "עברית", true},
	{"hi", "Hindi", "हिंदी", false},
	{"hr", "Croatian", "Hrvatski", false},
	{"hsb", "Upper Sorbian", "hornjoserbsce", false},
	{"ht", "Haitian Creole", "Kreyòl Ayisyen", false},
	{"hu", "Hungarian", "Magyar", false},
	{"hy", "Armenian", "հայերեն", false},
	{"ia", "Interlingua", "Interlingua", false},
	{"id", "Indonesian", "Bahasa Indonesia", false},
	{"ig", "Igbo", "Asụsụ Ìgbò", false},
	{"io", "Ido", "ido", false},
	{"is", "Icelandic", "Íslenska", false},
	{"it", "Italian", "italiano", false},
	{"ja", "Japanese", "日本語", false},
	{"ka", "Georgian", "ქართული", false},
	{"kab", "Kabyle", "taqbaylit", false},
	{"kk", "Kazakh", "Қазақ", false},
	{"km", "Khmer", "Khmer", false},
	{"kn", "Kannada", "Kannada", false},
	{"ko", "Korean", "한국어", false},
	{"ky", "Kyrgyz", "Кыргызча", false},
	{"lb", "Luxembourgish", "Lëtzebuergesch", false},
	{"lt", "Lithuanian", "Lietuviškai", false},
	{"lv", "Latvian", "latviešu", false},
	{"mk", "Macedonian", "Македонски", false},
	{"ml", "Malayalam", "മലയാളം", false},
	{"mn", "Mongolian", "Mongolian", false},
	{"mr", "Marathi", "मराठी", false},
	{"ms", "Malay", "Bahasa Melayu", false},
	{"my", "Burmese", "မြန်မာဘာသာ", false},
	{"nb", "Norwegian Bokmål", "norsk (bokmål)", false},
	{"ne", "Nepali", "नेपाली", false},
	{"nl", "Dutch", "Nederlands", false},
	{"nn", "Norwegian Nynorsk", "norsk (nynorsk)", false},
	{"no", "Norwegian", "norsk", false},
	{"os", "Ossetic", "Ирон", false},
	{"pa", "Punjabi", "Punjabi", false},
	{"pl", "Polish", "polski", false},
	{"pt", "Portuguese", "Português", false},
	{"pt-br", "Brazilian Portuguese", "Português Brasileiro", false},
	{"ro", "Romanian", "Română", false},
	{"ru", "Russian", "Русский", false},
	{"sk", "Slovak", "slovensky", false},
	{"sl", "Slovenian", "Slovenščina", false},
	{"sq", "Albanian", "shqip", false},
	{"sr", "Serbian", "српски", false},
	{"sr-latn", "Serbian Latin", "srpski (latinica)", false},
	{"sv", "Swedish", "svenska", false},
	{"sw", "Swahili", "Kiswahili", false},
	{"ta", "Tamil", "தமிழ்", false},
	{"te", "Telugu", "తెలుగు", false},
	{"tg", "Tajik", "тоҷикӣ", false},
	{"th", "Thai", "ภาษาไทย", false},
	{"tk", "Turkmen", "Türkmençe", false},
	{"tr", "Turkish", "Türkçe", false},
	{"tt", "Tatar", "Татарча", false},
	{"udm", "Udmurt", "Удмурт", false},
	{"ug", "Uyghur", "ئۇيغۇرچە", true},
	{"uk", "Ukrainian", "Українська", false},
	{"ur", "Urdu", "اردو", true},
	{"uz", "Uzbek", "oʻzbek tili", false},
	{"vi", "Vietnamese", "Tiếng Việt", false},
	{"zh-cn", "Simplified Chinese", "简体中文", false},
	{"zh-hans", "Simplified Chinese", "简体中文", false},
	{"zh-hant", "Traditional Chinese", "繁體中文", false},
	{"zh-hk", "Traditional Chinese", "繁體中文", false},
	{"zh-sg", "Simplified Chinese", "简体中文", false},
	{"zh-tw", "Traditional Chinese", "繁體中文", false},
}
