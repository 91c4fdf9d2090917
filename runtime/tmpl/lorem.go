package tmpl

import (
	"math/rand/v2"
	"strings"
)

// loremText is how the placeholder text begins.
const loremText = "Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut labore et dolore magna " +
	"aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. " +
	"Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint " +
	"occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum."

// loremStart are the words that placeholder text without "random" begins with.
const loremStart = "lorem ipsum dolor sit amet consectetur adipisicing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua"

// loremMost bounds the words or paragraphs that a page can ask for.
const loremMost = 10000

// AppendLorem appends placeholder text: count words (w), plain paragraphs
// (b) or HTML paragraphs (p); random does not begin with "Lorem ipsum" (the
// tag lorem). A count that is no number is one.
func (s *State) AppendLorem(b []byte, count any, method string, random bool) []byte {
	n, ok := toInt(simplify(count))
	if !ok {
		n = 1
	}
	n = min(max(n, 0), loremMost)
	if method == "w" {
		return appendLoremWords(b, n, random)
	}
	for i := range n {
		if i > 0 {
			b = append(b, "\n\n"...)
		}
		if method == "p" {
			b = append(b, "<p>"...)
		}
		if i == 0 && !random {
			b = append(b, loremText...)
		} else {
			b = appendLoremParagraph(b)
		}
		if method == "p" {
			b = append(b, "</p>"...)
		}
	}
	return b
}

func appendLoremWords(b []byte, n int, random bool) []byte {
	words := strings.Fields(loremStart)
	for i := range n {
		if i > 0 {
			b = append(b, ' ')
		}
		if i < len(words) && !random {
			b = append(b, words[i]...)
			continue
		}
		b = append(b, loremWord()...)
	}
	return b
}

// loremWord is some word of the text.
func loremWord() string {
	words := strings.Fields(loremText)
	return strings.ToLower(strings.Trim(words[rand.IntN(len(words))], ".,"))
}

func appendLoremParagraph(b []byte) []byte {
	for i := range 1 + rand.IntN(4) {
		if i > 0 {
			b = append(b, ' ')
		}
		mark := len(b)
		b = appendLoremWords(b, 4+rand.IntN(9), true)
		b[mark] -= 'a' - 'A'
		b = append(b, '.')
	}
	return b
}
