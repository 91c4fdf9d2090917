# Guestbook: the starter that `stackgen new` writes. One page with a form and a list.
# The whole site in one file: proxy, workers, middleware, models, views, routes.
# Try it: stackgen run, then open http://127.0.0.1:8000/
# Build it: stackgen build, then bin/guestbook migrate and bin/guestbook serve.
# What may stand here: docs/reference.md of stackgen; stackgen check says what is wrong.

site "guestbook" {
  # Host names that the site answers to. Requests for others get 421.
  # With serve --listen, localhost is accepted as well.
  domains = ["guestbook.example.com"]
}

# A variable with env is read from the environment when the site starts.
variable "database_url" {
  default = "sqlite:data/guestbook.db"
  env     = "DATABASE_URL"
}

# The web server (nginx). The longest matching location answers.
proxy {
  listen "public" { address = "127.0.0.1:8000" }

  # Everything in static/ becomes part of the binary, under hashed names that
  # browsers may keep for a year, compressed when the site is built.
  location "/static/" {
    static {
      dir     = "static"
      expires = "365d"
    }
  }

  location "/" { forward = app }
}

# The application server (gunicorn). mode = "process" runs count worker
# processes beside a proxy process; nothing else has to change for it.
workers {
  mode             = "inline"
  count            = 2
  timeout          = "30s"
  graceful_timeout = "30s"
}

database { url = var.database_url }

# The onion (Django's MIDDLEWARE), outermost first.
middleware = [security, session, common, csrf, clickjacking]

# A table. After a change: stackgen migrate diff, then migrate.
model "entry" {
  field "name"    { type = char(60) }
  field "message" { type = text }
  field "created" {
    type         = datetime
    auto_now_add = true
  }
  ordering = ["-created"]
}

# A form that makes a row, and the rows that there are, on one page:
# templates/guestbook.html.
view "guestbook" {
  template = "guestbook.html"
  create {
    model   = model.entry
    fields  = ["name", "message"]
    success = view.guestbook
  }
  query "entries" {
    model = model.entry
    limit = 50
  }
}

# A view of your own: func Count in views/count.go.
view "count" { handler = go.views.Count }

route "/"       { view = view.guestbook }
route "/count/" { view = view.count }
