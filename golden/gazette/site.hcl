# Gazette: a newspaper whose addresses say more than text and numbers. Its path
# converters are Go functions in gazette/converters: a year of four digits, an
# issue such as 2026w05, and a list of topics with slashes between them. Views, the url tag and gen/urls have their
# values in Go types, and an address that no value stands for is 404.
# Some pages are bound to a host: what programs read, and a page for each reader, whose name is the first label.
# Try it: stackgen run examples/gazette.hcl, then open http://127.0.0.1:8000/
#   curl -H 'Host: ada.readers.gazette.example.com' http://127.0.0.1:8000/
# Ancestors: Django's register_converter, to_python and to_url; django-hosts, Werkzeug's host matching.

site "gazette" {
  domains = ["gazette.example.com", "api.gazette.example.com", "*.readers.gazette.example.com"]
}

database { url = "sqlite:data/gazette.db" }

middleware = [security, session, common, csrf]

# Without functions the value is the text.
converter "edition" { regex = "morning|evening" }

converter "yyyy" {
  regex    = "[0-9]{4}"
  to_value = go.converters.Year
  to_url   = go.converters.YearURL
}

converter "issue" {
  regex    = "[0-9]{4}w[0-9]{2}"
  to_value = go.converters.ParseIssue
  to_url   = go.converters.IssueURL
}

converter "topics" {
  regex    = "[a-z]+(?:/[a-z]+)*"
  to_value = go.converters.Topics
  to_url   = go.converters.TopicsURL
}

model "article" {
  field "title" { type = char(120) }
  field "slug" {
    type   = slug
    unique = true
  }
  field "year"    { type = integer }
  field "edition" { type = char(20) }
  ordering = ["-year", "title"]
  display  = "title"
}

view "front" {
  query "articles" {
    model = model.article
    limit = 10
  }
  template = "front.html"
}

view "year" {
  list {
    model = model.article
    where = article.year == url.year
  }
}

view "article" {
  detail { model = model.article }
}

view "edition" {
  list {
    model = model.article
    where = article.edition == url.edition
  }
  json { fields = ["title", "year"] }
}

view "article_new" {
  create {
    model   = model.article
    fields  = ["title", "slug", "year", "edition"]
    success = view.article
  }
}

# An address that moved: the captures go along.
view "old_year" {
  redirect { view = view.year }
}

view "issue" {
  handler  = go.views.Issue
  template = "issue.html"
}
view "reader" { handler = go.views.Reader }
view "feed" {
  list { model = model.article }
  json { fields = ["title", "year"] }
}

view "topics" { handler = go.views.Topics }

group "/" {
  host = "api.gazette.example.com"
  route "" { view = view.feed }
  route "<yyyy:year>/" {
    view = view.old_year
    name = "api_year"
  }
}

route "/" {
  host = "<slug:reader>.readers.gazette.example.com"
  view = view.reader
}

route "/"                                { view = view.front }
route "/new/"                            { view = view.article_new }
route "/archive-<yyyy:year>/"            { view = view.old_year }
route "/issues/<issue:of>/"              { view = view.issue }
route "/topics/<topics:topics>/feed.txt" { view = view.topics }

group "/<edition:edition>/" {
  route "" { view = view.edition }
}

group "/<yyyy:year>/" {
  route ""             { view = view.year }
  route "<slug:slug>/" { view = view.article }
}
