package forms

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"stackgen.dev/runtime/model/validators"
	"stackgen.dev/runtime/web/origin"
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

// cleanURL puts "https" before a URL without a scheme and checks it as
// Django's URLField and URLValidator do.
func cleanURL(s string) (string, bool) {
	u, ok := origin.Split(s)
	if !ok {
		return s, false
	}
	if u.Scheme == "" {
		u.Scheme = "https"
	} else if u.Netloc == "" && !strings.Contains(u.Rest, "/") && strings.Contains(s, ".") {
		// "example.com:8080" looks like a scheme.
		return s, false
	}
	if u.Netloc == "" {
		end := strings.IndexAny(u.Rest, "/?#")
		if end < 0 {
			end = len(u.Rest)
		}
		u.Netloc, u.Rest = u.Rest[:end], u.Rest[end:]
	}
	full := u.Scheme + "://" + u.Netloc + u.Rest
	return full, validators.URL(full) == nil
}
