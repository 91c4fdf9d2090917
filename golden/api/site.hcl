# API: JSON views over a model. Lists in pages, one row, create, change, delete.
# Try it: stackgen run examples/api.hcl, then
#   curl -d '{"title": "Milk"}' -H 'Content-Type: application/json' http://127.0.0.1:8000/api/tasks/new/
# There is no csrf in the middleware: nothing here is sent by a browser's form.
# Ancestors: Django's generic views, with JSON in place of a template.

site "api" {}

database { url = "sqlite:data/api.db" }

middleware = [security, common]

model "task" {
  field "title" { type = char(120) }
  field "done" {
    type    = boolean
    default = false
  }
  field "due" {
    type  = date
    null  = true
    blank = true
  }
  field "created" {
    type         = datetime
    auto_now_add = true
  }
  ordering = ["done", "-created"]
}

view "tasks" {
  list {
    model       = model.task
    paginate_by = 50
  }
  json {}
}

view "open_tasks" {
  query "tasks" {
    model = model.task
    where = !task.done && icontains(task.title, request.query.q)
    limit = 100
  }
  json { fields = ["id", "title", "due"] }
}

view "task" {
  detail { model = model.task }
  json {}
}

view "task_new" {
  create {
    model   = model.task
    fields  = ["title", "done", "due"]
    success = view.task
  }
  json {}
}

view "task_edit" {
  update {
    model   = model.task
    fields  = ["title", "done", "due"]
    success = view.task
  }
  json {}
}

view "task_delete" {
  delete {
    model   = model.task
    success = view.tasks
  }
  json {}
}

group "/api/tasks/" {
  route ""                 { view = view.tasks }
  route "open/"            { view = view.open_tasks }
  route "new/"             { view = view.task_new }
  route "<int:id>/"        { view = view.task }
  route "<int:id>/edit/"   { view = view.task_edit }
  route "<int:id>/delete/" { view = view.task_delete }
}
