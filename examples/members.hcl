# A club: people come by invitation, log in, and share documents. Users,
# permissions, e-mail, sessions, and two languages.

site "members" {
  domains   = ["members.example.com"]
  languages = ["de"]
}

variable "database_url" {
  default = "sqlite:data/members.db"
  env     = "DATABASE_URL"
}
variable "cache_url" {
  default   = "file:" # redis://127.0.0.1:6379/0 where there is a server
  env       = "CACHE_URL"
  sensitive = true
}
variable "email_url" {
  default   = "console:" # smtp://user:password@mail.example.com:587
  env       = "EMAIL_URL"
  sensitive = true
}

database { url = var.database_url }
cache { url = var.cache_url }
email {
  url  = var.email_url
  from = "The Club <club@members.example.com>"

  admins = ["board@members.example.com"] # they hear of requests that fail
}

middleware = [security, session, locale, common, csrf, auth, login_required, message, clickjacking]

session { store = "cache" }

auth {
  attempts        = 5
  attempts_within = "10m"
}

model "user" {
  field "city" {
    type  = char(80)
    blank = true
  }
}

model "document" {
  field "title" { type = char(120) }
  field "file"  { type = char(200) }
  field "owner" {
    type      = foreign_key(model.user)
    on_delete = cascade
  }
  field "added" {
    type    = datetime
    default = now()
  }
  ordering    = ["-added"]
  permissions = { read_document = "Can read the documents of others" }
}

model "note" {
  field "text" { type = char(200) }
  field "author" {
    type      = foreign_key(model.user)
    on_delete = cascade
  }
  ordering = ["-id"]
}

view "home" {
  template           = "home.html"
  login_not_required = true
}

view "set_language" {
  set_language {}
  login_not_required = true
}

view "notes" {
  create {
    model   = model.note
    fields  = ["text"]
    set     = { author = request.user }
    success = view.notes
  }
  template = "notes.html"
  query "mine" {
    model = model.note
    where = note.author == request.user
    limit = 20
  }
}

view "documents" {
  list {
    model          = model.document
    select_related = ["owner"]
    paginate_by    = 20
  }
  permission_required = [permission.view_document]
}

view "upload" {
  form {
    handler = go.views.Upload
    success = view.documents

    field "title" {
      type       = char
      max_length = 120
    }
    field "file" {
      type       = file
      extensions = ["txt", "pdf", "png"]
      max_size   = "5MB"
      help_text  = "A text, a PDF or a PNG of at most five megabytes."
    }
  }
  permission_required = [permission.add_document]
}

view "document" {
  handler          = go.views.Document
  user_passes_test = go.views.MayRead
}

view "login" {
  login { success = view.home }
}
view "logout" {
  logout { success = view.home }
}
view "password" {
  password_change { success = view.password_done }
}
view "password_done" { template = "registration/password_change_done.html" }
view "reset" {
  password_reset { success = view.reset_done }
}
view "reset_done" {
  template           = "registration/password_reset_done.html"
  login_not_required = true
}
view "reset_confirm" {
  password_reset_confirm { success = view.reset_complete }
}
view "reset_complete" {
  template           = "registration/password_reset_complete.html"
  login_not_required = true
}
view "invite" {
  invite { success = view.home }
  permission_required = [permission.add_user]
}
view "sign_up" {
  sign_up { success = view.home }
}

route "/"                     { view = view.home }
route "/language/"            { view = view.set_language }
route "/notes/"               { view = view.notes }
route "/documents/"           { view = view.documents }
route "/documents/new/"       { view = view.upload }
route "/documents/<int:id>/"  { view = view.document }
route "/invite/"              { view = view.invite }
route "/welcome/<str:token>/" { view = view.sign_up }
group "/accounts/" {
  route "login/"                          { view = view.login }
  route "logout/"                         { view = view.logout }
  route "password/"                       { view = view.password }
  route "password/done/"                  { view = view.password_done }
  route "reset/"                          { view = view.reset }
  route "reset/done/"                     { view = view.reset_done }
  route "reset/<str:uidb64>/<str:token>/" { view = view.reset_confirm }
  route "reset/complete/"                 { view = view.reset_complete }
}
