package validators

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Slug checks letters, digits, underscores and hyphens (validate_slug).
func Slug(s string) *Problem {
	for i := range len(s) {
		if c := s[i]; (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			s = ""
			break
		}
	}
	if s == "" {
		return invalid("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.")
	}
	return nil
}

// UnicodeSlug is Slug with the letters and digits of every script (validate_unicode_slug).
func UnicodeSlug(s string) *Problem {
	bad := strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
	if s == "" || bad {
		return invalid("Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.")
	}
	return nil
}

// MinLength asks for at least so many characters (MinLengthValidator).
func MinLength(s string, limit int) *Problem {
	if n := utf8.RuneCountInString(s); n < limit {
		return &Problem{fmt.Sprintf("Ensure this value has at least %d character%s (it has %d).", limit, plural(limit), n), "min_length"}
	}
	return nil
}

// MaxLength asks for at most so many characters (MaxLengthValidator).
func MaxLength(s string, limit int) *Problem {
	if n := utf8.RuneCountInString(s); n > limit {
		return &Problem{fmt.Sprintf("Ensure this value has at most %d character%s (it has %d).", limit, plural(limit), n), "max_length"}
	}
	return nil
}

// NoNull refuses zero bytes, which no database takes (ProhibitNullCharactersValidator).
func NoNull(s string) *Problem {
	if strings.IndexByte(s, 0) >= 0 {
		return &Problem{"Null characters are not allowed.", "null_characters_not_allowed"}
	}
	return nil
}

// Regex asks for a text in which the expression is found, or with inverse is
// not (RegexValidator). message is what to say; Django's "Enter a valid value." where it is empty.
func Regex(s string, expression *regexp.Regexp, inverse bool, message string) *Problem {
	if expression.MatchString(s) != inverse {
		return nil
	}
	if message == "" {
		message = "Enter a valid value."
	}
	return invalid(message)
}

// FileExtension asks for a file name that ends in one of these, in any case
// and without the dot; nil takes every name (FileExtensionValidator).
func FileExtension(name string, allowed []string) *Problem {
	if allowed == nil {
		return nil
	}
	extension := ""
	base := path.Base(name)
	// Neither a dot in front nor one at the end begins an extension.
	if at := strings.LastIndexByte(base, '.'); at > 0 && at < len(base)-1 {
		extension = strings.ToLower(base[at+1:])
	}
	lower := make([]string, len(allowed))
	for i, a := range allowed {
		lower[i] = strings.ToLower(a)
	}
	if slices.Contains(lower, extension) {
		return nil
	}
	return &Problem{fmt.Sprintf("File extension “%s” is not allowed. Allowed extensions are: %s.", extension, strings.Join(lower, ", ")), "invalid_extension"}
}

// ImageExtensions are the formats that an image field takes.
func ImageExtensions() []string { return []string{"gif", "jpeg", "jpg", "png"} }
