# Library: relations between models. Foreign keys, one_to_one and many_to_many,
# conditions across them, and views in Go with the typed queries of gen/models.
# What the database holds true: constraints, indexes, computed fields.
# Try it: stackgen run examples/library.hcl, then
#   curl -X POST http://127.0.0.1:8000/seed/
#   curl 'http://127.0.0.1:8000/books/?author=Ada'
#   curl http://127.0.0.1:8000/report/
#   curl -H 'Content-Type: application/json' -d '{"name":"Ada","email":"ada@example.com"}' http://127.0.0.1:8000/join/
# Ancestors: Django's QuerySet, F, Count, select_related, prefetch_related, transaction.atomic,
# abstract models, Meta.constraints, Meta.indexes, GeneratedField, db_default.

site "library" {}

database { url = "sqlite:data/library.db" }

middleware = [security, common]

# Fields that several models have; it has no table of its own.
model "timestamped" {
  abstract = true
  field "created" {
    type         = datetime
    auto_now_add = true
  }
  index "created" { fields = ["-created"] }
}

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
  unique "one_edition_a_day" { fields = ["title", "published"] }
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
  # What the database computes of the row.
  field "shelf_mark" {
    type      = char(10)
    generated = upper(trim(copy.shelf))
  }
  index "copy_shelf" { fields = ["shelf_mark", "-times_lent"] }
}

model "member" {
  bases = [model.timestamped]
  field "name" { type = char(80) }
  field "email" {
    type = email
    null = true
  }
  field "allowed" {
    type       = integer
    db_default = 3
  }
  check "allowed_a_few" {
    condition               = member.allowed >= 0 && member.allowed <= 20
    violation_error_message = "A member may have 20 books at most."
  }
  unique "email_any_case" {
    expressions             = [lower(member.email)]
    condition               = member.email != null
    violation_error_message = "There is a member with this address."
  }
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

# A statement of one's own: checked against the models when the site is built,
# and models.BusyReaders in Go.
sql "busy_readers" {
  query = <<-SQL
    SELECT m.name AS name, COUNT(*) AS lent, MIN(l.since) AS first
    FROM member AS m JOIN loan AS l ON l.member_id = m.id
    WHERE l.since <= :until AND m.name <> :but
    GROUP BY m.id, m.name
    ORDER BY m.name
  SQL
  param "until" { type = datetime }
  param "but"   { type = char(80) }
  column "name" { type = char(80) }
  column "lent" { type = big_integer }
  column "first" {
    type = datetime
    null = true
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

view "readers" {
  query "readers" {
    sql = sql.busy_readers
    params = {
      until = now()
      but   = request.query.but
    }
  }
  json { fields = ["name", "lent"] }
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
view "join" {
  create {
    model   = model.member
    fields  = ["name", "email", "allowed"]
    success = view.books
  }
  json { fields = ["id", "name", "email", "allowed"] }
}
view "books_new" {
  create {
    model   = model.book
    fields  = ["title", "isbn", "published"]
    success = view.books
  }
  json { fields = ["id", "title"] }
}
view "copies" {
  query "copies" {
    model = model.copy
    where = copy.shelf_mark == upper(copy.shelf) && copy.times_lent * 2 >= copy.times_lent
  }
  json {}
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
route "/books/new/"                     { view = view.books_new }
route "/copies/"                        { view = view.copies }
route "/join/"                          { view = view.join }
route "/catalogue/"                     { view = view.catalogue }
route "/readers/"                       { view = view.readers }
route "/report/"                        { view = view.report }
route "/seed/"                          { view = view.seed }
route "/lend/<slug:isbn>/<int:member>/" { view = view.lend }
route "/give-back/<int:copy>/"          { view = view.give_back }
