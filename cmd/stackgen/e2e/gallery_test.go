//go:build e2e

package e2e

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Ensure that rows get files, choices and rules from the site file, in each topology.
func TestGallery(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "gallery")
			edit(t, dir, "site.hcl", "uploads {", "workers {\n  mode  = \""+mode+"\"\n  count = 2\n}\n\nuploads {")
			build(t, dir)
			s := start(t, dir)
			hang(t, s, dir)
			refusedPhotos(t, s, dir)
			ruledResource(t, s)
			fullClean(t, s)
		})
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photo sends the form of a page with values, and files by field: name and content.
func photo(t *testing.T, s *site, c *http.Client, path string, values map[string]string, files map[string][2]string) answer {
	t.Helper()
	page := s.get(c, path).expect(t, "the form", 200)
	token := csrfInput.FindStringSubmatch(page.body)
	if token == nil {
		t.Fatalf("the form has no token:\n%s", page.body)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("csrfmiddlewaretoken", token[1])
	for name, value := range values {
		w.WriteField(name, value)
	}
	for field, file := range files {
		part, err := w.CreateFormFile(field, file[0])
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(file[1]))
	}
	w.Close()
	return s.ask(c, "POST", path, b.String(), "Content-Type: "+w.FormDataContentType())
}

// good are values that nothing is wrong with.
func good(code string) map[string]string {
	return map[string]string{"title": "A view", "code": code, "medium": "mono", "stars": "3", "price": "2.50", "taken": "2024-02-29"}
}

