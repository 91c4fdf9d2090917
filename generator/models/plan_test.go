package models

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// describe is a function as a line: its name, and its parameters with what they come from.
func describe(f Func) string {
	if f.Name == "" {
		return "-"
	}
	kinds := [...]string{"capture", "query", "user", "variable", "now", "limit", "offset"}
	var params []string
	for _, p := range f.Params {
		line := fmt.Sprintf("%s %s", p.Name, strings.TrimPrefix(code(p.Type()), "model."))
		if p.Source != "" {
			line += "<-" + kinds[p.Kind] + " " + p.Source
		}
		if p.Parse() != "" {
			line += " by " + p.Parse()
		}
		params = append(params, line)
	}
	return f.Name + "(" + strings.Join(params, ", ") + ")"
}

func code(c *jen.Statement) string { return c.GoString() }

// Ensure the writer of views is told every function and parameter.
func TestPlans(t *testing.T) {
	site := load(t, "testsite/site.hcl")
	for name, want := range map[string]string{
		"home": "HomeRecent(now time.Time) AppendHomeRecentJSON; HomeAuthors(q string<-query q) AppendHomeAuthorsJSON; HomeRoots() AppendHomeRootsJSON",
		"post_list": "PostList(minimum int64<-variable minimum by ParseInt, limit int64, offset int64) " +
			"PostListCount(minimum int64<-variable minimum by ParseInt) AppendPostListJSON",
		"author_list":     "AuthorList() - AppendAuthorListJSON",
		"by_author":       "ByAuthor(author int64<-capture author by ParseInt, limit int64, offset int64) ByAuthorCount(author int64<-capture author by ParseInt) AppendByAuthorJSON",
		"post_detail":     "PostDetail(slug string<-capture slug, now time.Time) AppendPostDetailJSON",
		"post_edit":       "PostEdit(pk int64<-capture pk by ParseInt) AppendPostEditJSON",
		"category":        "CategoryRows(key UUID<-capture key by ParseUUID) AppendCategoryJSON",
		"category_delete": "CategoryDelete(pk UUID<-capture pk by ParseUUID) AppendCategoryDeleteJSON",
	} {
		var view *schema.View
		for _, v := range site.Views {
			if v.Name == name {
				view = v
			}
		}
		plan := Plans(site)[view]
		var parts []string
		for _, q := range plan.Queries {
			parts = append(parts, describe(q.Rows)+" "+q.JSON)
		}
		if l := plan.List; l != nil {
			parts = append(parts, describe(l.Rows)+" "+describe(l.Count)+" "+l.JSON)
		}
		if o := plan.Object; o != nil {
			parts = append(parts, describe(o.Get)+" "+o.JSON)
		}
		if got := strings.Join(parts, "; "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
}

// Ensure names that meet in the package are an error with both places.
func TestCheck(t *testing.T) {
	model := func(name, fields string) string { return fmt.Sprintf("model %q {\n%s\n}\n", name, fields) }
	title := "field \"title\" { type = char(9) }"
	for name, c := range map[string]struct{ models, want string }{
		"fine":              {model("post", title) + model("author", title), ""},
		"singular, plural":  {model("post", title) + model("posts", title), "The models post and posts both need the name Posts in gen/models. Rename one of them."},
		"a model's fields":  {model("post", title) + model("post_field", title), "The models post and post_field both need the name PostField in gen/models. Rename one of them."},
		"the constructor":   {model("post", title) + model("new_post", title), "The models post and new_post both need the name NewPost in gen/models. Rename one of them."},
		"too many decimals": {model("post", "field \"price\" { type = decimal(19, 2) }"), "The field price of the model post has 19 digits; a decimal holds up to 18."},
	} {
		site := loadText(t, "site \"fixture\" {}\ndatabase { url = \"sqlite:x.db\" }\n"+c.models)
		diags := Check(site)
		got := ""
		if len(diags) > 0 {
			got = diags[0].Detail
			if diags[0].Subject.Start.Line == 0 {
				t.Errorf("%s: without a place", name)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Ensure a view's function gets out of the way of a model's names, and that a
// value which the site file writes cannot break the code around it.
func TestEmitAwkward(t *testing.T) {
	site := loadText(t, "site \"fixture\" {}\ndatabase { url = \"sqlite:x.db\" }\n"+`
model "linux" {
  field "title" { type = char(40) }
}
model "host_linux" {
  field "title" { type = char(40) }
}
view "new" {
  query "linux" {
    model = model.linux
    where = linux.title == "back`+"`"+`quote ' \" and \\"
  }
  json {}
}
route "/" { view = view.new }
`)
	var paths []string
	all := ""
	for _, f := range Emit(site, "fixture") {
		paths = append(paths, strings.TrimPrefix(f.Path, "gen/models/"))
		all += string(f.Bytes())
	}
	if got, want := strings.Join(paths, " "), "doc.gen.go linux_model.gen.go host_linux_model.gen.go queries.gen.go"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
	if !strings.Contains(all, "func NewLinuxRows(src model.Source)") {
		t.Error("the view's function has the name of the constructor")
	}
	if !strings.Contains(all, `'back`+"`"+`quote '' \" and \\'`) {
		t.Error("the constant is not in the statement as it was written")
	}
}

// Ensure a site without models has no package, and one without queries no file for them.
func TestEmitNothing(t *testing.T) {
	if files := Emit(&schema.Site{}, "x"); files != nil {
		t.Errorf("%d files", len(files))
	}
}

// Ensure Go names follow Go's habits.
func TestNames(t *testing.T) {
	for in, want := range map[string]string{"Post": "Posts", "Category": "Categories", "Key": "Keys", "Box": "Boxes", "Bus": "Buses", "Match": "Matches", "Y": "Ys"} {
		if got := plural(in); got != want {
			t.Errorf("plural of %s: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"PostList": "postList", "URLCheck": "urlCheck", "ID": "id", "A": "a"} {
		if got := lowerFirst(in); got != want {
			t.Errorf("lowerFirst of %s: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"post_id": "postID", "type": "type_", "now": "now_", "q": "q"} {
		if got := goParam(in); got != want {
			t.Errorf("parameter %s: %s, want %s", in, got, want)
		}
	}
}
