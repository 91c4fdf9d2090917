# Almanac: what Django's template language does, compiled. A page in English
# and German, with groups, partials, a fragment cache, and a filter, tags and a
# name of every page written in Go.
# Try it: stackgen run examples/almanac.hcl, then open http://127.0.0.1:8000/
# The texts of the templates go into locale/de/LC_MESSAGES/django.po by
# stackgen messages extract examples/almanac.hcl
# Ancestors: Django's template.Library, LANGUAGES, and makemessages.

site "almanac" {
  language_code = "en"
  languages     = ["en", "de"]
  time_zone     = "Europe/Berlin"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }

  location "/static/" {
    static {
      dir     = "static"
      expires = "365d"
    }
  }
  location "/" { forward = app }
}

middleware = [security, common]

templates {
  filter "initials" { handler = go.tags.Initials }

  tag "moon" { handler = go.tags.Moon }

  tag "panel" {
    handler = go.tags.Panel
    block   = true
  }

  tag "upcoming" {
    handler  = go.tags.Upcoming
    template = "_upcoming.html"
  }

  context "edition" { handler = go.tags.Edition }
}

view "almanac" {
  handler  = go.views.Almanac
  template = "almanac.html"
}
view "kalender" {
  handler  = go.views.Kalender
  template = "kalender.html"
}
view "about" { template = "about.html" }

route "/"       { view = view.almanac }
route "/de/"    { view = view.kalender }
route "/about/" { view = view.about }
