# Blog: a whole site. Models, pages with inheritance, users who log in and
# write, forms with CSRF, messages, static files, a legacy system under a
# prefix, one Go view and one Go middleware.
# Try it: stackgen run examples/blog.hcl, then open http://127.0.0.1:8000/
# Who writes needs an account: stackgen build examples/blog.hcl -o blog, ./blog createsuperuser.
# The files it needs lie beside it in blog/: templates, static, views, middleware, migrations.
# Ancestors: an nginx server block, gunicorn's settings, and a Django project.

site "blog" {
  domains = ["blog.example.com"]
}

variable "database_url" {
  default = "sqlite:data/blog.db"
  env     = "DATABASE_URL"
}

variable "legacy_url" {
  default = "http://127.0.0.1:8001"
  env     = "LEGACY_URL"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }

  location "/static/" {
    static {
      dir     = "static"
      expires = "365d"
    }
  }

  # The old blog still runs somewhere; it sees its paths without the prefix.
  location "/old/" {
    strip_prefix = true
    forward      = upstream.legacy
  }

  location "/" { forward = app }
}

upstream "legacy" {
  balance = "least_conn"
  server "a" { url = var.legacy_url }
}

workers {
  mode             = "inline"
  count            = 4
  timeout          = "30s"
  graceful_timeout = "30s"
}

database { url = var.database_url }

middleware = [security, session, common, csrf, auth, message, clickjacking, go.middleware.Timing]

model "post" {
  field "title" { type = char(200) }
  field "slug" {
    type   = slug
    unique = true
  }
  field "author" {
    type      = foreign_key(model.user)
    on_delete = cascade
  }
  field "body" {
    type      = text
    help_text = "Leave an empty line between paragraphs."
  }
  field "published" {
    type    = datetime
    null    = true
    blank   = true
    default = now()
  }
  field "updated" {
    type     = datetime
    auto_now = true
  }
  ordering = ["-published"]
  display  = "title"
}

view "home" {
  template = "home.html"
  query "recent" {
    model          = model.post
    where          = post.published <= now()
    limit          = 5
    select_related = ["author"]
  }
}

view "post_list" {
  list {
    model          = model.post
    where          = post.published <= now()
    paginate_by    = 10
    select_related = ["author"]
  }
}

view "post_detail" {
  detail {
    model          = model.post
    select_related = ["author"]
  }
}

view "post_new" {
  create {
    model           = model.post
    fields          = ["title", "slug", "body"]
    set             = { author = request.user }
    success_message = "“%(title)s” is published."
  }
  login_required = true
}

# Who did not write a post finds nothing here to change.
view "post_edit" {
  update {
    model           = model.post
    where           = post.author == request.user
    fields          = ["title", "slug", "body", "published"]
    success_message = "“%(title)s” is changed."
  }
  login_required = true
}

view "post_delete" {
  delete {
    model           = model.post
    where           = post.author == request.user
    success_message = "“%(title)s” is gone."
  }
  login_required = true
}

view "login" {
  login { success = view.home }
}

view "logout" {
  logout { success = view.home }
}

# A Go view: views.Archive in blog/views/archive.go, which fills archive.html.
view "archive" {
  handler  = go.views.Archive
  template = "archive.html"
}

view "about" { template = "about.html" }

view "feed" {
  redirect { view = view.post_list }
}

route "/"                          { view = view.home }
route "/about/"                    { view = view.about }
route "/archive/"                  { view = view.archive }
route "/feed/"                     { view = view.feed }
route "/login/"                    { view = view.login }
route "/logout/"                   { view = view.logout }
route "/posts/"                    { view = view.post_list }
route "/posts/new/"                { view = view.post_new }
route "/posts/<slug:slug>/"        { view = view.post_detail }
route "/posts/<slug:slug>/edit/"   { view = view.post_edit }
route "/posts/<slug:slug>/delete/" { view = view.post_delete }
