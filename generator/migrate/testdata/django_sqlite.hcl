model "auth_permission" {
  field "name" { type = char(255) }
  # content_type_id: its foreign key is checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED)
  field "content_type" {
    type      = foreign_key(model.django_content_type)
    on_delete = restrict
  }
  field "codename" { type = char(100) }
}

model "auth_user" {
  field "password" { type = char(128) }
  field "last_login" {
    type  = datetime
    null  = true
    blank = true
  }
  field "is_superuser" { type = boolean }
  field "username" {
    type   = char(150)
    unique = true
  }
  field "date_joined" { type = datetime }
}

model "auth_user_user_permissions" {
  # user_id: its foreign key is checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED)
  field "user" {
    type      = foreign_key(model.auth_user)
    on_delete = restrict
    index     = false
  }
  # permission_id: its foreign key is checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED)
  field "permission" {
    type      = foreign_key(model.auth_permission)
    on_delete = restrict
    index     = false
  }
}

model "django_admin_log" {
  field "object_id" {
    type  = text
    null  = true
    blank = true
  }
  field "action_flag" { type = positive_small_integer }
  # user_id: its foreign key is checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED)
  field "user" {
    type      = foreign_key(model.auth_user)
    on_delete = restrict
    index     = false
  }
}

model "django_content_type" {
  field "app_label" { type = char(100) }
  field "model" { type = char(100) }
  unique "django_content_type_app_label_model_76bd3d3b_uniq" { fields = ["app_label", "model"] }
}

model "django_session" {
  field "session_key" {
    type        = char(40)
    primary_key = true
  }
  field "session_data" { type = text }
  field "expire_date" {
    type  = datetime
    index = true
  }
}

# The table pair has no primary key of one column, so it is no model.
