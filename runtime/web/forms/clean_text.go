package forms

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"stackgen.dev/runtime/model/validators"
)

// parseText checks a text; several things may be wrong with it at once.
func (f *Field) parseText(raw string) (any, []Error) {
	var errs []Error
	maxLength := f.MaxLength
	switch f.Kind {
	case Slug:
		check := validators.Slug
		if f.Unicode {
			check = validators.UnicodeSlug
		}
		if p := check(raw); p != nil {
			errs = append(errs, Error(*p))
		}
	case Email:
		if maxLength == 0 {
			maxLength = 320
		}
		if validators.Email(raw) != nil {
			errs = append(errs, Error{"Enter a valid email address.", "invalid"})
		}
	case URL:
		var ok bool
		if raw, ok = cleanURL(raw); !ok {
			errs = append(errs, Error{"Enter a valid URL.", "invalid"})
		}
	}
	n := utf8.RuneCountInString(raw)
	if f.MinLength > 0 && n < f.MinLength {
		errs = append(errs, Error{fmt.Sprintf("Ensure this value has at least %d character%s (it has %d).", f.MinLength, plural(f.MinLength), n), "min_length"})
	}
	if maxLength > 0 && n > maxLength {
		errs = append(errs, Error{fmt.Sprintf("Ensure this value has at most %d character%s (it has %d).", maxLength, plural(maxLength), n), "max_length"})
	}
	if strings.IndexByte(raw, 0) >= 0 {
		errs = append(errs, Error{"Null characters are not allowed.", "null_characters_not_allowed"})
	}
	if f.Pattern != nil {
		if p := validators.Regex(raw, f.Pattern, false, ""); p != nil {
			errs = append(errs, Error(*p))
		}
	}
	for _, validate := range f.Validators {
		if p := validate(raw); p != nil {
			errs = append(errs, Error(*p))
		}
	}
	return raw, errs
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// cleanURL puts "https" before a URL without a scheme and checks it as Django's URLField and URLValidator do. What
// stands before the first colon is a scheme if it begins with a letter and holds no slash.
func cleanURL(s string) (string, bool) {
	scheme, _, found := strings.Cut(s, ":")
	if !found || scheme == "" || !letter(scheme[0]) || strings.Contains(scheme, "/") {
		if !strings.HasPrefix(s, "//") {
			s = "//" + s
		}
		s = "https:" + s
	}
	return s, validators.URL(s) == nil
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
