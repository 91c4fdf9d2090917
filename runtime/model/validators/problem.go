package validators

// Problem is what is wrong with a value, with Django's code for it
// ("invalid", "max_length").
type Problem struct{ Message, Code string }

func invalid(message string) *Problem { return &Problem{message, "invalid"} }

// plural ends a word for a number.
func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
