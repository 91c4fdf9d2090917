package views

import (
	"errors"

	"stackgen.dev/golden/library/gen/models"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Lend answers for view.lend: it lends a free copy of the book to the member.
// Copy and loan change together or not at all.
func Lend(r *web.Request) (*web.Response, error) {
	var lent *models.Loan
	err := model.Atomic(r, func(tx model.Source) error {
		free, err := models.Copies(tx).Filter(
			models.CopyField.Book.Where(models.BookField.Isbn.Eq(r.Arg("isbn"))),
			models.CopyField.Loan.IsNull(),
		).SelectForUpdate(model.SkipLocked).First()
		if err != nil {
			return err
		}
		lent = &models.Loan{CopyID: free.ID, MemberID: r.ArgInt("member")}
		if err := lent.Create(tx); err != nil {
			return err
		}
		_, err = models.Copies(tx).Filter(models.CopyField.ID.Eq(free.ID)).
			Update(model.Set(models.CopyField.TimesLent, models.CopyField.TimesLent.Plus(1)))
		model.OnCommit(tx, func() { r.Log().Info("lent", "copy", free.ID, "member", lent.MemberID) })
		return err
	})
	var noMember *model.ForeignKeyError
	switch {
	case errors.Is(err, model.ErrNotFound):
		return nil, web.NotFound.With("no copy of this book is free")
	case errors.As(err, &noMember):
		return nil, web.NotFound.With("there is no such member")
	case err != nil:
		return nil, err
	}
	return web.JSON(map[string]int64{"loan": lent.ID, "copy": lent.CopyID})
}

// GiveBack answers for view.give_back: it ends the loan of a copy.
func GiveBack(r *web.Request) (*web.Response, error) {
	n, err := models.Loans(r).Filter(models.LoanField.CopyID.Eq(r.ArgInt("copy"))).Delete()
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, web.NotFound.With("this copy is not lent")
	}
	return web.JSON(map[string]int64{"given_back": n})
}

// Seed answers for view.seed: it stores a few books to begin with.
func Seed(r *web.Request) (*web.Response, error) {
	switch there, err := models.Books(r).Exists(); {
	case err != nil:
		return nil, err
	case there:
		return nil, &web.Error{Status: 409, Message: "The library has its books."}
	}
	err := model.Atomic(r, func(tx model.Source) error {
		authors := []*models.Author{{Name: "Ada"}, {Name: "Grace"}, {Name: "Unread"}}
		members := []*models.Member{{Name: "Mo"}, {Name: "Jo"}}
		books := []*models.Book{
			{Title: "Engines", Isbn: "9780000000001", Published: model.Date{Year: 1843, Month: 9, Day: 1}},
			{Title: "Compilers", Isbn: "9780000000002", Published: model.Date{Year: 1952, Month: 5, Day: 1}},
		}
		if err := errors.Join(model.BulkCreate(tx, authors), model.BulkCreate(tx, members), model.BulkCreate(tx, books)); err != nil {
			return err
		}
		wrote := models.BookField.Authors
		if err := errors.Join(wrote.Add(tx, books[0], authors[0]), wrote.Add(tx, books[1], authors[0], authors[1])); err != nil {
			return err
		}
		return model.BulkCreate(tx, []*models.Copy{
			{BookID: books[0].ID, Shelf: "A1"}, {BookID: books[1].ID, Shelf: "B1"}, {BookID: books[1].ID, Shelf: "B2"},
		})
	})
	if err != nil {
		return nil, err
	}
	return web.JSON("ready")
}
