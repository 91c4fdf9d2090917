package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/webtest"
)

// sent hands on each message, whenever it comes.
type sent chan mail.Message

func (s sent) Send(_ context.Context, m *mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	s <- *m
	return nil
}

// next is the message that comes next.
func (s sent) next(t *testing.T) mail.Message {
	t.Helper()
	select {
	case m := <-s:
		return m
	case <-time.After(time.Minute):
		t.Fatal("no message comes")
	}
	panic("unreachable")
}

func alarming(t *testing.T, to mail.Mailer, debug bool) *webtest.Client {
	t.Helper()
	app, err := web.New(web.Config{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Debug: debug,
		Mailer: mail.From("site@example.com", to), Admins: mail.Admins{To: []string{"ops@example.com"}, Prefix: "[club] "},
		Routes: []web.Route{{Pattern: "/<str:what>/", View: &web.View{Name: "shop", Handler: func(r *web.Request) (*web.Response, error) {
			switch r.Arg("what") {
			case "panic":
				panic("out of paper")
			case "busy":
				return nil, &web.Error{Status: 503}
			case "missing":
				return nil, web.NotFound
			}
			return nil, errors.New("the printer is on fire")
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app)
}

// Ensure that admins hear of what fails on the site's side, with where, and without what is secret or typed into a form.
func TestAlarm(t *testing.T) {
	box := make(sent, 100)
	c := alarming(t, box, false)
	c.Get("/missing/")
	c.Do(webtest.Request{Method: "POST", Target: "/print/?token=geheim&n=1", ContentType: "application/x-www-form-urlencoded", Body: "name=Ada&password=geheim",
		Header: [][2]string{{"User-Agent", "curl"}, {"Cookie", "sessionid=geheim"}, {"Authorization", "Bearer geheim"}, {"Referer", "http://a.example/?password=geheim"}}})
	m := box.next(t)
	if m.Subject != "[club] ERROR: Internal Server Error: /print/" || m.To[0] != "ops@example.com" || m.From != "site@example.com" {
		t.Errorf("%+v", m)
	}
	for _, want := range []string{"the printer is on fire", "POST ", "n=1", "View:       shop", "Request id: ", "curl"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("%q is missing in\n%s", want, m.Text)
		}
	}
	for _, secret := range []string{"geheim", "Ada"} {
		if strings.Contains(m.Text, secret) {
			t.Errorf("%s stands in\n%s", secret, m.Text)
		}
	}
	c.Get("/panic/")
	if m = box.next(t); !strings.Contains(m.Text, "out of paper") || !strings.Contains(m.Text, "alarm_test.go") {
		t.Errorf("a panic is told as\n%s", m.Text)
	}
	c.Get("/busy/")
	if m = box.next(t); !strings.Contains(m.Subject, "Service Unavailable") {
		t.Errorf("%+v", m)
	}
	// A path is whatever a client likes.
	got := c.Get("/" + strings.Repeat("%C3%A4%20", 400) + "/")
	if got.Status != 500 {
		t.Fatal(got.Status, got.Body)
	}
	if m = box.next(t); m.Check() != nil || len(m.Subject) > 220 {
		t.Errorf("%v %q", m.Check(), m.Subject)
	}
	if len(box) > 0 {
		t.Errorf("a page that there is not is told: %+v", <-box)
	}
}

// Ensure that a site on which everything fails fills no mailbox, and that a mail server that hangs keeps no request.
func TestAlarmFlood(t *testing.T) {
	box := make(sent) // nobody takes one
	c := alarming(t, box, false)
	for range 50 {
		if got := c.Get("/print/"); got.Status != 500 {
			t.Fatal(got.Status)
		}
	}
	for range 10 {
		box.next(t)
	}
	select {
	case m := <-box:
		t.Errorf("one too many: %+v", m)
	case <-time.After(50 * time.Millisecond):
	}
	development := alarming(t, box, true)
	development.Get("/print/")
	select {
	case m := <-box:
		t.Errorf("in development: %+v", m)
	case <-time.After(50 * time.Millisecond):
	}
}

// Ensure that an address that the environment says wrong is an error when the site starts.
func TestAdminsAreChecked(t *testing.T) {
	for _, admins := range []mail.Admins{{To: []string{"nobody"}}, {To: []string{"a@example.com"}, From: "x\ny"}, {To: []string{"a@example.com"}, Prefix: "a\r\nBcc: b"}} {
		if _, err := web.New(web.Config{Admins: admins}); err == nil || !strings.Contains(err.Error(), "admins") {
			t.Errorf("%+v: %v", admins, err)
		}
	}
}
