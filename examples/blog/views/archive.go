// Package views holds the blog's own views.
package views

import (
	"time"

	"blog/gen/models"
	"blog/gen/urls"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// year is a heading of the archive with its posts, newest first.
type year struct {
	Number int
	Posts  []entry
}

// entry is a line of the archive.
type entry struct {
	Title, URL string
	Date       time.Time
}

// Archive answers for view.archive: every published post, by year.
func Archive(r *web.Request) (*web.Response, error) {
	published := models.PostField.Published
	posts, err := models.Posts(r).Filter(published.Lte(model.Now(r))).OrderBy(published.Desc()).All()
	if err != nil {
		return nil, err
	}
	var years []year
	for _, p := range posts {
		at := p.Published.V
		if len(years) == 0 || years[len(years)-1].Number != at.Year() {
			years = append(years, year{Number: at.Year()})
		}
		last := &years[len(years)-1]
		last.Posts = append(last.Posts, entry{p.Title, urls.PostDetail(p.Slug), at})
	}
	return web.Render(r, "archive.html", map[string]any{"years": years})
}
