//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stackgen.dev/runtime/web/redis/redistest"
)

// club is a running example members, with a superuser.
type club struct {
	*site
	t *testing.T
	// read counts the e-mails that were looked at.
	read int
}

func startClub(t *testing.T, mode string) *club {
	t.Helper()
	dir := project(t, "members")
	edit(t, dir, "site.hcl", "session {", "workers {\n  mode  = \""+mode+"\"\n  count = 2\n}\n\nsession {")
	build(t, dir)
	make := exec.Command("./site", "createsuperuser", "--no-input", "--username", "chair", "--email", "chair@example.com")
	make.Dir, make.Env = dir, append(os.Environ(), "SUPERUSER_PASSWORD=the gavel of the chair")
	if out, err := make.CombinedOutput(); err != nil || !strings.Contains(string(out), "Superuser chair created.") {
		t.Fatalf("%v\n%s", err, out)
	}
	env := []string{"EMAIL_URL=file:mail"}
	if mode == "process" {
		server, err := redistest.Start()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Stop)
		env = append(env, "CACHE_URL="+server.URL)
	}
	return &club{site: start(t, dir, env...), t: t}
}

// letter is the next e-mail that the site has sent: its recipient, subject and plain text.
func (c *club) letter() (to, subject, text string) {
	c.t.Helper()
	var files []string
	c.wait("an e-mail", func() bool {
		files, _ = filepath.Glob(filepath.Join(c.dir, "data", "mail", "*.eml"))
		return len(files) > c.read
	})
	raw, err := os.ReadFile(files[c.read])
	c.read++
	if err != nil {
		c.t.Fatal(err)
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		c.t.Fatal(err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil {
		c.t.Fatal(err)
	}
	plain, err := io.ReadAll(quotedprintable.NewReader(part))
	if err != nil {
		c.t.Fatal(err)
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		c.t.Fatal(err)
	}
	return m.Header.Get("To"), subject, string(plain)
}

// link is the path of the link in an e-mail's text.
func (c *club) link(text string) string {
	c.t.Helper()
	found := regexp.MustCompile(`http://\S+`).FindString(text)
	u, err := url.Parse(found)
	if err != nil || !strings.HasPrefix(found, c.url) {
		c.t.Fatalf("no link to the site in %q", text)
	}
	return u.Path
}

func (c *club) login(name, password string) *http.Client {
	c.t.Helper()
	b := browser(c.t)
	c.post(b, "/accounts/login/", url.Values{"username": {name}, "password": {password}}).expect(c.t, "the login of "+name, 302)
	return b
}

// Ensure that a club runs in each topology as its file says: by invitation, with
// permissions, with passwords that can be reset, in two languages, its sessions in files or in Redis.
func TestMembers(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			c := startClub(t, mode)
			stranger := browser(t)
			c.get(stranger, "/").expect(t, "the first page", 200).contains(t, "the first page", "This club is for people who were invited.", `<html lang="en">`)
			c.get(stranger, "/", "Accept-Language: de").expect(t, "the first page in German", 200).contains(t, "it", "Willkommen", "Anmelden", `<html lang="de">`)
			c.chooses()
			if to := c.get(stranger, "/notes/").expect(t, "a page for members", 302).header.Get("Location"); to != "/accounts/login/?next=/notes/" {
				t.Errorf("it leads to %q", to)
			}
			c.post(stranger, "/accounts/login/", url.Values{"username": {"chair"}, "password": {"wrong"}}).expect(t, "a wrong password", 200).
				contains(t, "a wrong password", "Please enter a correct username and password.")

			chair := c.login("chair", "the gavel of the chair")
			c.get(chair, "/").contains(t, "the chair's page", "Hello, chair", `href="/invite/"`, `href="/documents/"`)
			c.invitation(chair)
			ada := c.login("ada", "analytical engine no. 1")
			c.permissions(chair, ada)
			c.reset(ada)
			c.notes(chair)
			if out, err := try(c.dir, "./site", "changepassword", "nobody"); err == nil {
				t.Errorf("the password of nobody was changed: %s", out)
			}
		})
	}
}

