// Package views holds the library's own views.
package views

import (
	"stackgen.dev/golden/library/gen/models"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// title is a line of the catalogue.
type title struct {
	Title   string   `json:"title"`
	Authors []string `json:"authors"`
	Free    []string `json:"free"`
}

// Catalogue answers for view.catalogue: every book with its authors and the
// shelves of its free copies, in three statements however many books there are.
func Catalogue(r *web.Request) (*web.Response, error) {
	free := models.Copies(r).Filter(models.CopyField.Loan.IsNull()).OrderBy(models.CopyField.Shelf.Asc())
	books, err := models.Books(r).PrefetchRelated(
		models.BookField.Authors,
		model.Prefetch(models.BookField.Copies, free),
	).All()
	if err != nil {
		return nil, err
	}
	titles := make([]title, len(books))
	for i, b := range books {
		t := title{Title: b.Title, Authors: []string{}, Free: []string{}}
		for _, a := range b.Authors {
			t.Authors = append(t.Authors, a.Name)
		}
		for _, c := range b.Copies {
			t.Free = append(t.Free, c.Shelf)
		}
		titles[i] = t
	}
	return web.JSON(titles)
}

// line is an author in the report.
type line struct {
	Author string `json:"author"`
	Books  int64  `json:"books"`
	Lent   int64  `json:"lent"`
}

// Report answers for view.report: authors with how many books they have and how
// often copies of these were lent, the most read first.
func Report(r *web.Request) (*web.Response, error) {
	books := models.AuthorField.Books
	lent := model.Sum(model.Via(books, model.Via(models.BookField.Copies, models.CopyField.TimesLent))).Or(0)
	count := model.CountOf(books).Distinct()
	lines, err := model.Values(models.Authors(r).OrderBy(lent.Desc(), models.AuthorField.Name.Asc()),
		func(l *line) []model.Pick[models.Author] {
			return model.Picks(models.AuthorField.Name.Into(&l.Author), count.Into(&l.Books), lent.Into(&l.Lent))
		})
	if err != nil {
		return nil, err
	}
	return web.JSON(lines)
}
