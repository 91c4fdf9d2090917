# Gallery: rows with files, and rules for their values. A picture and a file in a form, choices in groups,
# validators of the language and of one's own in Go, and what holds for a row as a whole.
# Try it: stackgen run examples/gallery.hcl, then open http://127.0.0.1:8000/new/
#   curl -X POST 'http://127.0.0.1:8000/check/?title=Me&stars=9'
# Ancestors: Django's FileField, ImageField, choices, validators, Model.clean, full_clean, MEDIA_URL.

site "gallery" {}

proxy {
  listen "default" { address = "127.0.0.1:8000" }
  # What visitors sent, read from the disk; they are strangers' files.
  location "/media/" {
    files { root = "data/uploads" }
    headers { set = { X-Content-Type-Options = "nosniff", Content-Security-Policy = "sandbox" } }
  }
  location "/" { forward = app }
}

database {
  url = "sqlite:data/gallery.db"
  # While the site is being developed, a page that asks for rows one by one is an error.
  strict = true
}

uploads { url = "/media/" }

middleware = [security, session, common, csrf, clickjacking]

model "photo" {
  field "title" {
    type       = char(60)
    validators = [min_length(3), regex("^[^<>]*$", "No angle brackets.")]
  }
  field "code" {
    type       = char(8)
    unique     = true
    validators = [slug, go.checks.Code]
  }
  field "image" {
    type      = image
    upload_to = "photos/%Y"
  }
  field "notes" {
    type       = file
    upload_to  = "notes"
    blank      = true
    validators = [file_extension("txt", "md")]
  }
  field "medium" {
    type = char(8)
    choices = {
      "On film" = { mono = "Black and white", slide = "Slide" }
      digital   = "Digital"
    }
    default = "digital"
  }
  field "stars" {
    type    = small_integer
    choices = { "1" = "Poor", "2" = "Fair", "3" = "Good" }
    null    = true
    blank   = true
  }
  field "price" {
    type       = decimal(6, 2)
    validators = [min_value(0.5), step_value(0.25), go.checks.Price]
    default    = 5
  }
  field "taken" {
    type       = date
    validators = [min_value("1826-01-01")]
  }
  check "slides_cost" {
    condition               = photo.medium != "slide" || photo.price >= 10
    violation_error_message = "A slide costs 10 at least."
  }
  unique "one_free_title" {
    fields    = ["title"]
    condition = photo.price < 1
  }
  clean    = go.checks.Photo
  ordering = ["-id"]
}

view "photos" {
  template = "photos.html"
  list { model = model.photo }
}
view "photo_new" {
  template = "photo.html"
  create {
    model   = model.photo
    fields  = ["title", "code", "image", "notes", "medium", "stars", "price", "taken"]
    success = view.photos
  }
}
view "photo_edit" {
  template = "photo.html"
  update {
    model   = model.photo
    fields  = ["title", "image", "notes", "medium", "price"]
    success = view.photos
  }
}
view "photo_api" {
  resource {
    model   = model.photo
    fields  = ["id", "title", "code", "image", "medium", "stars", "price"]
    actions = ["list", "retrieve", "partial_update"]
  }
  # No cookie says who somebody is, and JSON is no form.
  csrf_exempt = true
}
view "check" {
  handler     = go.views.Check
  methods     = ["POST"]
  csrf_exempt = true
}

route "/"            { view = view.photos }
route "/new/"        { view = view.photo_new }
route "/<int:pk>/"   { view = view.photo_edit }
route "/check/"      { view = view.check }
route "/api/photos/" { view = view.photo_api }
route "/api/photos/<int:pk>/" {
  view = view.photo_api
  name = "photo_api_item"
}