// invitation has ada come in.
func (c *club) invitation(chair *http.Client) {
	t := c.t
	c.post(chair, "/invite/", url.Values{"email": {"ada@example.com"}}).expect(t, "an invitation", 302)
	c.get(chair, "/").contains(t, "the next page", "An invitation is on its way to ada@example.com.")
	to, subject, text := c.letter()
	if !strings.Contains(to, "ada@example.com") || !strings.HasPrefix(subject, "chair invites you to 127.0.0.1:") {
		t.Errorf("%q %q", to, subject)
	}
	link, b := c.link(text), browser(t)
	c.get(b, link+"x/").expect(t, "no invitation", 404)
	c.get(b, strings.Replace(link, "/welcome/", "/welcome/x", 1)).expect(t, "a forged invitation", 200).contains(t, "it", "This invitation is not good any more")
	c.post(b, link, url.Values{"username": {"ada"}, "password1": {"ada"}, "password2": {"ada"}}).expect(t, "a bad password", 200).
		contains(t, "a bad password", "This password is too short.", "too similar to the username")
	c.post(b, link, url.Values{"username": {"ada"}, "password1": {"analytical engine no. 1"}, "password2": {"analytical engine no. 1"}}).expect(t, "a new member", 302)
	c.get(b, "/").contains(t, "who signed up", "Hello, ada")
	c.get(browser(t), link).contains(t, "the invitation once more", "This invitation is not good any more")
}

// permissions are what the chair has and ada lacks, until she gets them.
func (c *club) permissions(chair, ada *http.Client) {
	t := c.t
	c.get(ada, "/documents/").expect(t, "documents without permission", 403).contains(t, "the site's page for it", "This page is for members who have the permission for it.")
	c.get(ada, "/invite/").expect(t, "inviting without permission", 403)
	if page := c.get(ada, "/"); strings.Contains(page.body, `href="/invite/"`) || strings.Contains(page.body, `href="/documents/"`) {
		t.Error("the menu shows what ada may not")
	}
	for _, codename := range []string{"add_document", "view_document"} {
		run(t, c.dir, "./site", "sql", `INSERT INTO auth_user_user_permissions (user_id, permission_id)
			SELECT u.id, p.id FROM auth_user u, auth_permission p WHERE u.username = 'ada' AND p.codename = '`+codename+`'`)
	}
	c.upload(ada, "Minutes", "minutes.exe", "MZ").expect(t, "a program", 200).contains(t, "a program", "File extension “exe” is not allowed.")
	c.upload(ada, "Minutes", "minutes.txt", "We met.").expect(t, "a document", 302)
	c.get(ada, "/documents/").expect(t, "the documents", 200).contains(t, "the documents", "Minutes", "Minutes is there.", "ada")
	if got := c.get(ada, "/documents/1/").expect(t, "the document", 200); got.body != "We met." {
		t.Errorf("it reads %q", got.body)
	}
	c.upload(chair, "Secret", "secret.txt", "Shh.").expect(t, "the chair's document", 302)
	c.get(ada, "/documents/2/").expect(t, "the document of another", 403)
	c.get(ada, "/documents/99/").expect(t, "no document", 404)
	c.get(chair, "/documents/1/").expect(t, "what a superuser may", 200)
	// A permission that comes by a group counts as well.
	for _, sql := range []string{
		`INSERT INTO auth_group (name) VALUES ('readers')`,
		`INSERT INTO auth_group_permissions (group_id, permission_id) SELECT g.id, p.id FROM auth_group g, auth_permission p WHERE p.codename = 'read_document'`,
		`INSERT INTO auth_user_groups (user_id, group_id) SELECT u.id, g.id FROM auth_user u, auth_group g WHERE u.username = 'ada'`,
	} {
		run(t, c.dir, "./site", "sql", sql)
	}
	c.get(ada, "/documents/2/").expect(t, "the document of another, by a group", 200)
}

// upload sends the form with a file.
func (c *club) upload(b *http.Client, title, name, content string) answer {
	c.t.Helper()
	page := c.get(b, "/documents/new/").expect(c.t, "the form", 200)
	token := csrfInput.FindStringSubmatch(page.body)
	if token == nil {
		c.t.Fatalf("the form has no token:\n%s", page.body)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("csrfmiddlewaretoken", token[1])
	w.WriteField("title", title)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		c.t.Fatal(err)
	}
	part.Write([]byte(content))
	w.Close()
	return c.ask(b, "POST", "/documents/new/", body.String(), "Content-Type: "+w.FormDataContentType())
}

// chooses has somebody whose browser asks for English choose German, which lasts.
func (c *club) chooses() {
	c.t.Helper()
	b := browser(c.t)
	page := c.get(b, "/").contains(c.t, "the first page in English", "Welcome", "Deutsch")
	m := csrfInput.FindStringSubmatch(page.body)
	if m == nil {
		c.t.Fatalf("no form with a token:\n%s", page.body)
	}
	form := url.Values{"csrfmiddlewaretoken": {m[1]}, "language": {"de"}, "next": {"/accounts/login/"}}
	went := c.ask(b, "POST", "/language/", form.Encode(), "Content-Type: application/x-www-form-urlencoded", "Accept-Language: en").expect(c.t, "the choice", 302)
	if to := went.header.Get("Location"); to != "/accounts/login/" {
		c.t.Errorf("the choice of a language leads to %q", to)
	}
	c.get(b, "/accounts/login/", "Accept-Language: en").contains(c.t, "the login in German", ">Benutzername:</label>", `<html lang="de">`)
	form.Set("next", "https://evil.example/")
	if to := c.ask(b, "POST", "/language/", form.Encode(), "Content-Type: application/x-www-form-urlencoded").header.Get("Location"); to != "/" {
		c.t.Errorf("the choice of a language leads away, to %q", to)
	}
	form.Del("csrfmiddlewaretoken")
	c.ask(b, "POST", "/language/", form.Encode(), "Content-Type: application/x-www-form-urlencoded").expect(c.t, "a choice without a token", 403)
}