// uploads are the files that the site keeps.
func uploads(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	root := filepath.Join(dir, "data", "uploads")
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			names = append(names, strings.TrimPrefix(path, root+"/"))
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func hang(t *testing.T, s *site, dir string) {
	t.Helper()
	c := browser(t)
	content := string(picture(t))
	s.get(c, "/new/").contains(t, "the form", `<optgroup label="On film">`, `<option value="mono">Black and white</option>`,
		`<option value="digital" selected>Digital</option>`, `<input type="file" name="image" accept="image/*" required`)
	photo(t, s, c, "/new/", good("ONE"), map[string][2]string{"image": {"../../e v il.png", content}, "notes": {"notes.txt", "by the sea"}}).expect(t, "a photo", 302)
	list := s.get(c, "/").expect(t, "the list", 200).contains(t, "what people read for choices", "Black and white, Good")
	src := regexp.MustCompile(`<img src="(/media/photos/\d{4}/e%20v%20il.png)"`).FindStringSubmatch(list.body)
	if src == nil {
		t.Fatalf("the picture has no address:\n%s", list.body)
	}
	if got := s.get(c, src[1]).expect(t, "the picture", 200); got.body != content || got.header.Get("Content-Security-Policy") != "sandbox" {
		t.Error(len(got.body), got.header)
	}
	list.contains(t, "the notes", `<a href="/media/notes/notes.txt">notes/notes.txt</a>`)

	// The row keeps its files, gets another, and loses one.
	edit := map[string]string{"title": "Another view", "medium": "mono", "price": "3"}
	s.get(c, "/1/").contains(t, "the stored files", "Currently: <a href=\""+src[1]+"\">photos/", `name="notes-clear" id="notes-clear_id"`, `<label for="notes-clear_id">Clear</label>`)
	if body := s.get(c, "/1/").body; strings.Contains(body, "image-clear") || strings.Contains(body, `accept="image/*" required`) {
		t.Errorf("a file that must be there can be cleared, or must be sent again:\n%s", body)
	}
	photo(t, s, c, "/1/", edit, nil).expect(t, "a change without files", 302)
	s.get(c, "/").contains(t, "the files after it", src[1], "notes/notes.txt", "Another view")
	photo(t, s, c, "/1/", edit, map[string][2]string{"image": {"e v il.png", content}}).expect(t, "another picture of the same name", 302)
	if list := s.get(c, "/"); strings.Contains(list.body, `"`+src[1]+`"`) || !strings.Contains(list.body, "/e%20v%20il_") {
		t.Errorf("the picture was not replaced:\n%s", list.body)
	}
	edit["notes-clear"] = "on"
	photo(t, s, c, "/1/", edit, nil).expect(t, "a file taken away", 302)
	if list := s.get(c, "/"); strings.Contains(list.body, "notes.txt") {
		t.Errorf("the notes were not cleared:\n%s", list.body)
	}
	s.get(c, src[1]).expect(t, "the picture that no row has, which stays", 200)
	long := strings.Repeat("x", 95) + ".txt"
	photo(t, s, c, "/1/", map[string]string{"title": "A view", "medium": "mono", "price": "3"}, map[string][2]string{"notes": {long, "x"}}).expect(t, "a long name", 302)
	s.get(c, "/").contains(t, "the name cut to the column", "notes/"+long[:90]+".txt<")
}

func refusedPhotos(t *testing.T, s *site, dir string) {
	t.Helper()
	c := browser(t)
	content := string(picture(t))
	before := uploads(t, dir)
	for name, try := range map[string]struct {
		change map[string]string
		image  [2]string
		want   string
	}{
		"no picture":        {nil, [2]string{}, "This field is required."},
		"no image":          {nil, [2]string{"a.png", "text"}, "Upload a valid image."},
		"other extension":   {nil, [2]string{"a.exe", content}, "File extension “exe” is not allowed."},
		"short":             {map[string]string{"title": "me"}, [2]string{"a.png", content}, "Ensure this value has at least 3 characters (it has 2)."},
		"pattern":           {map[string]string{"title": "<me>"}, [2]string{"a.png", content}, "No angle brackets."},
		"in Go":             {map[string]string{"code": "two"}, [2]string{"a.png", content}, "Write the code in capital letters."},
		"cheap":             {map[string]string{"price": "0.25"}, [2]string{"a.png", content}, "Ensure this value is greater than or equal to 0.5."},
		"step":              {map[string]string{"price": "2.60"}, [2]string{"a.png", content}, "Ensure this value is a multiple of step size 0.25."},
		"price in Go":       {map[string]string{"price": "2.75"}, [2]string{"a.png", content}, "The till cannot do .75."},
		"day":               {map[string]string{"taken": "1800-01-01"}, [2]string{"a.png", content}, "Ensure this value is greater than or equal to 1826-01-01."},
		"choice":            {map[string]string{"medium": "glass"}, [2]string{"a.png", content}, "Select a valid choice. glass is not one of the available choices."},
		"the row":           {map[string]string{"title": "View", "code": "VIEW"}, [2]string{"a.png", content}, "Title and code are the same."},
		"the row's field":   {map[string]string{"medium": "slide", "stars": "1", "price": "20"}, [2]string{"a.png", content}, "No slide is poor."},
		"the code is there": {map[string]string{"code": "ONE"}, [2]string{"a.png", content}, "Photo with this Code already exists."},
		"the check":         {map[string]string{"medium": "slide"}, [2]string{"a.png", content}, "A slide costs 10 at least."},
	} {
		values := good("TWO")
		for field, value := range try.change {
			values[field] = value
		}
		files := map[string][2]string{}
		if try.image[0] != "" {
			files["image"] = try.image
		}
		photo(t, s, c, "/new/", values, files).expect(t, name, 200).contains(t, name, try.want)
	}
	if after := uploads(t, dir); after != before {
		t.Errorf("files of rows that were refused stay: %s, before %s", after, before)
	}
}

func ruledResource(t *testing.T, s *site) {
	t.Helper()
	c := browser(t)
	change := func(body string) answer {
		return s.ask(c, "PATCH", "/api/photos/1/", body, "Content-Type: application/json", "Accept: application/json")
	}
	s.get(c, "/api/photos/1/").expect(t, "the resource", 200).contains(t, "its picture", `"image":"photos/`)
	change(`{"title":"x"}`).expect(t, "a short title", 422).contains(t, "the validator's words", "at least 3 characters")
	change(`{"code":"one"}`).expect(t, "a code in small letters", 422).contains(t, "what Go says", "Write the code in capital letters.")
	change(`{"title":"one","code":"ONE"}`).expect(t, "a row that is refused", 422).contains(t, "what the model's clean says", "Title and code are the same.")
	change(`{"title":"A title."}`).expect(t, "a good title", 200).contains(t, "what clean made of it", `"title":"A title"`)
}

func fullClean(t *testing.T, s *site) {
	t.Helper()
	c := browser(t)
	check := func(values url.Values) answer {
		return s.ask(c, "POST", "/check/?"+values.Encode(), "").expect(t, "the check", 200)
	}
	check(url.Values{"title": {"Sea"}, "code": {"SEA"}, "medium": {"mono"}, "price": {"1.00"}}).contains(t, "clean", ": Title and code are the same. (invalid)")
	check(url.Values{"title": {"The sea"}, "code": {"SEA"}, "medium": {"mono"}, "price": {"1.00"}}).contains(t, "a good row", "good: The sea, Black and white")
	check(url.Values{"title": {"Se"}, "code": {"ONE"}, "medium": {"glass"}, "price": {"0.10"}, "stars": {"9"}}).contains(t, "everything at once",
		"title: Ensure this value has at least 3 characters (it has 2). (min_length)", "code: Photo with this Code already exists. (unique)",
		"medium: Value 'glass' is not a valid choice. (invalid_choice)", "stars: Value 9 is not a valid choice. (invalid_choice)",
		"price: Ensure this value is greater than or equal to 0.5. (min_value)")
	check(url.Values{"title": {"The sea"}, "code": {"SEA"}, "medium": {"slide"}, "price": {"1.00"}}).contains(t, "the check", ": A slide costs 10 at least. (invalid)")
}
