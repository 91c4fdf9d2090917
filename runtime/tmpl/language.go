package tmpl

import (
	"math/big"
	"strings"

	"stackgen.dev/runtime/i18n"
)

// language is a language of the site by its code, or of the part before a
// hyphen; nil where the site has none of them.
func (e *Env) language(code string) *i18n.Language {
	for c := code; c != ""; {
		for _, l := range e.Languages {
			if strings.EqualFold(l.Code, c) {
				return l
			}
		}
		cut := strings.LastIndexByte(c, '-')
		if cut < 0 {
			break
		}
		c = c[:cut]
	}
	return nil
}

// Text is a message in a language of the site, that of pages where it has none of
// that code. The key is as .po files have it, percent signs doubled.
func (e *Env) Text(code, context, key string) string {
	l := e.language(code)
	if l == nil {
		l = e.Language
	}
	if context == "" {
		return l.Sentence(key)
	}
	return l.Text(context, key)
}

// Plural is Text for a message with a plural: its form for n.
func (e *Env) Plural(code, context, singular, plural string, n int64) string {
	l := e.language(code)
	if l == nil {
		l = e.Language
	}
	return l.Plural(context, singular, plural, n)
}

// SetLanguage makes another language that of the page, and returns the one
// before (the tag language). A language that the site has not translates
// nothing, but writes dates and numbers.
func (s *State) SetLanguage(code any) (before *i18n.Language) {
	before = s.lang
	if code = simplify(code); code == nil {
		s.lang = nil
		return before
	}
	name := text(code)
	if s.lang = s.env.language(name); s.lang == nil {
		s.lang = i18n.NewLanguage(name, nil)
	}
	return before
}

// RestoreLanguage sets the language back at the end of the tag.
func (s *State) RestoreLanguage(before *i18n.Language) { s.lang = before }

// LanguageCode is the code of the page's language (get_current_language).
func (s *State) LanguageCode() string {
	if s.lang == nil {
		return "en"
	}
	return s.lang.Code
}

// LanguageBidi reports whether the page's language is written from right to
// left (get_current_language_bidi).
func (s *State) LanguageBidi() bool {
	info, _ := i18n.Lookup(s.LanguageCode())
	return info.Bidi
}

// AvailableLanguages are the site's languages, code and name in the page's
// language (get_available_languages).
func (s *State) AvailableLanguages() []any {
	var list []any
	for _, l := range s.env.Languages {
		name := l.Code
		if info, ok := i18n.Lookup(l.Code); ok {
			name = s.lang.Text("", info.Name)
		}
		list = append(list, []any{l.Code, name})
	}
	return list
}

// Translate is a text in the page's language. Percent signs of the text are
// doubled, as in .po files.
func (s *State) Translate(context, message string) string {
	if s.lang == nil || message == "" {
		return message
	}
	return s.lang.Text(context, message)
}

// Gettext is the text of _( ), or of the tag translate, for a value of any
// type. Text stays safe where it was.
func (s *State) Gettext(context, v any) any {
	v = simplify(v)
	if v == nil || v == (absent{}) {
		return v
	}
	c := ""
	if True(context) {
		c = text(context)
	}
	t := s.Translate(c, strings.ReplaceAll(text(v), "%", "%%"))
	if _, safe := v.(Safe); safe {
		return Safe(t)
	}
	return t
}

// Percent turns the doubled percent signs of what b holds from mark on into single ones.
func Percent(b []byte, mark int) []byte {
	t := string(b[mark:])
	if !strings.Contains(t, "%%") {
		return b
	}
	return append(b[:mark], strings.ReplaceAll(t, "%%", "%")...)
}

// Message is the translation of a blocktranslate, to be filled in by Fill.
func (s *State) Message(context, message string) string { return s.Translate(context, message) }

// MessagePlural is the translation's form for a count. What is no number is an error.
func (s *State) MessagePlural(context, singular, plural string, count any) string {
	n, ok := wholeNumber(count)
	if !ok {
		s.failf("the counter of blocktranslate has to be a number")
		return singular
	}
	return s.lang.Plural(context, singular, plural, n)
}

// wholeNumber is a number as what plural forms depend on.
func wholeNumber(v any) (int64, bool) {
	switch v := simplify(v).(type) {
	case int64:
		return v, true
	case *big.Int:
		return new(big.Int).Mod(v, big.NewInt(1000000)).Int64() + 1000000, true
	case float64:
		if v == float64(int64(v)) {
			return int64(v), true
		}
		return 2, true
	case Decimal:
		r, ok := rational(v)
		if !ok {
			return 0, false
		}
		if r.IsInt() && r.Num().IsInt64() {
			return r.Num().Int64(), true
		}
		return 2, true
	}
	return 0, false
}

// Fill appends a message with its placeholders, %(name)s, replaced. One that
// the message should not have stays as it is.
func Fill(b []byte, message string, names []string, values []Safe) []byte {
	for {
		i := strings.IndexByte(message, '%')
		if i < 0 || i+1 >= len(message) {
			return append(b, message...)
		}
		b = append(b, message[:i]...)
		rest := message[i+1:]
		if rest[0] == '%' {
			b = append(b, '%')
			message = rest[1:]
			continue
		}
		end := strings.Index(rest, ")s")
		at := -1
		if rest[0] == '(' && end > 0 {
			for j, n := range names {
				if n == rest[1:end] {
					at = j
				}
			}
		}
		if at < 0 {
			b = append(b, '%')
			message = rest
			continue
		}
		b = append(b, values[at]...)
		message = rest[end+2:]
	}
}

// LanguageInfo is what get_language_info says.
type LanguageInfo struct {
	// Code is the language's code; Name its English name, NameLocal its own, and
	// NameTranslated that in the page's language.
	Code, Name, NameLocal, NameTranslated string
	// Bidi says that it is written from right to left.
	Bidi bool
}

// LanguageInfo looks a language up. One that is not known is an error.
func (s *State) LanguageInfo(code any) LanguageInfo {
	c, ok := textOf(simplify(code))
	info, found := i18n.Lookup(c)
	if !ok || !found {
		s.failf("unknown language code %s", repr(code))
		return LanguageInfo{}
	}
	return LanguageInfo{info.Code, info.Name, info.NameLocal, s.lang.Text("", info.Name), info.Bidi}
}

// LanguageInfos is LanguageInfo of a list of codes, or of pairs that begin with one.
func (s *State) LanguageInfos(codes any) []LanguageInfo {
	var list []LanguageInfo
	for _, c := range s.Items(codes) {
		if pair, ok := simplify(c).([]any); ok && len(pair) > 0 {
			c = pair[0]
		}
		list = append(list, s.LanguageInfo(c))
	}
	return list
}

// FilterLanguageName is the filter language_name.
func FilterLanguageName(s *State, v any, args ...any) any { return s.LanguageInfo(v).Name }

// FilterLanguageNameLocal is the filter language_name_local.
func FilterLanguageNameLocal(s *State, v any, args ...any) any { return s.LanguageInfo(v).NameLocal }

// FilterLanguageNameTranslated is the filter language_name_translated.
func FilterLanguageNameTranslated(s *State, v any, args ...any) any {
	return s.LanguageInfo(v).NameTranslated
}

// FilterLanguageBidi is the filter language_bidi.
func FilterLanguageBidi(s *State, v any, args ...any) any { return s.LanguageInfo(v).Bidi }
