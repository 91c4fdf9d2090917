//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure that a form with a file, messages, sessions on the server, languages
// and a content policy do in each topology what their documentation says.
func TestContact(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "contact")
			edit(t, dir, "site.hcl", "uploads {", "workers {\n  mode  = \""+mode+"\"\n  count = 2\n}\n\nuploads {")
			build(t, dir)
			s := start(t, dir)
			writeLetters(t, s, dir)
			refusedLetters(t, s)
			copiesOfLetters(t, s)
			layersOfContact(t, s)
		})
	}
}

// letter sends the form with a file of that name and content; no file where the name is empty.
func letter(t *testing.T, s *site, c *http.Client, message, name string, content []byte) answer {
	t.Helper()
	page := s.get(c, "/contact/").expect(t, "the form", 200)
	page.contains(t, "the form", `enctype="multipart/form-data"`, "<legend>Topic:</legend>", `<input type="file" name="attachment"`)
	token := csrfInput.FindStringSubmatch(page.body)
	if token == nil {
		t.Fatalf("the form has no token:\n%s", page.body)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{{"csrfmiddlewaretoken", token[1]}, {"name", "Ada"}, {"email", "ada@example.com"}, {"topic", "praise"}, {"message", message}, {"copies-TOTAL_FORMS", "0"}, {"copies-INITIAL_FORMS", "0"}} {
		w.WriteField(field[0], field[1])
	}
	if name != "" {
		part, err := w.CreateFormFile("attachment", name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write(content)
	}
	w.Close()
	return s.ask(c, "POST", "/contact/", b.String(), "Content-Type: "+w.FormDataContentType())
}

func writeLetters(t *testing.T, s *site, dir string) {
	t.Helper()
	c := browser(t)
	s.get(c, "/letters/notes.txt").expect(t, "a stranger's look at a letter", 403)
	large := bytes.Repeat([]byte("line\n"), 40_000) // goes to disk on its way
	if to := letter(t, s, c, "Hello there", "../notes.txt", large).expect(t, "the first letter", 302).header.Get("Location"); to != "/" {
		t.Errorf("the form leads to %q", to)
	}
	s.get(c, "/").expect(t, "the next page", 200).contains(t, "the next page", `<li class="success">Thank you, Ada. We have notes.txt.</li>`)
	if again := s.get(c, "/"); strings.Contains(again.body, "Thank you") {
		t.Error("the message is shown twice")
	}
	letter(t, s, c, "Hello again", "", nil).expect(t, "a letter without a file", 302)
	s.get(c, "/").contains(t, "the page after the second letter", "It is not your first letter.")

	kept, err := os.ReadFile(filepath.Join(dir, "data", "uploads", "letters", "notes.txt"))
	if err != nil || !bytes.Equal(kept, large) {
		t.Errorf("the file was kept as %d bytes, %v", len(kept), err)
	}
	whole := s.get(c, "/letters/notes.txt").expect(t, "the letter", 200)
	if whole.body != string(large) || whole.header.Get("Content-Disposition") != `attachment; filename="notes.txt"` || !strings.Contains(whole.header.Get("Cache-Control"), "no-store") {
		t.Error(len(whole.body), whole.header)
	}
	part := s.get(c, "/letters/notes.txt", "Range: bytes=5-9").expect(t, "a part of it", 206)
	if part.body != "line\n" || part.header.Get("Content-Range") != fmt.Sprintf("bytes 5-9/%d", len(large)) {
		t.Error(part.body, part.header)
	}
	s.get(c, "/letters/notes.txt", "If-None-Match: "+whole.header.Get("ETag")).expect(t, "the letter that is known", 304)
	s.get(c, "/letters/other.txt").expect(t, "no such letter", 404).contains(t, "the page of the site for it", "There is no such page.", "style.")
}

func refusedLetters(t *testing.T, s *site) {
	t.Helper()
	c := browser(t)
	letter(t, s, c, "Hi there", "run.exe", []byte("x")).expect(t, "an extension", 200).
		contains(t, "an extension that is not allowed", "File extension “exe” is not allowed. Allowed extensions are: txt, pdf, png.")
	letter(t, s, c, "Hi there", "a.txt", nil).expect(t, "an empty file", 200).contains(t, "an empty file", "The submitted file is empty.")
	letter(t, s, c, "Hi there", "a.txt", make([]byte, 1<<20+1)).expect(t, "a large file", 200).contains(t, "a large file", "Ensure this file has at most 1048576 bytes")
	letter(t, s, c, "x", "", nil).expect(t, "a short message", 200).contains(t, "a short message", "Ensure this value has at least 3 characters (it has 1).", `aria-invalid="true"`)
	letter(t, s, c, "see http://example.com", "", nil).expect(t, "what Go refuses", 200).contains(t, "what Go refuses", "Please write without links.")
	s.ask(c, "POST", "/contact/", "--X\r\nbroken", "Content-Type: multipart/form-data; boundary=X").expect(t, "a broken form", 400)
	s.ask(browser(t), "POST", "/contact/", "name=x", "Content-Type: application/x-www-form-urlencoded").expect(t, "a form without a token", 403)
}

// copiesOfLetters fills in the formset of the form, well and badly.
func copiesOfLetters(t *testing.T, s *site) {
	t.Helper()
	c := browser(t)
	s.get(c, "/contact/").contains(t, "the formset", `<input type="hidden" name="copies-TOTAL_FORMS" value="2" id="id_copies-TOTAL_FORMS">`,
		`<input type="hidden" name="copies-MAX_NUM_FORMS" value="3" id="id_copies-MAX_NUM_FORMS">`, `name="copies-1-email"`, `name="copies-0-ORDER"`, `name="copies-0-DELETE"`)
	send := func(total string, fields ...string) answer {
		t.Helper()
		values := url.Values{"name": {"Ada"}, "email": {"ada@example.com"}, "topic": {"praise"}, "message": {"Hello"}}
		if total != "" {
			values.Set("copies-TOTAL_FORMS", total)
			values.Set("copies-INITIAL_FORMS", "0")
		}
		for _, f := range fields {
			name, value, _ := strings.Cut(f, "=")
			values.Set("copies-"+name, value)
		}
		return s.post(c, "/contact/", values)
	}
	send("2").expect(t, "copies that nobody wants", 302)
	if shown := s.get(c, "/"); strings.Contains(shown.body, "Copies") {
		t.Errorf("copies of nothing: %s", shown.body)
	}
	send("4", "0-name=Bob", "0-email=bob@example.com", "0-since=1999", "1-name=Cleo", "1-email=cleo@example.com", "1-ORDER=1",
		"2-name=Dan", "2-email=nothing", "2-DELETE=on", "3-since=").expect(t, "copies in an order, and one taken away", 302)
	s.get(c, "/").contains(t, "what Go got", "Copies go to Cleo, Bob (since 1999).")

	for what, tt := range map[string]struct {
		total  string
		fields []string
		want   string
	}{
		"a half":                      {"2", []string{"0-name=Bob", "1-email=cleo@example.com"}, `<ul class="errorlist" id="id_copies-0-email_error"><li>This field is required.</li></ul>`},
		"a wrong value":               {"1", []string{"0-name=Bob", "0-email=bob@example.com", "0-since=1899"}, "Ensure this value is greater than or equal to 1900."},
		"too many":                    {"4", []string{"0-name=A", "0-email=a@b.de", "1-name=A", "1-email=a@b.de", "2-name=A", "2-email=a@b.de", "3-name=A", "3-email=a@b.de"}, `<ul class="errorlist nonform"><li>Please submit at most 3 forms.</li></ul>`},
		"no management":               {"", nil, "ManagementForm data is missing or has been tampered with. Missing fields: copies-TOTAL_FORMS, copies-INITIAL_FORMS."},
		"no number":                   {"x", nil, "Missing fields: copies-TOTAL_FORMS."},
		"a number that is never read": {"999999999", nil, "Please submit at most 3 forms."},
		"what Go refuses":             {"1", []string{"0-name=Ada", "0-email=ada@example.com"}, "You have the answer anyway."},
	} {
		send(tt.total, tt.fields...).expect(t, what, 200).contains(t, what, tt.want)
	}
}

func layersOfContact(t *testing.T, s *site) {
	t.Helper()
	page := s.get(browser(t), "/", "Accept-Language: fr, de;q=0.8").expect(t, "the page", 200)
	if got := page.header.Get("Content-Language"); got != "de" {
		t.Errorf("Content-Language %q", got)
	}
	policy := page.header.Get("Content-Security-Policy")
	_, nonce, _ := strings.Cut(policy, "'nonce-")
	nonce, _, _ = strings.Cut(nonce, "'")
	if nonce == "" || !strings.Contains(page.body, `<script nonce="`+nonce+`">`) {
		t.Errorf("the page does not carry the nonce of %q:\n%s", policy, page.body)
	}
	first, second := s.get(browser(t), "/about/"), s.get(browser(t), "/about/")
	if first.body != second.body || !strings.Contains(second.header.Get("Cache-Control"), "max-age=600") {
		t.Error(second.header)
	}
}
