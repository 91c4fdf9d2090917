package middleware

import (
	"encoding/json"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/messages"
)

// Message is the layer "message" (MessageMiddleware): what a view tells the
// visitor is kept until a page has shown it, over redirects too.
//
//	middleware = [security, session, common, csrf, message, …]
//
// Messages travel in a signed cookie, those that do not fit into it in the
// session where there is one (the fallback storage); else the oldest are dropped.
type Message struct {
	// MinLevel is from which level on messages count; Info where it is 0 (MESSAGE_LEVEL).
	MinLevel messages.Level
	// Cookie has what differs from a cookie's safe defaults; its name is
	// "messages" where it is empty.
	Cookie web.Cookie
}

// maxMessages is how long the cookie's value may be, in bytes.
const maxMessages = 2048

// messageSalt is what the signature of the cookie is made for.
const messageSalt = "django.contrib.messages"

// sessionMessages is the name in the session of what does not fit into the cookie.
const sessionMessages = "_messages"

// Wrap is the layer.
func (m Message) Wrap(next web.Handler) web.Handler {
	if m.Cookie.Name == "" {
		m.Cookie.Name = "messages"
	}
	return func(r *web.Request) (*web.Response, error) {
		list := r.Messages()
		list.MinLevel = m.MinLevel
		list.Begin(func() []messages.Message { return m.load(r) })
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		if keep, changed := list.Remaining(); changed {
			m.store(r, p, keep)
		}
		return p, nil
	}
}

func (m *Message) load(r *web.Request) []messages.Message {
	var all []messages.Message
	if sent := r.Cookie(m.Cookie.Name); sent != "" {
		if r.App().Signer(messageSalt).Loads(sent, 0, &all) != nil {
			all = nil
		}
	}
	if r.HasSession() {
		var more []messages.Message
		if text := r.Session().String(sessionMessages); text != "" && json.Unmarshal([]byte(text), &more) == nil {
			all = append(all, more...)
		}
	}
	return all
}

func (m *Message) store(r *web.Request, p *web.Response, keep []messages.Message) {
	var rest []messages.Message
	value := ""
	for len(keep) > 0 {
		var err error
		if value, err = r.App().Signer(messageSalt).Dumps(keep, true); err == nil && len(value) <= maxMessages {
			break
		}
		value = ""
		if r.HasSession() { // the newest go to the session
			rest = append([]messages.Message{keep[len(keep)-1]}, rest...)
			keep = keep[:len(keep)-1]
		} else {
			keep = keep[1:]
		}
	}
	switch {
	case value != "":
		c := m.Cookie
		c.Value = value
		p.SetCookie(c)
	case r.Cookie(m.Cookie.Name) != "":
		p.DeleteCookie(m.Cookie.Name, m.Cookie.Path, m.Cookie.Domain)
	}
	if !r.HasSession() {
		return
	}
	if len(rest) > 0 {
		if text, err := json.Marshal(rest); err == nil {
			r.Session().Set(sessionMessages, string(text))
		}
	} else if r.Session().Has(sessionMessages) {
		r.Session().Delete(sessionMessages)
	}
}
