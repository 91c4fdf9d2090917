# Postgres: one site on two databases. SQLite where nothing else is said, and
# PostgreSQL where DATABASE_URL names one: postgres://notes@localhost/notes
# Each engine has its migrations: examples/postgres/migrations/sqlite and …/postgres.
# Try it: DATABASE_URL=postgres:///notes?host=/run/postgresql bin/postgres migrate

site "postgres" {
  domains = ["notes.example.com"]
}

variable "database_url" {
  default   = "sqlite:data/notes.db"
  env       = "DATABASE_URL"
  sensitive = true
}

database {
  url     = var.database_url
  engines = [sqlite, postgres]
}

middleware = [security, session, common, csrf, clickjacking]

model "folder" {
  field "name" {
    type   = char(60)
    unique = true
  }
  ordering = ["name"]
}

model "note" {
  field "title" { type = char(120) }
  field "folder" {
    type      = foreign_key(model.folder)
    on_delete = protect
    null      = true
  }
  field "stars" {
    type    = positive_integer
    default = 0
  }
  field "price" {
    type  = decimal(12, 2)
    null  = true
    blank = true
  }
  field "data" {
    type    = json
    default = {}
  }
  field "created" {
    type         = datetime
    auto_now_add = true
  }
  ordering = ["-created"]
}

view "notes" {
  template = "notes.html"
  create {
    model   = model.note
    fields  = ["title", "stars", "price"]
    success = view.notes
  }
  query "found" {
    model = model.note
    where = icontains(note.title, request.query.q)
    limit = 50
  }
}

view "api" {
  list { model = model.note }
  json { fields = ["id", "title", "stars", "price", "created"] }
}

route "/"           { view = view.notes }
route "/api/notes/" { view = view.api }
