package language

import (
	"regexp"
	"slices"
	"strings"
)

// Cookie is the cookie that keeps which language a visitor chose (LANGUAGE_COOKIE_NAME).
const Cookie = "django_language"

// Set are the languages of a site. It is safe for concurrent use.
type Set struct {
	codes    []string
	fallback string
}

// New makes a set of language codes in lower case (LANGUAGES), with the one that is used
// where nothing else fits (LANGUAGE_CODE).
func New(codes []string, fallback string) *Set {
	return &Set{slices.Clone(codes), strings.ToLower(fallback)}
}

// Codes are the languages, as they were given.
func (s *Set) Codes() []string { return slices.Clone(s.codes) }

// maxCode is how long a language code can be, in bytes.
const maxCode = 500

var (
	codeForm   = regexp.MustCompile(`(?i)\A[a-z]{2,8}(?:-[a-z0-9]{1,8})*(?:@[a-z0-9]{1,20})?\z`)
	prefixForm = regexp.MustCompile(`\A/([\pL\pN_]+(?:[@-][\pL\pN_]+){0,2})(?:/|\z)`)
)

// related are codes that stand for others.
var related = map[string]string{
	"zh-cn": "zh-hans", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "zh-my": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant",
}

// Supported is the site's language that is nearest to a code: itself, what it
// stands for, a more general one, or another variant (get_supported_language_variant).
// It is spelled as the code is. ok is false where none is near.
func (s *Set) Supported(code string) (supported string, ok bool) {
	if code == "" || len(code) > maxCode {
		return "", false
	}
	possible := []string{code}
	if other, ok := related[code]; ok {
		possible = append(possible, other)
	}
	general := code
	for {
		at := strings.LastIndexByte(general, '-')
		if at < 0 {
			break
		}
		general = general[:at]
		possible = append(possible, general)
	}
	for _, one := range possible {
		if slices.Contains(s.codes, strings.ToLower(one)) && codeForm.MatchString(one) {
			return one, true
		}
	}
	for _, have := range s.codes {
		if strings.HasPrefix(have, possible[len(possible)-1]+"-") {
			return have, true
		}
	}
	return "", false
}

// Default is the language where nothing is asked for.
func (s *Set) Default() string {
	if code, ok := s.Supported(s.fallback); ok {
		return code
	}
	return s.fallback
}

// FromPath is the language that the first segment of a path names (get_language_from_path).
func (s *Set) FromPath(path string) (string, bool) {
	m := prefixForm.FindStringSubmatch(path)
	if m == nil {
		return "", false
	}
	return s.Supported(m[1])
}

// Choose is the language for a request: that of its cookie, else the first that
// it accepts and the site has, else the default (get_language_from_request).
func (s *Set) Choose(cookie, accept string) string {
	if code, ok := s.Supported(cookie); ok {
		return code
	}
	for _, w := range ParseAccept(accept) {
		if w.Code == "*" {
			break
		}
		if !codeForm.MatchString(w.Code) {
			continue
		}
		if code, ok := s.Supported(w.Code); ok {
			return code
		}
	}
	return s.Default()
}
