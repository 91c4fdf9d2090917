package debugpage

import (
	"regexp"
	"strings"
)

// Redacted takes the place of a secret.
const Redacted = "********************"

// secretWords are the names that sound secret (Django's HIDDEN_SETTINGS).
var secretWords = []string{"API", "AUTH", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE"}

// Redact hides the value of something that a client sends, where its name sounds secret: beside those
// words what lets somebody in. A password in a URL is hidden under any name.
func Redact(name, value string) string {
	if sounds(name, secretWords) || sounds(name, []string{"COOKIE", "CSRF", "SESSION"}) {
		return Redacted
	}
	return urlPasswords(value)
}

// RedactSetting hides the value of a setting: of an address such as "email.password" by any of its
// words, but for the block auth, which is about accounts and holds no secrets.
func RedactSetting(name, value string) string {
	for word := range strings.SplitSeq(name, ".") {
		if word != "auth" && (sounds(word, secretWords) || sounds(word, []string{"HTTP_COOKIE"})) {
			return Redacted
		}
	}
	return urlPasswords(value)
}

func sounds(name string, words []string) bool {
	upper := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	for _, word := range words {
		if strings.Contains(upper, word) {
			return true
		}
	}
	return false
}

// credentials are a name and a password in a URL.
var credentials = regexp.MustCompile(`(://[^:/?#@\s"]*):[^/?#\s"]*@`)

// passwordParameter is one that a URL has behind its question mark.
var passwordParameter = regexp.MustCompile(`(?i)([?&](?:[a-z_]*(?:pass|token|secret|key|signature|auth)[a-z_]*)=)[^&\s"]*`)

func urlPasswords(value string) string {
	if !strings.Contains(value, "://") {
		return value
	}
	value = credentials.ReplaceAllString(value, "${1}:"+Redacted+"@")
	return passwordParameter.ReplaceAllString(value, "${1}"+Redacted)
}
