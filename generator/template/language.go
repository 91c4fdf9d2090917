package template

import (
	"slices"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
)

// Language is a language of the site with its translations.
type Language struct {
	// Code is the language's code: "de".
	Code string
	// PluralForms is the expression of the .po file's field, "n != 1"; empty where it says none.
	PluralForms string
	// Messages are the translations, by i18n.Key of the text, one form each or
	// several of a plural.
	Messages map[string][]string
}

// i18nPath is the package of languages.
const i18nPath = "stackgen.dev/runtime/i18n"

// localized reports whether pages may be in another language than English.
func (o *Options) localized() bool {
	if len(o.Languages) > 1 {
		return true
	}
	code := o.Language
	if len(o.Languages) == 1 {
		// What English says in other words is a translation like any other.
		return o.Languages[0].Code != "en" || len(o.Languages[0].Messages) > 0
	}
	return code != "" && code != "en" && !strings.HasPrefix(code, "en-")
}

// languages is the code that gives the environment the site's languages.
func (s *site) languages() []jen.Code {
	code := s.opts.Language
	if code == "" {
		code = "en"
	}
	args := []jen.Code{jen.Lit(code)}
	for _, l := range s.opts.Languages {
		catalog := jen.Nil()
		if code := s.catalogOf(l.Code); code != "" {
			catalog = jen.Id(catalogName(code))
		}
		args = append(args, jen.Line().Qual(i18nPath, "NewLanguage").Call(jen.Lit(l.Code), catalog))
	}
	if len(s.opts.Languages) > 0 {
		args = append(args, jen.Line())
	}
	return args
}

// catalogOf is the code of the translations that a language begins with: its own, or
// the nearest more general ones, "de" for "de-at"; "" where there are none.
func (s *site) catalogOf(code string) string {
	for code != "" {
		for _, l := range s.opts.catalogs() {
			if l.Code == code && len(l.Messages) > 0 {
				return code
			}
		}
		code = moreGeneral(code)
	}
	return ""
}

// moreGeneral is a code without its last part, "" for one without parts.
func moreGeneral(code string) string {
	return code[:max(0, strings.LastIndexByte(code, '-'))]
}

// catalogs are all translations.
func (o *Options) catalogs() []Language { return append(slices.Clip(o.Languages), o.General...) }

func catalogName(code string) string {
	return "catalog" + camel(strings.ReplaceAll(code, "_", "-")+".x")
}

// catalogs are the files with the translations, one a language.
func (s *site) catalogs() []*emit.File {
	var files []*emit.File
	for _, l := range s.opts.catalogs() {
		if len(l.Messages) == 0 {
			continue
		}
		f := s.file("messages_" + strings.ToLower(strings.ReplaceAll(l.Code, "-", "_")))
		var keys []string
		for k := range l.Messages {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		var rows []jen.Code
		for _, k := range keys {
			var forms []jen.Code
			for _, form := range l.Messages[k] {
				forms = append(forms, jen.Lit(form))
			}
			rows = append(rows, jen.Lit(k).Op(":").Values(forms...))
		}
		var fields []jen.Code
		if l.PluralForms != "" {
			fields = append(fields, emit.Field("Plural", jen.Qual(i18nPath, "MustPlural").Call(jen.Lit(l.PluralForms))))
		}
		fields = append(fields, emit.Field("Messages", jen.Map(jen.String()).Index().String().Add(emit.Rows(rows...))))
		if behind := s.catalogOf(moreGeneral(l.Code)); behind != "" {
			fields = append(fields, emit.Field("Fallback", jen.Id(catalogName(behind))))
		}
		f.Doc(catalogName(l.Code) + " is the translation into the language " + l.Code + ".")
		f.Var().Id(catalogName(l.Code)).Op("=").Op("&").Qual(i18nPath, "Catalog").Add(emit.Rows(fields...))
		files = append(files, f)
	}
	return files
}

// begin starts a page: in the request's language and time zone where there is a request.
func (c *compiler) begin() *jen.Statement {
	if r, ok := c.request(); ok {
		return jen.Id("env").Dot("BeginFor").Call(r.code)
	}
	return jen.Id("env").Dot("Begin").Call()
}

// localForms are the functions that a page's State has too, for languages other than English.
var localForms = map[string]bool{
	"AppendDayFormat": true, "AppendClockFormat": true, "AppendFloatFormat": true, "AppendFilesize": true,
}
