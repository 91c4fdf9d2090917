# Albums: rows that belong to a row, made and changed on its page. A formset in the
# views that make and change an album asks for its tracks; all of it is stored together.
# Try it: stackgen run examples/albums.hcl, then open http://127.0.0.1:8000/
# Ancestors: Django's inlineformset_factory, InlineModelAdmin, transaction.atomic.

site "albums" {}

database { url = "sqlite:data/albums.db" }

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
  ordering = ["title"]
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

view "albums" {
  list { model = model.album }
}

view "album_new" {
  create {
    model  = model.album
    fields = ["title", "year"]
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
    fields = ["title", "year"]
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

route "/"          { view = view.albums }
route "/new/"      { view = view.album_new }
route "/<int:id>/" { view = view.album_change }
