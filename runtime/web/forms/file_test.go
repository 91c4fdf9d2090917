package forms_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

func pngOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFiles(t *testing.T) {
	picture := pngOf(t, 2, 3)
	bomb := append([]byte(nil), picture...)
	copy(bomb[16:24], "\x7f\xff\xff\xff\x7f\xff\xff\xff") // what it says of its size
	tests := []struct {
		name          string
		field         forms.Field
		file          string
		content       []byte
		clear         bool
		initial, code string
	}{
		{"an image", forms.Field{Kind: forms.Image}, "a.png", picture, false, "", ""},
		{"an image of another name", forms.Field{Kind: forms.Image}, "a.txt", picture, false, "", "invalid_extension"},
		{"a page with an image's name", forms.Field{Kind: forms.Image}, "a.png", []byte("<script>"), false, "", "invalid_image"},
		{"an image that is cut off", forms.Field{Kind: forms.Image}, "a.png", picture[:20], false, "", "invalid_image"},
		{"an image that claims to be huge", forms.Field{Kind: forms.Image}, "a.png", bomb, false, "", "invalid_image"},
		{"an extension that is allowed", forms.Field{Kind: forms.File, Extensions: []string{"pdf"}}, "a.PDF", []byte("x"), false, "", ""},
		{"an extension that is not", forms.Field{Kind: forms.File, Extensions: []string{"pdf"}}, "a.exe", []byte("x"), false, "", "invalid_extension"},
		{"too large", forms.Field{Kind: forms.File, MaxSize: 3}, "a", []byte("1234"), false, "", "max_size"},
		{"empty and allowed", forms.Field{Kind: forms.File, AllowEmpty: true}, "a", nil, false, "", ""},
		{"required, and the row has one", forms.Field{Kind: forms.File, Required: true}, "", nil, false, "old.txt", ""},
		{"required and not there", forms.Field{Kind: forms.File, Required: true}, "", nil, false, "", "required"},
		{"taken away", forms.Field{Kind: forms.File}, "", nil, true, "old.txt", ""},
		{"taken away and sent", forms.Field{Kind: forms.File}, "a", []byte("x"), true, "old.txt", "contradiction"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.field.Name = "f"
			var files web.Uploads
			if tt.file != "" {
				files = web.NewUploads(web.NewUpload("f", tt.file, "text/html", tt.content))
			}
			var data web.Values
			if tt.clear {
				data = data.Add("f-clear", "on")
			}
			initial := map[string]any{}
			if tt.initial != "" {
				initial["f"] = tt.initial
			}
			form := (&forms.Spec{Fields: []forms.Field{tt.field}}).BindFiles(nowhere{}, time.UTC, data, files, initial)
			if got := strings.Join(codes(form), " "); got != tt.code {
				t.Fatalf("got %q, want %q", got, tt.code)
			}
			if !form.IsMultipart() {
				t.Error("the form does not ask for multipart")
			}
			if tt.code != "" {
				return
			}
			if u := form.File("f"); (u != nil) != (tt.file != "") {
				t.Errorf("file %v", u)
			} else if u != nil && tt.field.Kind == forms.Image && u.ContentType != "image/png" {
				t.Error("the client's word for the type counts:", u.ContentType)
			}
			if form.Cleared("f") != tt.clear {
				t.Error("cleared:", form.Cleared("f"))
			}
		})
	}
}

func TestGroupsOfBoxesHaveALegend(t *testing.T) {
	form := (&forms.Spec{Fields: []forms.Field{{
		Name: "days", Kind: forms.MultipleChoice, Widget: forms.CheckboxSelectMultiple, HelpText: "Any.", Required: true,
		Choices: []forms.Choice{{Value: "1", Label: "Mon"}, {Value: "2", Label: "Tue"}},
	}}}).BindValues(nowhere{}, time.UTC, web.Values{}.Add("days", "2"), nil)
	want := `<div>
<fieldset aria-describedby="id_days_helptext">
<legend>Days:</legend>
<div class="helptext" id="id_days_helptext">Any.</div>
<div id="id_days"><div>
    <label for="id_days_0"><input type="checkbox" name="days" value="1" id="id_days_0">
 Mon</label>

</div><div>
    <label for="id_days_1"><input type="checkbox" name="days" value="2" id="id_days_1" checked>
 Tue</label>

</div>
</div>
</fieldset>
</div>
`
	if got := string(form.AsDiv()); got != want {
		t.Errorf("got\n%s", got)
	}
}
