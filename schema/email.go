package schema

import (
	"fmt"
	"net/mail"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Mailer is how the site sends e-mail (EMAIL_* settings, MAILERS).
type Mailer struct {
	// URL names the way: "console:", "file:FOLDER", "memory:", "smtp://…" or "smtps://…".
	URL String
	// From is the sender where a message names none.
	From String
	// Admins hear of failures, from ServerEmail, with SubjectPrefix before each subject.
	Admins        []String
	ServerEmail   String
	SubjectPrefix String
	DeclRange     hcl.Range
}

func emailBlock() *block {
	return &block{
		Type: "email", Once: true, Into: reflect.TypeFor[Mailer](),
		Doc: "How the site sends e-mail.", Ancestor: "Django EMAIL_* settings",
		Example: `email {
  url  = "smtp://notes:secret@mail.example.com:587"
  from = "notes@example.com"

  admins = ["ops@example.com"]
}`,
		Attrs: []*attr{
			{Name: "url", Type: stringType(), Required: true, Bindable: true, Check: checkEmailURL, Ancestor: "Django EMAIL_BACKEND, EMAIL_HOST",
				Doc: "The way: console: prints messages, file:FOLDER writes each to a file of the data folder, memory: keeps them for tests, smtp://user:password@host:587 sends them and insists on STARTTLS, smtps://…:465 begins with TLS; smtp://host:25?tls=none is for a relay that needs no encryption, and ?timeout=10s says what one message may take, in place of 30 seconds."},
			{Name: "from", Type: stringType(), Required: true, Bindable: true, Check: checkEmailAddress, Ancestor: "Django DEFAULT_FROM_EMAIL",
				Doc: "The sender of messages that name none: an address, with a name before it where one is wanted."},
			{Name: "admins", Type: stringList{}, Bindable: true, Check: checkEmailAddress, Ancestor: "Django ADMINS",
				Doc: "Who gets a message of each request that fails with a 5xx, and what App.MailAdmins sends; at most ten failures a minute from each process, without what visitors typed into forms."},
			{Name: "server_email", Type: stringType(), Bindable: true, Check: checkEmailAddress, Ancestor: "Django SERVER_EMAIL",
				Doc: "The sender of messages to admins; from when not written."},
			{Name: "subject_prefix", Type: stringType(), Bindable: true, Ancestor: "Django EMAIL_SUBJECT_PREFIX",
				Doc: "What stands before the subject of messages to admins; the site's name in brackets when not written."},
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
			return checkSMTPOptions(u)
		}
	}
	return &problem{"No way to send e-mail", fmt.Sprintf("%q is none. Write console:, file:mail, memory:, or smtp://user:password@host:587.", redactURL(text))}
}

// checkSMTPOptions looks at what a URL of SMTP says behind its question mark.
func checkSMTPOptions(u *url.URL) *problem {
	for name, values := range u.Query() {
		if name == "tls" && u.Scheme == "smtp" && values[0] == "none" {
			continue
		}
		if name == "timeout" {
			if d, err := time.ParseDuration(values[0]); err == nil && d > 0 {
				continue
			}
		}
		return &problem{"Unknown option of SMTP", fmt.Sprintf("The URL says %s=%s. There are tls=none, for smtp:// alone, and timeout=10s.", name, values[0])}
	}
	return nil
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
	return &problem{"Cache that is none", fmt.Sprintf("%q is no cache. Write memory:, file:, redis://host:6379/0 or rediss://host:6379/0; the database is store = \"database\".", redactURL(text))}
}
