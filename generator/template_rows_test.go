package generator

import (
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// Ensure that templates know the names of rows that functions of the project hand
// to them, and say which one is meant.
func TestHandedRows(t *testing.T) {
	const want = `templates/home.html:1:32: error: book has no attribute "titel"

  1 | {% for book in books %}{{ book.titel }}{% endfor %}{{ best.author.nane }}
    |                                ^^^^^

  Did you mean "title"?

templates/home.html:1:67: error: author has no attribute "nane"

  1 | {% for book in books %}{{ book.titel }}{% endfor %}{{ best.author.nane }}
    |                                                                   ^^^^

  Did you mean "name"?

2 errors in templates/home.html
`
	dir := t.TempDir()
	write(t, dir, "site.hcl", `site "shop" {}
database { url = "sqlite:data/s.db" }
model "author" {
  field "name" { type = char(10) }
}
model "book" {
  field "title" { type = char(10) }
  field "author" {
    type      = foreign_key(model.author)
    on_delete = cascade
  }
}
view "home" {
  template = "home.html"
  context  = {
    books = go.views.Books
    best  = go.views.Best
  }
}
route "/" { view = view.home }
`)
	write(t, dir, "templates/home.html", "{% for book in books %}{{ book.titel }}{% endfor %}{{ best.author.nane }}\n")
	write(t, dir, "views/views.go", `package views

import (
	"shop/gen/models"
	"stackgen.dev/runtime/web"
)

func Books(r *web.Request) ([]*models.Book, error) { return models.Books(r).All() }

func Best(r *web.Request) (*models.Book, error) { return models.Books(r).First() }
`)
	site, sources, diags := schema.Load(filepath.Join(dir, "site.hcl"))
	if diags.HasErrors() {
		t.Fatal(rendered(diags, sources))
	}
	_, p := generate(site, sources, site.Module.V)
	if got := strings.ReplaceAll(rendered(p.diags, sources), filepath.ToSlash(dir)+"/", ""); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
