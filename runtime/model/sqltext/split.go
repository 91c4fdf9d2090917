package sqltext

import "strings"

// Statement is one statement of a script.
type Statement struct {
	// Text has neither the space and comments before it nor its semicolon.
	Text string
	// Line is where it begins, from 1.
	Line int
}

// Split takes a script apart at the semicolons that end statements: those in
// strings ('…', E'…', $tag$…$tag$), quoted names, comments, and the bodies of
// triggers and functions (BEGIN … END) do not.
func Split(script string) []Statement {
	var list []Statement
	line := 1
	for rest := script; ; {
		s, after, ended := Cut(rest)
		if s.Text != "" {
			s.Line += line - 1
			list = append(list, s)
		}
		if !ended {
			return list
		}
		line += strings.Count(rest[:len(rest)-len(after)], "\n")
		rest = after
	}
}

// Cut takes the first statement off a script. ended reports whether a semicolon
// ends it; without one, the statement is what there is so far. It is empty where a
// semicolon, or the script, ends nothing.
func Cut(script string) (s Statement, rest string, ended bool) {
	start := -1
	var body body
	for i := 0; i < len(script); {
		end, blank := token(script, i)
		switch {
		case script[i] == ';' && body.depth == 0:
			if start >= 0 {
				s = statementAt(script, start, i)
			}
			return s, script[end:], true
		case !blank:
			if start < 0 {
				start = i
			}
			body.token(script[i:end])
		}
		i = end
	}
	if start >= 0 {
		s = statementAt(script, start, len(script))
	}
	return s, "", false
}

// body follows the BEGIN … END of a statement that makes a trigger or a function.
type body struct {
	begun bool // a word has been seen
	what  bool // the next words say what is made
	has   bool // it may have a body
	depth int
}

func (b *body) token(t string) {
	word := strings.ToUpper(t)
	switch {
	case !b.begun:
		b.begun, b.what = true, word == "CREATE"
	case b.what:
		switch word {
		case "TRIGGER", "FUNCTION", "PROCEDURE":
			b.what, b.has = false, true
		case "OR", "REPLACE", "TEMP", "TEMPORARY", "CONSTRAINT":
		default:
			b.what = false
		}
	case b.has && (word == "BEGIN" || word == "CASE"):
		b.depth++
	case b.has && word == "END":
		b.depth = max(0, b.depth-1)
	}
}

func statementAt(script string, start, end int) Statement {
	return Statement{strings.TrimSpace(script[start:end]), 1 + strings.Count(script[:start], "\n")}
}

// token returns the end of what begins at i: a comment or space (blank), a
// string, a quoted name, a word, or one character.
func token(s string, i int) (end int, blank bool) {
	rest := s[i:]
	switch c := s[i]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
		return i + 1, true
	case strings.HasPrefix(rest, "--"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n + 1, true
		}
		return len(s), true
	case strings.HasPrefix(rest, "/*"):
		return i + comment(rest), true
	case c == '\'':
		return i + quoted(rest, '\'', false), false
	case (c == 'E' || c == 'e') && strings.HasPrefix(rest[1:], "'"):
		return i + 1 + quoted(rest[1:], '\'', true), false
	case c == '"':
		return i + quoted(rest, '"', false), false
	case c == '$':
		if n := dollar(rest); n > 0 {
			return i + n, false
		}
		return i + 1, false
	case wordByte(c):
		n := 1
		for n < len(rest) && (wordByte(rest[n]) || rest[n] == '$') {
			n++
		}
		return i + n, false
	}
	return i + 1, false
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// comment is the length of a comment /* … */; they nest.
func comment(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(s[i:], "*/"):
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// quoted is the length of what stands in quotes; a doubled quote is part of it,
// and with escapes so is one behind a backslash.
func quoted(s string, quote byte, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}

// dollar is the length of a string $tag$…$tag$; 0 where none begins.
func dollar(s string) int {
	end := 1
	for end < len(s) && wordByte(s[end]) && !(end == 1 && s[end] >= '0' && s[end] <= '9') {
		end++
	}
	if end >= len(s) || s[end] != '$' {
		return 0
	}
	tag := s[:end+1]
	if n := strings.Index(s[len(tag):], tag); n >= 0 {
		return 2*len(tag) + n
	}
	return len(s)
}

// Token is a word, number, string, quoted name or single character of a statement.
type Token struct {
	Text string
	// At is where it begins in the statement.
	At int
}

// End is where the token ends in the statement.
func (t Token) End() int { return t.At + len(t.Text) }

// Tokens takes a statement apart; space and comments are left out.
func Tokens(statement string) []Token {
	var list []Token
	for i := 0; i < len(statement); {
		end, blank := token(statement, i)
		if !blank {
			list = append(list, Token{statement[i:end], i})
		}
		i = end
	}
	return list
}

// Dollars is the statement with the parameters ?1, ?2 as PostgreSQL has them:
// $1, $2. A question mark before anything else than a number is an operator.
func Dollars(statement string) string {
	if strings.IndexByte(statement, '?') < 0 {
		return statement
	}
	b := make([]byte, 0, len(statement))
	for i := 0; i < len(statement); {
		end, _ := token(statement, i)
		if statement[i] == '?' && end < len(statement) && statement[end] >= '1' && statement[end] <= '9' {
			b = append(b, '$')
		} else {
			b = append(b, statement[i:end]...)
		}
		i = end
	}
	return string(b)
}
