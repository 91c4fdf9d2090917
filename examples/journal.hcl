# Journal: generic views with steps in Go. A function narrows the rows that
# visitors see, one settles a row before it is stored, one is told of forms that
# are not valid, and others give templates their names; a view has a limit of
# its own. The functions are in journal/views/views.go, and in journal/commands
# is what the site's program can do beside serving: journal prune 2026-01-31.
# Archives lead through the entries by year, month, week and day.
# Ancestors: Django's date-based views, get_queryset, form_valid, form_invalid and get_context_data of
# Django's generic views, SuccessMessageMixin, django-ratelimit, BaseCommand.

site "journal" {}

database { url = "sqlite:data/journal.db" }

middleware = [security, session, common, csrf, message, clickjacking]

model "entry" {
  field "title" { type = char(120) }
  field "slug" {
    type   = slug
    unique = true
  }
  field "day"  { type = date }
  field "body" { type = text }
  ordering            = ["-day"]
  display             = "title"
  verbose_name        = "entry"
  verbose_name_plural = "entries"
  index "entry_day" { fields = ["day"] }
}

view "entry_list" {
  list {
    model       = model.entry
    queryset    = go.views.Past
    paginate_by = 10
  }
  context = {
    words = go.views.Words
    motto = "A line a day"
  }
}

view "entry_detail" {
  detail {
    model    = model.entry
    queryset = go.views.Past
  }
  context = { earlier = go.views.Earlier }
}

view "entry_new" {
  create {
    model           = model.entry
    fields          = ["title", "day", "body"]
    set             = { slug = "new" } # Settle makes one of the title
    form_valid      = go.views.Settle
    form_invalid    = go.views.Refuse
    success         = view.entry_list
    success_message = "“%(title)s” is kept under %(slug)s."
  }
  rate_limit {
    rate    = "5/h"
    methods = ["POST"]
  }
}

view "entry_edit" {
  update {
    model           = model.entry
    queryset        = go.views.Past
    fields          = ["title", "day", "body"]
    form_valid      = go.views.Settle
    success         = view.entry_list
    success_message = "100%% of %(title)s is kept."
  }
}

# Archives: what is no day, what lies in the future and what is empty is 404.
view "entry_archive" {
  archive {
    model       = model.entry
    date_field  = "day"
    paginate_by = 3
  }
}

view "entry_year" {
  archive {
    model      = model.entry
    date_field = "day"
    period     = "year"
  }
}

view "entry_month" {
  archive {
    model       = model.entry
    date_field  = "day"
    period      = "month"
    paginate_by = 2
  }
}

view "entry_week" {
  archive {
    model       = model.entry
    date_field  = "day"
    period      = "week"
    week_format = "%V"
    allow_empty = true
  }
}

view "entry_day" {
  archive {
    model      = model.entry
    date_field = "day"
    period     = "day"
  }
}

view "entry_today" {
  archive {
    model       = model.entry
    date_field  = "day"
    period      = "today"
    allow_empty = true
  }
}

view "entry_of_day" {
  date_detail {
    model      = model.entry
    date_field = "day"
  }
  context = { earlier = go.views.Earlier }
}

# The same for programs, without drafts.
view "year_feed" {
  archive {
    model      = model.entry
    date_field = "day"
    period     = "year"
    where      = !startswith(entry.slug, "draft-")
  }
  json {}
}

view "month_feed" {
  archive {
    model       = model.entry
    date_field  = "day"
    period      = "month"
    paginate_by = 2
    where       = !startswith(entry.slug, "draft-") && entry.day >= "2000-01-01"
  }
  json { fields = ["title", "day"] }
}

command "prune" {
  handler = go.commands.Prune
  doc     = "Delete the entries before a day."
  argument "before" {
    type = date
    doc  = "the first day that stays"
  }
  flag "dry_run" {
    type = boolean
    doc  = "count and delete nothing"
  }
  flag "most" {
    type    = integer
    default = "100"
    doc     = "how many entries may go at once"
  }
}

route "/"         { view = view.entry_list }
route "/new/"     { view = view.entry_new }
route "/archive/" { view = view.entry_archive }
route "/today/"   { view = view.entry_today }

route "/<int:year>/"                                   { view = view.entry_year }
route "/<int:year>/<int:month>/"                       { view = view.entry_month }
route "/<int:year>/feed.json"                          { view = view.year_feed }
route "/<int:year>/<int:month>/feed.json"              { view = view.month_feed }
route "/<int:year>/week/<int:week>/"                   { view = view.entry_week }
route "/<int:year>/<int:month>/<int:day>/"             { view = view.entry_day }
route "/<int:year>/<int:month>/<int:day>/<slug:slug>/" { view = view.entry_of_day }

route "/<slug:slug>/"      { view = view.entry_detail }
route "/<slug:slug>/edit/" { view = view.entry_edit }
