package schema

import (
	"fmt"
	"net/mail"
	"net/url"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Mailer is how the site sends e-mail (EMAIL_* settings, MAILERS).
type Mailer struct {
	// URL names the way: "console:", "file:FOLDER", "memory:", "smtp://…" or "smtps://…".
	URL String
	// From is the sender where a message names none.
	From      String
	DeclRange hcl.Range
}

func emailBlock() *block {
	return &block{
		Type: "email", Once: true, Into: reflect.TypeFor[Mailer](),
		Doc: "How the site sends e-mail.", Ancestor: "Django EMAIL_* settings",
		Example: `email {
  url  = "smtp://notes:secret@mail.example.com:587"
  from = "notes@example.com"
}`,
		Attrs: []*attr{
			{Name: "url", Type: stringType(), Required: true, Bindable: true, Check: checkEmailURL, Ancestor: "Django EMAIL_BACKEND, EMAIL_HOST",
				Doc: "The way: console: prints messages, file:FOLDER writes each to a file of the data folder, memory: keeps them for tests, smtp://user:password@host:587 sends them and insists on STARTTLS, smtps://…:465 begins with TLS; smtp://host:25?tls=none is for a relay that needs no encryption."},
			{Name: "from", Type: stringType(), Required: true, Bindable: true, Check: checkEmailAddress, Ancestor: "Django DEFAULT_FROM_EMAIL",
				Doc: "The sender of messages that name none: an address, with a name before it where one is wanted."},
		},
	}
}

// SchemeOf is what stands before the colon of a URL.
func SchemeOf(url string) string {
	scheme, _, _ := strings.Cut(url, ":")
	return scheme
}

func checkEmailURL(v any) *problem {
	text := v.(string)
	switch SchemeOf(text) {
	case "console", "file", "memory":
		if strings.Contains(text, ":") {
			return nil
		}
	case "smtp", "smtps":
		u, err := url.Parse(text)
		if err == nil && u.Hostname() != "" && u.Path == "" {
			return nil
		}
	}
	return &problem{"No way to send e-mail", fmt.Sprintf("%q is none. Write console:, file:mail, memory:, or smtp://user:password@host:587.", redactURL(text))}
}

// redactURL leaves out what may be a password.
func redactURL(text string) string {
	if before, after, ok := strings.Cut(text, "@"); ok {
		return SchemeOf(before) + "://…@" + after
	}
	return text
}

func checkEmailAddress(v any) *problem {
	text := v.(string)
	if _, err := mail.ParseAddress(text); err != nil || strings.ContainsAny(text, "\r\n") {
		return &problem{"Address that is none", fmt.Sprintf("%q is no e-mail address. Write \"site@example.com\" or \"The Site <site@example.com>\".", text)}
	}
	return nil
}

func checkCacheURL(v any) *problem {
	text := v.(string)
	switch SchemeOf(text) {
	case "memory", "file":
		if text == "memory:" || text == "file:" {
			return nil
		}
	case "redis", "rediss":
		if u, err := url.Parse(text); err == nil && u.Hostname() != "" {
			return nil
		}
	}
	return &problem{"Cache that is none", fmt.Sprintf("%q is no cache. Write memory:, file:, redis://host:6379/0 or rediss://host:6379/0.", redactURL(text))}
}
