package forms_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

var post = &forms.Spec{
	Model: "post",
	Constraints: []forms.Constraint{
		{Name: "short", Message: "Shorter."},
		{Name: "worded", Columns: []string{"token"}, Plain: true, Message: "Taken.", Code: "unique"},
		{Name: "some", Columns: []string{"slug", "author_id"}},
	},
	Fields: []forms.Field{
		{Name: "title", Kind: forms.Char, Required: true, MaxLength: 20, HelpText: "A <b>short</b> one."},
		{Name: "slug", Kind: forms.Slug, Required: true},
		{Name: "published", Kind: forms.DateTime},
		{Name: "author", Kind: forms.ForeignKey, Required: true, Options: func(model.Source) ([]forms.Choice, error) {
			return []forms.Choice{{Value: "1", Label: "Ada & Co"}, {Value: "2", Label: "Bob"}}, nil
		}},
		{Name: "token", Kind: forms.Char, Widget: forms.HiddenInput},
	},
	Clean: func(f *forms.Form) {
		if f.String("title") == f.String("slug") && f.String("slug") != "" {
			f.AddError("", "Title and slug must differ.", "same")
		}
	},
}

func values(pairs ...string) web.Values {
	var v web.Values
	for i := 0; i < len(pairs); i += 2 {
		v = v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func bind(pairs ...string) *forms.Form {
	return post.BindValues(nowhere{}, time.UTC, values(pairs...), nil)
}

func TestValid(t *testing.T) {
	f := bind("title", " Hello ", "slug", "hello", "author", "2", "published", "2026-03-14T15:09")
	if !f.Valid() {
		t.Fatal(f.Errors())
	}
	if f.String("title") != "Hello" || f.Int("author") != 2 || !f.Time("published").Equal(time.Date(2026, 3, 14, 15, 9, 0, 0, time.UTC)) {
		t.Error("cleaned values:", f.Value("title"), f.Value("author"), f.Value("published"))
	}
	if n := forms.Null[time.Time](bind("title", "a"), "published"); n.Valid {
		t.Error("an empty time is null, got", n)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name string
		form *forms.Form
		want string
	}{
		{"required", bind(), "title: This field is required. slug: This field is required. author: This field is required."},
		{"no such row", bind("title", "a", "slug", "b", "author", "3"), "author: Select a valid choice. That choice is not one of the available choices."},
		{"row is no number", bind("title", "a", "slug", "b", "author", "x"), "author: Select a valid choice. That choice is not one of the available choices."},
		{"whole form", bind("title", "a", "slug", "a", "author", "1"), "__all__: Title and slug must differ."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range tt.form.Errors() {
				got = append(got, e.Name+": "+e.Errors[0].Message)
			}
			if strings.Join(got, " ") != tt.want || tt.form.Valid() {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestModelErrors(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"one column", &model.UniqueError{Table: "post", Columns: []string{"slug"}}, "slug: Post with this Slug already exists."},
		{"foreign key column", &model.UniqueError{Table: "post", Columns: []string{"author_id"}}, "author: Post with this Author already exists."},
		{"two columns", &model.UniqueError{Table: "post", Columns: []string{"title", "slug"}}, "__all__: Post with this Title and Slug already exists."},
		{"a column that the form does not have", &model.UniqueError{Table: "post", Columns: []string{"code"}}, "__all__: Post with this Code already exists."},
		{"check", &model.CheckError{Table: "post", Check: "positive"}, "__all__: Constraint “positive” is violated."},
		{"check with words", &model.CheckError{Table: "post", Check: "short"}, "__all__: Shorter."},
		{"unique with words, by name", &model.UniqueError{Table: "post", Constraint: "worded"}, "token: Taken."},
		{"unique with words, by columns", &model.UniqueError{Table: "post", Columns: []string{"slug", "author_id"}}, "__all__: Constraint “some” is violated."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := bind("title", "a", "slug", "b", "author", "1")
			if !f.Valid() || !f.AddModelError(tt.err) || f.Valid() {
				t.Fatal("valid, then not")
			}
			if e := f.Errors()[0]; e.Name+": "+e.Errors[0].Message != tt.want {
				t.Error(e)
			}
		})
	}
	if bind("title", "a").AddModelError(errors.New("disk full")) {
		t.Error("any error is the visitor's mistake")
	}
}

func TestHTML(t *testing.T) {
	f := bind("title", "<Hi>", "author", "1")
	title := f.Field("title")
	tests := []struct{ name, got, want string }{
		{"element", string(title.HTML()), `<input type="text" name="title" value="&lt;Hi&gt;" maxlength="20" required aria-describedby="id_title_helptext" id="id_title">`},
		{"wrong element", string(f.Field("slug").HTML()), `<input type="text" name="slug" required aria-invalid="true" aria-describedby="id_slug_error" id="id_slug">`},
		{"label", string(title.LabelTag()), `<label for="id_title">Title:</label>`},
		{"errors", string(f.Field("slug").Errors().HTML()), `<ul class="errorlist" id="id_slug_error"><li>This field is required.</li></ul>`},
		{"hidden", string(f.Field("token").HTML()), `<input type="hidden" name="token" id="id_token">`},
		{"select", string(f.Field("author").HTML()), "<select name=\"author\" required id=\"id_author\">\n  <option value=\"\">---------</option>\n\n" +
			"  <option value=\"1\" selected>Ada &amp; Co</option>\n\n  <option value=\"2\">Bob</option>\n\n</select>"},
		{"group", string(title.AsFieldGroup()), "<label for=\"id_title\">Title:</label>\n" +
			"<div class=\"helptext\" id=\"id_title_helptext\">A <b>short</b> one.</div>\n" + string(title.HTML()) + "\n"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestLayouts(t *testing.T) {
	small := &forms.Spec{Fields: []forms.Field{{Name: "a", Kind: forms.Integer, Min: int64(0)}, {Name: "h", Kind: forms.Char, Widget: forms.HiddenInput}}}
	f := small.BindValues(nowhere{}, time.UTC, values("a", "x", "h", "1"), nil)
	f.AddError("", "No.", "")
	const element = `<input type="number" name="a" value="x" min="0" aria-invalid="true" aria-describedby="id_a_error" id="id_a">`
	const list = `<ul class="errorlist" id="id_a_error"><li>Enter a whole number.</li></ul>`
	const top = "<ul class=\"errorlist nonfield\"><li>No.</li></ul>\n"
	const hidden = "<input type=\"hidden\" name=\"h\" value=\"1\" id=\"id_h\">\n"
	if got, want := string(f.AsDiv()), top+"<div>\n<label for=\"id_a\">A:</label>\n"+list+"\n"+element+"\n"+hidden+"</div>\n"; got != want {
		t.Errorf("as_div\n got %s\nwant %s", got, want)
	}
	if got, want := string(f.AsP()), top+list+"\n<p>\n<label for=\"id_a\">A:</label>\n"+element+"\n"+hidden+"</p>\n"; got != want {
		t.Errorf("as_p\n got %s\nwant %s", got, want)
	}
}

func TestInitial(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	spec := &forms.Spec{Prefix: "p", Fields: []forms.Field{
		{Name: "at", Kind: forms.DateTime}, {Name: "on", Kind: forms.Boolean}, {Name: "maybe", Kind: forms.Boolean, Null: true},
		{Name: "price", Kind: forms.Decimal, MaxDigits: 5, DecimalPlaces: 2, Initial: model.NewDecimal(150, 2)},
		{Name: "took", Kind: forms.Duration},
	}}
	f := spec.BindValues(nowhere{}, berlin, web.Values{}, nil)
	if f.Field("on").HTML() != `<input type="checkbox" name="p-on" id="id_p-on">` {
		t.Error(f.Field("on").HTML())
	}
	unbound := spec.Preview(nowhere{}, berlin, map[string]any{
		"at": time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC), "on": true, "maybe": false, "took": 90*time.Minute + 24*time.Hour,
	})
	for name, want := range map[string]string{
		"at":    `<input type="datetime-local" name="p-at" value="2026-07-01T12:00" id="id_p-at">`,
		"on":    `<input type="checkbox" name="p-on" id="id_p-on" checked>`,
		"price": `<input type="number" name="p-price" value="1.50" step="0.01" id="id_p-price">`,
		"took":  `<input type="text" name="p-took" value="1 01:30:00" id="id_p-took">`,
	} {
		if got := string(unbound.Field(name).HTML()); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	if !strings.Contains(string(unbound.Field("maybe").HTML()), `<option value="false" selected>No</option>`) {
		t.Error(unbound.Field("maybe").HTML())
	}
	if unbound.Valid() {
		t.Error("an unbound form is valid")
	}
}

// Ensure that dates and numbers are read and shown as the page's language types them.
func TestLanguageOfInput(t *testing.T) {
	spec := &forms.Spec{Fields: []forms.Field{
		{Name: "day", Kind: forms.Date, Widget: forms.DateTextInput},
		{Name: "born", Kind: forms.Date, Widget: forms.SelectDate, DateSelect: &forms.DateSelect{Years: []int{2026}}},
		{Name: "price", Kind: forms.Decimal, Localize: true},
		{Name: "at", Kind: forms.Time, InputFormats: []string{"%I %p"}},
	}}
	data := web.Values{}
	for _, pair := range [][2]string{{"day", "14.03.2026"}, {"born_day", "3"}, {"born_month", "2"}, {"born_year", "2026"}, {"price", "1,5"}, {"at", "4 PM"}} {
		data = data.Add(pair[0], pair[1])
	}
	form := spec.BindValues(nowhere{}, time.UTC, data, nil).In("de-at")
	if !form.Valid() {
		t.Fatal(form.Errors())
	}
	for name, want := range map[string]string{"day": "2026-03-14", "born": "2026-02-03", "price": "1.5", "at": "16:00:00"} {
		if got := fmt.Sprint(form.Value(name)); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	initial := map[string]any{"day": model.Date{Year: 2026, Month: 3, Day: 14}}
	if html := string(spec.Preview(nowhere{}, time.UTC, initial).In("de").Field("day").HTML()); !strings.Contains(html, `value="14.03.2026"`) {
		t.Error(html)
	}
	if spec.BindValues(nowhere{}, time.UTC, data, nil).In("en").Valid() {
		t.Error("a German day in English")
	}
}

// Ensure that values of JSON types that do not fit are errors of their fields.
func TestBindJSON(t *testing.T) {
	spec := &forms.Spec{Prefix: "p", Fields: []forms.Field{
		{Name: "title", Kind: forms.Char, Required: true}, {Name: "done", Kind: forms.Boolean}, {Name: "n", Kind: forms.Integer},
		{Name: "extra", Kind: forms.JSON}, {Name: "tags", Kind: forms.MultipleChoice, Choices: []forms.Choice{{Value: "a"}, {Value: "b"}}},
	}}
	tests := []struct{ body, want string }{
		{`{"title": "x", "done": true, "n": 3.0, "extra": {"a": [1]}, "tags": ["a", "b"]}`, "map[]"},
		{`{"title": 5, "done": "false", "n": "7", "extra": null, "tags": []}`, "map[]"},
		{`{"title": null}`, "map[title:required]"},
		{`{"title": [1], "done": 1, "n": true, "tags": "a"}`, "map[done:invalid n:invalid tags:invalid_list title:invalid]"},
		{`{"title": {}, "done": "perhaps", "n": 3.5, "tags": [["a"]]}`, "map[done:invalid n:invalid tags:invalid_choice title:invalid]"},
	}
	for _, tt := range tests {
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(tt.body), &object); err != nil {
			t.Fatal(err)
		}
		form, err := spec.BindJSON(nowhere{}, time.UTC, object)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, field := range form.Errors() {
			got[field.Name] = field.Errors[0].Code
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%s: %v, want %s", tt.body, got, tt.want)
		}
	}
}

func FuzzBindJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":[[]],"b":"x"}`, `{"c":"\u0000","d":1e400}`} {
		f.Add(s)
	}
	spec := &forms.Spec{}
	for i, kind := range []forms.Kind{forms.Char, forms.Integer, forms.Float, forms.Decimal, forms.Boolean, forms.Date, forms.DateTime, forms.Time,
		forms.Duration, forms.UUID, forms.JSON, forms.MultipleChoice, forms.SplitDateTime, forms.IPAddress, forms.Email, forms.URL} {
		spec.Fields = append(spec.Fields, forms.Field{Name: string(rune('a' + i)), Kind: kind})
	}
	f.Fuzz(func(t *testing.T, body string) {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(body), &object) != nil {
			return
		}
		form, err := spec.BindJSON(nowhere{}, time.UTC, object)
		if err != nil {
			t.Fatal(err)
		}
		form.Valid()
		form.HTML()
	})
}

func FuzzStrptime(f *testing.F) {
	f.Add("%d.%m.%Y", "14.03.2026")
	f.Add("%I:%M %p %j %b %A", "04:05 PM 366 Mar Monday")
	f.Fuzz(func(t *testing.T, format, text string) {
		if len(format) > 40 {
			return
		}
		spec := &forms.Spec{Fields: []forms.Field{{Name: "a", Kind: forms.DateTime, InputFormats: []string{format}}}}
		form := spec.BindValues(nowhere{}, time.UTC, web.Values{}.Add("a", text), nil)
		form.Valid()
	})
}
