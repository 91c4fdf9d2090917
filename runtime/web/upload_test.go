package web_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// parts writes a multipart body with the boundary X.
func parts(each ...string) string {
	return "--X\r\n" + strings.Join(each, "\r\n--X\r\n") + "\r\n--X--\r\n"
}

func file(field, name, content string) string {
	return fmt.Sprintf("Content-Disposition: form-data; name=%q; filename=%q\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s", field, name, content)
}

func textField(name, value string) string {
	return fmt.Sprintf("Content-Disposition: form-data; name=%q\r\n\r\n%s", name, value)
}

// show writes down what of a form arrived.
func show(r *web.Request) (*web.Response, error) {
	form, err := r.Form()
	if err != nil {
		return nil, err
	}
	files, err := r.Files()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, name := range form.Names() {
		fmt.Fprintf(&b, "%s=%q ", name, form.All(name))
	}
	for _, name := range []string{"f", "g"} {
		for _, u := range files.All(name) {
			content, err := io.ReadAll(u.Open())
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "%s:%s:%s:%s:%d:%v:%s ", u.Field, u.Name, u.ContentType, u.Charset, u.Size, u.OnDisk(), content)
		}
	}
	return web.Text(strings.TrimSpace(b.String())), nil
}

func uploads(t *testing.T, dir string) *webtest.Client {
	t.Helper()
	app, err := web.New(web.Config{
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: show}}}, Log: slog.New(slog.DiscardHandler),
		FormMemory: 100, FormFields: 3, UploadMemory: 10, UploadFiles: 2, UploadDir: dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app)
}

func TestUploads(t *testing.T) {
	dir := t.TempDir()
	client := uploads(t, dir)
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"a field and a file", parts(textField("a", "1"), file("f", "x.txt", "hello")), 200, `a=["1"] f:x.txt:text/plain:utf-8:5:false:hello`},
		{"over the memory limit goes to disk", parts(file("f", "x.txt", "hello world!")), 200, "f:x.txt:text/plain:utf-8:12:true:hello world!"},
		{"exactly the memory limit", parts(file("f", "x.txt", "0123456789")), 200, "f:x.txt:text/plain:utf-8:10:false:0123456789"},
		{"several of one field", parts(file("f", "a", "1"), file("f", "b", "2")), 200, "f:a:text/plain:utf-8:1:false:1 f:b:text/plain:utf-8:1:false:2"},
		{"a field left empty", parts(file("f", "", "")), 200, ""},
		{"folders are cut off", parts(file("f", "../../etc/passwd", "x")), 200, "f:passwd:text/plain:utf-8:1:false:x"},
		{"Windows folders too", parts("Content-Disposition: form-data; name=f; filename=\"C:\\\\dir\\\\a.txt\"\r\n\r\nx"), 200, "f:a.txt:::1:false:x"},
		{"a name of dots is none", parts(file("f", "..", "x")), 200, ""},
		{"HTML entities are read", parts(file("f", "&lt;a&gt;.txt", "x")), 200, "f:<a>.txt:text/plain:utf-8:1:false:x"},
		{"base64", parts("Content-Disposition: form-data; name=f; filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8="), 200, "f:a:::5:false:hello"},
		{"broken base64", parts("Content-Disposition: form-data; name=f; filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!"), 400, "malformed"},
		{"extended name (RFC 5987)", parts("Content-Disposition: form-data; name=f; filename*=utf-8''%e2%82%ac.txt\r\n\r\nx"), 200, "f:€.txt:::1:false:x"},
		{"no form-data", parts("Content-Disposition: attachment; name=f\r\n\r\nx"), 200, ""},
		{"too many files", parts(file("f", "a", "1"), file("f", "b", "2"), file("g", "c", "3")), 400, "more than 2 files"},
		{"too many fields", parts(textField("a", "1"), textField("b", "1"), textField("c", "1"), textField("d", "1")), 400, "more than 3 fields"},
		{"too much text", parts(textField("a", strings.Repeat("x", 101))), 413, "larger than 100 bytes"},
		{"cut off in a file", "--X\r\n" + file("f", "x.txt", "hello"), 400, "malformed"},
		{"no parts", "--X--\r\n", 200, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := client.Do(webtest.Request{Method: "POST", Target: "/", ContentType: "multipart/form-data; boundary=X", Body: tt.body})
			if got.Status != tt.status || tt.status == 200 && got.Body != tt.want || !strings.Contains(got.Body, tt.want) {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%v left in the temporary folder, %v", left, err)
	}
}

func TestUploadWithoutDisk(t *testing.T) {
	client := uploads(t, t.TempDir()+"/missing")
	got := client.Do(webtest.Request{Method: "POST", Target: "/", ContentType: "multipart/form-data; boundary=X",
		Body: parts(file("f", "x.txt", "hello world!"))})
	if got.Status != 500 {
		t.Error("a disk that fails is no fault of the client:", got.Status)
	}
}

func TestLongFileName(t *testing.T) {
	u := web.NewUpload("f", strings.Repeat("é", 300)+".png", "", nil)
	if n := len([]rune(u.Name)); n != 255 || !strings.HasSuffix(u.Name, ".png") {
		t.Error(n, u.Name)
	}
}

func FuzzUpload(f *testing.F) {
	f.Add(parts(textField("a", "1"), file("f", "x.txt", "hello world!")))
	f.Add("--X\r\nContent-Disposition: form-data; name=f; filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--X--")
	f.Add("--X\r\n\r\n--X--")
	app, err := web.New(web.Config{
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: show}}}, Log: slog.New(slog.DiscardHandler),
		FormMemory: 1000, UploadMemory: 10, UploadDir: f.TempDir(),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got := webtest.New(app).Do(webtest.Request{Method: "POST", Target: "/", ContentType: "multipart/form-data; boundary=X", Body: body})
		switch got.Status {
		case 200, 400, 413:
		default:
			t.Errorf("%d %s", got.Status, got.Body)
		}
	})
}

// Ensure that neither what stands before a part nor parts that are nothing cost more than a form may.
func TestPartsAreBounded(t *testing.T) {
	c := one(t, func(r *web.Request) (*web.Response, error) {
		form, err := r.Form()
		return web.Text(form.Get("a")), err
	})
	part := func(head, body string) string { return "--B\r\n" + head + "\r\n\r\n" + body + "\r\n" }
	field := part(`Content-Disposition: form-data; name="a"`, "b")
	for name, tt := range map[string]struct {
		body string
		want int
	}{
		"a field":              {field, 200},
		"a long head":          {part(`Content-Disposition: form-data; name="a"`+"\r\nX-Padding: "+strings.Repeat("x", 15<<10), "b"), 200},
		"a longer head":        {part(`Content-Disposition: form-data; name="a"`+"\r\nX-Padding: "+strings.Repeat("x", 64<<10), "b"), 400},
		"many lines":           {part(`Content-Disposition: form-data; name="a"`+strings.Repeat("\r\nX: y", 9000), "b"), 400},
		"parts without a name": {strings.Repeat(part("X: y", "b"), 2000) + field, 400},
		"empty files":          {strings.Repeat(part(`Content-Disposition: form-data; name="f"; filename=""`, ""), 2000) + field, 400},
	} {
		if got := c.Do(webtest.Request{Method: "POST", Target: "/v/", ContentType: "multipart/form-data; boundary=B", Body: tt.body + "--B--\r\n"}); got.Status != tt.want || tt.want == 200 && got.Body != "b" {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
}
