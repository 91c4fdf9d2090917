# Bench: the site that bench/ measures beside nginx, Caddy and net/http.
# Small answers, an echo, files from the binary, an upstream, a page of rows.
# No domains, no middleware and no access log: what is left is what every request costs.
# Try it: stackgen run examples/bench.hcl, then curl http://127.0.0.1:8000/plaintext
# Ancestor: an nginx server block with return 200, alias and proxy_pass.

site "bench" {}

variable "upstream_url" {
  default = "http://127.0.0.1:9000"
  env     = "UPSTREAM_URL"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }
  access_log = "off"

  location "/static/" {
    static { dir = "static" }
  }

  location "/proxy/" {
    strip_prefix = true
    forward      = upstream.backend
  }

  location "/" { forward = app }
}

upstream "backend" {
  keepalive = 512
  server "main" { url = var.upstream_url }
}

view "plaintext" { text = "Hello, World!" }
view "json"      { handler = go.views.JSON }
view "echo"      { handler = go.views.Echo }
view "index"     { handler = go.views.Index }

route "/plaintext" { view = view.plaintext }
route "/json"      { view = view.json }
route "/echo"      { view = view.echo }
route "/"          { view = view.index }

# Rows, after the rules of the TechEmpower benchmarks: on SQLite, and on PostgreSQL
# where DATABASE_URL says so.

variable "database_url" {
  default   = "sqlite:data/bench.db"
  env       = "DATABASE_URL"
  sensitive = true
}

database {
  url     = var.database_url
  engines = [sqlite, postgres]
}

model "fortune" {
  field "message" { type = char(2048) }
}

model "world" {
  field "random_number" { type = integer }
}

view "fortunes" {
  template = "fortunes.html"
  context  = { fortunes = go.views.Fortunes }
}

route "/fortunes" { view = view.fortunes }

# One row by its key, ?n= of them one by one, ?n= of them changed, and ?n= of them
# from the cache.
view "db"      { handler = go.views.DB }
view "queries" { handler = go.views.Queries }
view "updates" { handler = go.views.Updates }
view "cached"  { handler = go.views.Cached }

route "/db"      { view = view.db }
route "/queries" { view = view.queries }
route "/updates" { view = view.updates }
route "/cached"  { view = view.cached }
