# Library: relations between models. Foreign keys, one_to_one and many_to_many,
# conditions across them, and views in Go with the typed queries of gen/models.
# Try it: stackgen run examples/library.hcl, then
#   curl -X POST http://127.0.0.1:8000/seed/
#   curl 'http://127.0.0.1:8000/books/?author=Ada'
#   curl http://127.0.0.1:8000/report/
# Ancestors: Django's QuerySet, F, Count, select_related, prefetch_related, transaction.atomic.

site "library" {}

database { url = "sqlite:data/library.db" }

middleware = [security, common]

model "author" {
  field "name" { type = char(80) }
  ordering = ["name"]
}

model "book" {
  field "title" { type = char(200) }
  field "isbn" {
    type   = char(13)
    unique = true
  }
  field "authors" {
    type         = many_to_many(model.author)
    related_name = "books"
  }
  field "published" { type = date }
  ordering = ["title"]
}

model "copy" {
  field "book" {
    type         = foreign_key(model.book)
    on_delete    = cascade
    related_name = "copies"
  }
  field "shelf" { type = char(10) }
  field "times_lent" {
    type    = positive_integer
    default = 0
  }
}

model "member" {
  field "name" { type = char(80) }
}

# What is lent now: a copy has one loan at most.
model "loan" {
  field "copy" {
    type         = one_to_one(model.copy)
    on_delete    = protect
    related_name = "loan"
  }
  field "member" {
    type         = foreign_key(model.member)
    on_delete    = protect
    related_name = "loans"
  }
  field "since" {
    type         = datetime
    auto_now_add = true
  }
}

# A condition may cross relations; a book with two authors of that name is still one row.
view "books" {
  query "books" {
    model = model.book
    where = istartswith(book.authors.name, request.query.author)
    limit = 100
  }
  json {}
}

view "loans_of" {
  list {
    model          = model.loan
    where          = loan.copy.book.isbn == url.isbn
    select_related = ["member", "copy"]
  }
  json { fields = ["id", "copy", "member", "since"] }
}

view "seed" {
  handler = go.views.Seed
  methods = ["POST"]
}
view "catalogue" { handler = go.views.Catalogue }
view "report"    { handler = go.views.Report }
view "lend" {
  handler = go.views.Lend
  methods = ["POST"]
}
view "give_back" {
  handler = go.views.GiveBack
  methods = ["POST"]
}

route "/books/"                         { view = view.books }
route "/books/<slug:isbn>/loans/"       { view = view.loans_of }
route "/catalogue/"                     { view = view.catalogue }
route "/report/"                        { view = view.report }
route "/seed/"                          { view = view.seed }
route "/lend/<slug:isbn>/<int:member>/" { view = view.lend }
route "/give-back/<int:copy>/"          { view = view.give_back }
