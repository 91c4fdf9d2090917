package template

import "strings"

type jsMode uint8

const (
	jsCode jsMode = iota
	jsString
	jsTemplate // between backquotes
	jsRegex
	jsLineComment
	jsBlockComment
)

// jsState is where in JavaScript the text stands, as far as escaping needs it.
type jsState struct {
	mode  jsMode
	quote byte
	// escaped says that a backslash stands before.
	escaped bool
	// class says that a regular expression's [ is open.
	class bool
	// slash says that a slash stands before, and regex that it begins a regular
	// expression unless it begins a comment.
	slash, regex bool
	// prev is the byte before, where it is one that the next one can make something of.
	prev byte
	// word is the operator or word before: "w" and the word's letters.
	word string
	// nested are the open braces of each ${ in template literals, one byte each.
	nested string
}

func (j jsState) feed(text string) jsState {
	for i := 0; i < len(text); i++ {
		j = j.step(text[i])
	}
	return j
}

// step moves over one byte of a program.
func (j jsState) step(c byte) jsState {
	prev := j.prev
	j.prev = 0
	if c == '*' || c == '$' {
		j.prev = c
	}
	switch j.mode {
	case jsLineComment:
		if c == '\n' || c == '\r' {
			j.mode = jsCode
		}
		return j
	case jsBlockComment:
		if prev == '*' && c == '/' {
			j.mode, j.prev = jsCode, ' '
		}
		return j
	case jsString, jsTemplate, jsRegex:
		return j.stepQuoted(prev, c)
	}
	if j.slash {
		// What the slash was shows only now.
		j.slash = false
		switch {
		case c == '/':
			j.mode, j.word = jsLineComment, ""
			return j
		case c == '*':
			j.mode, j.word, j.prev = jsBlockComment, "", 0
			return j
		case j.regex:
			j.mode, j.regex = jsRegex, false
			return j.stepQuoted('/', c)
		}
		j.word = ""
	}
	switch {
	case c == '"' || c == '\'':
		j.mode, j.quote = jsString, c
	case c == '`':
		j.mode = jsTemplate
	case c == '/':
		j.slash, j.regex = true, !j.divides()
	default:
		return j.stepCode(c)
	}
	return j
}

// stepCode follows words and braces.
func (j jsState) stepCode(c byte) jsState {
	switch {
	case c == '{' && j.nested != "":
		j.nested = j.nested[:len(j.nested)-1] + string([]byte{j.nested[len(j.nested)-1] + 1})
		j.word = "{"
	case c == '}' && j.nested != "":
		if j.nested[len(j.nested)-1] == 0 {
			j.nested = j.nested[:len(j.nested)-1]
			j.mode, j.escaped = jsTemplate, false
			return j
		}
		j.nested = j.nested[:len(j.nested)-1] + string([]byte{j.nested[len(j.nested)-1] - 1})
		j.word = "}"
	case isWord(c):
		if !strings.HasPrefix(j.word, "w") || j.wordEnded() {
			j.word = "w"
		}
		if len(j.word) < 12 {
			j.word += string(rune(c))
		}
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		if strings.HasPrefix(j.word, "w") && !j.wordEnded() {
			j.word += " "
		}
	default:
		j.word = string(rune(c & 0x7f))
	}
	return j
}

func (j jsState) wordEnded() bool { return strings.HasSuffix(j.word, " ") }

// divides reports whether a slash here divides.
func (j jsState) divides() bool {
	word := strings.TrimSuffix(j.word, " ")
	if strings.HasPrefix(word, "w") {
		switch word[1:] {
		case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "instanceof":
			return false
		}
		return true
	}
	return word == ")" || word == "]" || word == "}"
}

func (j jsState) stepQuoted(prev, c byte) jsState {
	if j.escaped {
		j.escaped = false
		return j
	}
	if c == '\\' {
		j.escaped = true
		return j
	}
	switch j.mode {
	case jsString:
		if c == j.quote || c == '\n' {
			j.mode, j.quote, j.word = jsCode, 0, ")"
		}
	case jsTemplate:
		switch {
		case c == '`':
			j.mode, j.word = jsCode, ")"
		case prev == '$' && c == '{':
			j.mode, j.word = jsCode, "("
			j.nested += "\x00"
		}
	case jsRegex:
		switch {
		case c == '[':
			j.class = true
		case c == ']':
			j.class = false
		case c == '/' && !j.class, c == '\n':
			j.mode, j.class, j.regex, j.word = jsCode, false, false, ")"
		}
	}
	return j
}

// afterValue is the state behind a value put in.
func (j jsState) afterValue() jsState {
	j.prev, j.escaped = 0, false
	if j.mode == jsCode {
		j.word, j.slash = ")", false
	}
	return j
}

func (j jsState) describe() string {
	if j.slash && j.regex {
		return "a regular expression"
	}
	switch j.mode {
	case jsString:
		return "a string"
	case jsTemplate:
		return "a template literal"
	case jsRegex:
		return "a regular expression"
	case jsLineComment, jsBlockComment:
		return "a comment"
	}
	return "code"
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// cssState is where in CSS the text stands.
type cssState struct {
	quote   byte // of an open string
	comment bool
	escaped bool
	prev    byte // as in jsState
}

func (s cssState) feed(text string) cssState {
	for i := 0; i < len(text); i++ {
		s = s.step(text[i])
	}
	return s
}

func (s cssState) step(c byte) cssState {
	prev := s.prev
	s.prev = 0
	if c == '/' || c == '*' {
		s.prev = c
	}
	switch {
	case s.comment:
		s.comment = !(prev == '*' && c == '/')
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped = true
	case s.quote != 0:
		if c == s.quote || c == '\n' {
			s.quote = 0
		}
	case c == '"' || c == '\'':
		s.quote = c
	case prev == '/' && c == '*':
		s.comment, s.prev = true, 0
	}
	return s
}
