package passwords

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is what is wrong with a password, with Django's code for it.
type Problem struct{ Message, Code string }

// Attribute is something that is known of the person, which the password should
// not be like: the name of it for people, and its value.
type Attribute struct{ Name, Value string }

// Validator is a rule for passwords.
type Validator interface {
	// Validate returns what is wrong, nil for nothing.
	Validate(password string, about []Attribute) *Problem
	// Help explains the rule to who chooses a password.
	Help() string
}

// Default are Django's four rules.
func Default() []Validator {
	return []Validator{Similarity{}, MinimumLength{}, Common{}, Numeric{}}
}

// Validate applies rules and returns all that is wrong.
func Validate(rules []Validator, password string, about []Attribute) []Problem {
	var all []Problem
	for _, rule := range rules {
		if p := rule.Validate(password, about); p != nil {
			all = append(all, *p)
		}
	}
	return all
}

// MinimumLength asks for some characters (MinimumLengthValidator).
type MinimumLength struct {
	// Length is 8 where it is 0.
	Length int
}

func (v MinimumLength) length() int {
	if v.Length == 0 {
		return 8
	}
	return v.Length
}

// Validate applies the rule.
func (v MinimumLength) Validate(password string, _ []Attribute) *Problem {
	if utf8.RuneCountInString(password) >= v.length() {
		return nil
	}
	return &Problem{fmt.Sprintf("This password is too short. It must contain at least %d character%s.", v.length(), plural(v.length())), "password_too_short"}
}

// Help explains the rule.
func (v MinimumLength) Help() string {
	return fmt.Sprintf("Your password must contain at least %d character%s.", v.length(), plural(v.length()))
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// Numeric refuses passwords of digits only (NumericPasswordValidator).
type Numeric struct{}

// Validate applies the rule.
func (Numeric) Validate(password string, _ []Attribute) *Problem {
	if password == "" || strings.ContainsFunc(password, func(r rune) bool { return !unicode.IsDigit(r) }) {
		return nil
	}
	return &Problem{"This password is entirely numeric.", "password_entirely_numeric"}
}

// Help explains the rule.
func (Numeric) Help() string { return "Your password can’t be entirely numeric." }

// Common refuses passwords that everybody tries first (CommonPasswordValidator).
type Common struct{}

// Validate applies the rule. Beside the words of the list it refuses them with
// digits behind, letters replaced by the usual digits, and runs of one character or of keys.
func (Common) Validate(password string, _ []Attribute) *Problem {
	p := strings.ToLower(strings.TrimSpace(password))
	plain := strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(p)
	bare := strings.TrimRight(p, "0123456789!.?*#")
	if !isCommon(p) && !isCommon(plain) && !(len(bare) >= 4 && isCommon(bare)) && !run(p) {
		return nil
	}
	return &Problem{"This password is too common.", "password_too_common"}
}

// Help explains the rule.
func (Common) Help() string { return "Your password can’t be a commonly used password." }

// run reports whether a password is one character again and again, or
// neighbours on the keyboard or in the alphabet, there or back.
func run(p string) bool {
	if p == "" {
		return false
	}
	if strings.Trim(p, p[:1]) == "" {
		return true
	}
	for _, row := range []string{"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"} {
		back := []byte(row)
		for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
			back[i], back[j] = back[j], back[i]
		}
		if strings.Contains(row, p) || strings.Contains(string(back), p) {
			return true
		}
	}
	return false
}

// Similarity refuses passwords that are like what is known of the person
// (UserAttributeSimilarityValidator).
type Similarity struct {
	// Max is from which likeness on, between 0 and 1; 0.7 where it is 0.
	Max float64
}

// Validate applies the rule.
func (v Similarity) Validate(password string, about []Attribute) *Problem {
	most := v.Max
	if most == 0 {
		most = 0.7
	}
	password = strings.ToLower(password)
	for _, a := range about {
		value := strings.ToLower(a.Value)
		parts := append(strings.FieldsFunc(value, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }), value)
		for _, part := range parts {
			if !farLonger(password, part, most) && ratio(password, part) >= most {
				return &Problem{"The password is too similar to the " + a.Name + ".", "password_too_similar"}
			}
		}
	}
	return nil
}

// Help explains the rule.
func (Similarity) Help() string {
	return "Your password can’t be too similar to your other personal information."
}

// farLonger reports whether the password is so long that the value cannot make it alike.
func farLonger(password, value string, most float64) bool {
	p, n := utf8.RuneCountInString(password), utf8.RuneCountInString(value)
	return p >= 10*n && float64(n) < most/2*float64(p)
}

// ratio is how many characters two texts share, whatever their order: twice
// that number over both lengths (difflib's quick_ratio).
func ratio(a, b string) float64 {
	left := map[rune]int{}
	for _, r := range b {
		left[r]++
	}
	shared, n := 0, utf8.RuneCountInString(b)
	for _, r := range a {
		if n++; left[r] > 0 {
			left[r]--
			shared++
		}
	}
	if n == 0 {
		return 1
	}
	return 2 * float64(shared) / float64(n)
}

// WithLength are Django's four rules with another least length.
func WithLength(characters int) []Validator {
	return []Validator{Similarity{}, MinimumLength{Length: characters}, Common{}, Numeric{}}
}
