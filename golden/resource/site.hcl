# Resource: an interface for programs. Models as JSON resources, some of them beneath the row that they belong to,
# with filters, search, order and pages, tags against lost updates, problems in place of error pages, and their
# description in OpenAPI; gen/client has typed clients in TypeScript and Go.
# Try it: stackgen run examples/resource.hcl, then
#   curl 'http://127.0.0.1:8000/api/tasks/?done=false&ordering=-due'
#   curl http://127.0.0.1:8000/api/openapi.json
# There is no csrf in the middleware: no cookie says who somebody is, and JSON is no form.
# Ancestor: Django REST framework's ModelViewSet and DefaultRouter, drf-nested-routers.

site "resource" {}

database { url = "sqlite:data/resource.db" }

middleware = [security, cors, common]

# Pages of this origin may ask with scripts, and read the tags of rows.
cors {
  allowed_origins = ["https://app.example.com"]
  paths           = "^/api/"
  expose_headers  = ["ETag", "Location"]
}

model "project" {
  field "name" {
    type   = char(80)
    unique = true
  }
  ordering = ["name"]
  display  = "name"
}

model "label" {
  field "name" {
    type   = char(30)
    unique = true
  }
  ordering = ["name"]
  display  = "name"
}

model "task" {
  field "title" {
    type      = char(120)
    help_text = "What is to be done."
  }
  field "project" {
    type      = foreign_key(model.project)
    on_delete = protect
  }
  field "priority" {
    type    = char(6)
    choices = { low = "Low", normal = "Normal", high = "High" }
    default = "normal"
  }
  field "effort" {
    type  = decimal(5, 2)
    null  = true
    blank = true
  }
  field "due" {
    type  = date
    null  = true
    blank = true
  }
  field "done" {
    type    = boolean
    default = false
  }
  field "created" {
    type         = datetime
    auto_now_add = true
  }
  field "labels" {
    type         = many_to_many(model.label)
    blank        = true
    related_name = "tasks"
    help_text    = "What kind of work it is."
  }
  ordering = ["done", "due"]
}

model "note" {
  field "task" {
    type      = foreign_key(model.task)
    on_delete = cascade
  }
  field "text" { type = char(200) }
  field "pinned" {
    type    = boolean
    default = false
  }
  unique "one_of_a_text" { fields = ["task", "text"] }
}

view "projects" {
  resource {
    model           = model.project
    search          = ["name"]
    ordering_fields = ["name"]
  }
}

view "labels" {
  resource { model = model.label }
}

# The labels of a task are a list of keys.
view "tasks" {
  resource {
    model           = model.task
    fields          = ["id", "title", "project", "priority", "effort", "due", "done", "created", "labels"]
    filter          = ["done", "project", "priority__in", "due__gte", "due__lte", "due__isnull"]
    search          = ["title"]
    ordering_fields = ["due", "title", "created"]
    paginate_by     = 20
    max_paginate_by = 100
    queryset        = go.views.Visible
    form_valid      = go.views.TaskValid
  }
}

# What is done, to look at alone.
view "archive" {
  resource {
    model   = model.task
    fields  = ["id", "title", "project"]
    actions = ["list"]
  }
}

# The notes of a task. Where the task is not to be seen, its notes are not either.
view "notes" {
  resource {
    model           = model.note
    filter          = ["pinned"]
    search          = ["text"]
    ordering_fields = ["text"]
    parent "task" { queryset = go.views.Visible }
  }
}

# The notes of a task of a project, by the project's name.
view "project_notes" {
  resource {
    model   = model.note
    fields  = ["id", "text"]
    actions = ["list", "create"]
    parent "task" {
      queryset = go.views.Visible
      parent "project" { lookup_field = "name" }
    }
  }
}

view "schema" {
  openapi {
    title       = "Tasks"
    description = "Projects and what is to be done for them."
  }
}

group "/api/" {
  route "projects/" { view = view.projects }
  route "projects/<int:id>/" {
    view = view.projects
    name = "project"
  }
  route "labels/" { view = view.labels }
  route "labels/<int:id>/" {
    view = view.labels
    name = "label"
  }
  route "tasks/" { view = view.tasks }
  route "tasks/<int:id>/" {
    view = view.tasks
    name = "task"
  }
  route "tasks/<int:task>/notes/" { view = view.notes }
  route "tasks/<int:task>/notes/<int:id>/" {
    view = view.notes
    name = "note"
  }
  route "projects/<str:project>/tasks/<int:task>/notes/" { view = view.project_notes }
  route "archive/"                                       { view = view.archive }
  route "openapi.json"                                   { view = view.schema }
}
