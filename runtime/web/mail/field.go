package mail

import (
	"encoding/base64"
	"mime"
	"strings"
	"unicode/utf8"
)

const (
	// lineLength is how long a line of the head should be (RFC 5322, section 2.1.1).
	lineLength = 76
	// longestWord is how long a word in it may be. 998 bytes is the most that a line may have.
	longestWord = 900
	// wordBytes is how much of a text goes into one encoded word (RFC 2047, section 2).
	wordBytes = 42
)

// EncodeValue writes a text as it stands in the head: what is not ASCII, or is one word longer than a
// line may be, as encoded words (RFC 2047).
func EncodeValue(text string) string {
	for word := range strings.SplitSeq(text, " ") {
		if len(word) > longestWord && mime.QEncoding.Encode("utf-8", text) == text {
			return encodedWords(text)
		}
	}
	return mime.QEncoding.Encode("utf-8", text)
}

func encodedWords(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		n := min(wordBytes, len(text))
		for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(text[:n])) + "?=")
		text = text[n:]
	}
	return b.String()
}

// folded is a field of the head, in lines that begin at its spaces (RFC 5322, section 2.2.3).
func folded(name, value string) string {
	var b strings.Builder
	b.WriteString(name + ":")
	length := b.Len()
	for word := range strings.SplitSeq(value, " ") {
		if length+1+len(word) > lineLength && length > len(name)+1 && word != "" {
			b.WriteString("\r\n")
			length = 0
		}
		b.WriteString(" " + word)
		length += 1 + len(word)
	}
	b.WriteString("\r\n")
	return b.String()
}
