# Albums: rows that belong to a row, made and changed on its page. A formset in the
# views that make and change an album asks for its tracks; all of it is stored together.
# Try it: stackgen run examples/albums.hcl, then open http://127.0.0.1:8000/
# Ancestors: Django's inlineformset_factory, InlineModelAdmin, can_order, transaction.atomic.

site "albums" {}

proxy {
  listen "default" { address = "127.0.0.1:8000" }
  # The pictures that people sent; they are strangers' files.
  location "/media/" {
    files { root = "data/uploads" }
    headers { set = { X-Content-Type-Options = "nosniff", Content-Security-Policy = "sandbox" } }
  }
  location "/" {
    forward  = app
    max_body = "1MB"
  }
}

database { url = "sqlite:data/albums.db" }

uploads {
  file_memory = "64KB"
  url         = "/media/"
}

workers {
  mode  = "inline"
  count = 2
}

middleware = [security, session, common, csrf, message, clickjacking]

model "album" {
  field "title" { type = char(120) }
  field "year" {
    type       = positive_integer
    validators = [min_value(1877)]
  }
  # Rows of another model to choose from.
  field "genres" {
    type         = many_to_many(model.genre)
    related_name = "albums"
    blank        = true
  }
  ordering = ["title"]
}

model "genre" {
  field "name" {
    type   = char(40)
    unique = true
  }
  ordering = ["name"]
}

model "track" {
  field "album" {
    type         = foreign_key(model.album)
    on_delete    = cascade
    related_name = "tracks"
  }
  field "number" { type = positive_integer }
  field "title"  { type = char(120) }
  unique "one_number" {
    fields                  = ["album", "number"]
    violation_error_message = "The album has a track of that number."
  }
  ordering = ["number"]
}

# The pages of the booklet, in the order that somebody gave them.
model "page" {
  field "album" {
    type         = foreign_key(model.album)
    on_delete    = cascade
    related_name = "pages"
  }
  field "position" { type = positive_small_integer }
  field "picture" {
    type      = image
    upload_to = "booklets"
  }
  field "notes" {
    type       = file
    upload_to  = "notes"
    blank      = true
    validators = [file_extension("txt")]
  }
  field "caption" {
    type  = char(80)
    blank = true
  }
  ordering = ["position"]
}

view "albums" {
  list { model = model.album }
}

view "genre_new" {
  create {
    model   = model.genre
    fields  = ["name"]
    success = view.album_new
  }
  template = "genre_form.html"
}

view "album_new" {
  create {
    model  = model.album
    fields = ["title", "year", "genres"]
    # The page has the forms under this name: templates/album_form.html.
    formset "tracks" {
      model        = model.track
      fields       = ["number", "title"]
      extra        = 2
      min_num      = 1
      validate_min = true
      can_delete   = false
    }
    success         = view.albums
    success_message = "%(title)s is there."
  }
}

view "album_change" {
  update {
    model  = model.album
    fields = ["title", "year", "genres"]
    formset "tracks" {
      model            = model.track
      fields           = ["number", "title"]
      extra            = 1
      max_num          = 12
      validate_max     = true
      absolute_max     = 20    # so many are read of a request
      can_delete_extra = false # there is nothing to delete in an empty form
    }
    success = view.albums
  }
}

# Each form has a field ORDER beside those named here; all pages are numbered in position anew.
view "booklet" {
  update {
    model  = model.album
    fields = ["title"]
    formset "pages" {
      model       = model.page
      fields      = ["picture", "notes", "caption"]
      extra       = 1
      can_order   = true
      order_field = "position"
    }
    success = view.booklet
  }
  template = "booklet.html"
}

route "/"                  { view = view.albums }
route "/new/"              { view = view.album_new }
route "/genres/new/"       { view = view.genre_new }
route "/<int:id>/"         { view = view.album_change }
route "/<int:id>/booklet/" { view = view.booklet }
