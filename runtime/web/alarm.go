package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"stackgen.dev/runtime/web/debugpage"
	"stackgen.dev/runtime/web/mail"
)

// Admins are who hears of the site's failures.
func (a *App) Admins() mail.Admins { return a.config.Admins }

// MailAdmins writes to the site's admins (mail_admins). A site that names none sends nothing.
func (a *App) MailAdmins(ctx context.Context, subject, text string) error {
	if len(a.config.Admins.To) == 0 {
		return nil
	}
	return a.Mailer().Send(ctx, a.config.Admins.Message(subject, text))
}

const (
	// alarmsPerMinute are how many messages of failures leave a process in a minute: a site on which
	// every request fails must not fill a mailbox, or keep its mail server from anything else.
	alarmsPerMinute = 10
	// alarmTimeout bounds one of them.
	alarmTimeout = time.Minute
	// alarmSubject is how long its subject may be, in bytes.
	alarmSubject = 200
)

// alarms counts the messages of a minute.
type alarms struct {
	mu      sync.Mutex
	began   time.Time
	sent    int
	leftOut int
}

// take reports whether another message may leave now, and how many could not since the last.
func (l *alarms) take(now time.Time) (leftOut int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.began) >= time.Minute {
		l.began, l.sent = now, 0
	}
	if l.sent >= alarmsPerMinute {
		l.leftOut++
		return 0, false
	}
	l.sent++
	leftOut, l.leftOut = l.leftOut, 0
	return leftOut, true
}

// alarm tells the admins of a failure of the site's own (AdminEmailHandler): beside the request, which it
// does not keep waiting. What a visitor typed into a form stays out of it, and what sounds secret is hidden.
func (a *App) alarm(r *Request, status int, err error) {
	if len(a.config.Admins.To) == 0 || a.config.Debug {
		return
	}
	leftOut, ok := a.alarms.take(time.Now())
	if !ok {
		return
	}
	subject := inOneLine(fmt.Sprintf("ERROR: %s: %s", StatusText(status), r.Path()), alarmSubject)
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n\n", err)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-12s%s\n", name+":", inOneLine(value, 2000))
		}
	}
	row("Request", r.Method()+" "+redactURL(r))
	if r.view != nil {
		row("View", r.view.Name)
	}
	row("Request id", r.ID())
	row("Client", r.Client().Addr().String())
	for _, name := range []string{"Referer", "User-Agent"} {
		row(name, debugpage.Redact(name, r.Header(name)))
	}
	if leftOut > 0 {
		fmt.Fprintf(&b, "\n%d failures before this one sent no message; the log has them.\n", leftOut)
	}
	var p *panicError
	if errors.As(err, &p) {
		fmt.Fprintf(&b, "\n%s", p.stack)
	}
	text, log := strings.ToValidUTF8(b.String(), "\ufffd"), r.Log()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), alarmTimeout)
		defer cancel()
		if err := a.MailAdmins(ctx, subject, text); err != nil {
			log.Error("mail: the admins were not told of a failure", "error", err.Error())
		}
	}()
}

// inOneLine keeps what a client sent in its line and within limit bytes.
func inOneLine(s string, limit int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), func(c rune) bool {
		return c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029
	}), " ")
	for len(s) > limit {
		_, size := utf8.DecodeLastRuneInString(s[:limit+1])
		s = s[:limit+1-size]
	}
	return s
}