// reset gives ada another password by e-mail, in German, which ends her session.
func (c *club) reset(ada *http.Client) {
	t := c.t
	b := browser(t)
	c.post(b, "/accounts/reset/", url.Values{"email": {"nobody@example.com"}}).expect(t, "a reset of nobody", 302)
	page := c.get(b, "/accounts/reset/", "Accept-Language: de").contains(t, "the form in German", "Passwort zurücksetzen")
	page.contains(t, "the labels in German", ">E-Mail:</label>")
	c.get(b, "/accounts/login/", "Accept-Language: de").contains(t, "the login in German", ">Benutzername:</label>", ">Passwort:</label>")
	token := csrfInput.FindStringSubmatch(page.body)
	c.ask(b, "POST", "/accounts/reset/", url.Values{"email": {"nothing"}, "csrfmiddlewaretoken": {token[1]}}.Encode(),
		"Content-Type: application/x-www-form-urlencoded", "Accept-Language: de").contains(t, "a mistake in German", "Geben Sie eine gültige E-Mail-Adresse ein.")
	c.ask(b, "POST", "/accounts/reset/", url.Values{"email": {"ada@example.com"}, "csrfmiddlewaretoken": {token[1]}}.Encode(),
		"Content-Type: application/x-www-form-urlencoded", "Accept-Language: de").expect(t, "a reset", 302)
	to, subject, text := c.letter()
	if !strings.Contains(to, "ada@example.com") || !strings.HasPrefix(subject, "Neues Passwort für ") || !strings.Contains(text, "ada") {
		t.Errorf("%q %q\n%s", to, subject, text)
	}
	link := c.link(text)
	clean := c.get(b, link).expect(t, "the link", 302).header.Get("Location")
	if !strings.HasSuffix(clean, "/set-password/") {
		t.Fatalf("the link leads to %q", clean)
	}
	c.post(b, clean, url.Values{"new_password1": {"difference engine no. 2"}, "new_password2": {"difference engine no. 2"}}).expect(t, "a new password", 302)
	c.get(b, link).expect(t, "the link once more", 200).contains(t, "the link once more", "The password reset link was invalid")
	if got := c.get(ada, "/notes/"); got.status != 302 {
		t.Errorf("the session of the old password goes on: %d", got.status)
	}
	again := c.login("ada", "difference engine no. 2")
	c.post(again, "/accounts/password/", url.Values{"old_password": {"difference engine no. 2"}, "new_password1": {"a third long secret"}, "new_password2": {"a third long secret"}}).
		expect(t, "a change of password", 302)
	c.get(again, "/").contains(t, "the session that changed it", "Hello, ada")
	logout := c.get(again, "/")
	c.get(again, "/accounts/logout/").expect(t, "a logout by a link", 405)
	c.ask(again, "POST", "/accounts/logout/", url.Values{"csrfmiddlewaretoken": {csrfInput.FindStringSubmatch(logout.body)[1]}}.Encode(), "Content-Type: application/x-www-form-urlencoded").
		expect(t, "the logout", 302)
	c.get(again, "/").contains(t, "who logged out", "This club is for people who were invited.")
}

// notes are each member's own: set and where by request.user.
func (c *club) notes(chair *http.Client) {
	t := c.t
	c.post(chair, "/notes/", url.Values{"text": {"Buy a new gavel"}}).expect(t, "a note", 302)
	c.get(chair, "/notes/").contains(t, "the chair's notes", "Buy a new gavel")
	ada := c.login("ada", "a third long secret")
	if page := c.get(ada, "/notes/").expect(t, "ada's notes", 200); strings.Contains(page.body, "gavel") {
		t.Error("ada sees the chair's notes")
	}
	for range 5 {
		c.post(browser(t), "/accounts/login/", url.Values{"username": {"ada"}, "password": {"guess"}})
	}
	c.post(browser(t), "/accounts/login/", url.Values{"username": {"ada"}, "password": {"a third long secret"}}).expect(t, "one login too many", 429).
		contains(t, "it", "Too many attempts to log in have failed.")
}
