model "auth_permission" {
  field "id" {
    type        = auto
    primary_key = true
  }
  field "name" { type = char(255) }
  # content_type_id: its foreign key is checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED)
  field "content_type" {
    type      = foreign_key(model.django_content_type)
    on_delete = restrict
  }
  field "codename" { type = char(100) }
}

model "auth_user" {
  field "id" {
    type        = auto
    primary_key = true
  }
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
  # CREATE INDEX auth_user_username_6821ab7c_like ON auth_user USING btree (username varchar_pattern_ops)
}

model "django_admin_log" {
  field "id" {
    type        = auto
    primary_key = true
  }
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
  field "id" {
    type        = auto
    primary_key = true
  }
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

model "other" {
  field "place" {
    type  = ip_address
    null  = true
    blank = true
  }
  field "took" {
    type  = duration
    null  = true
    blank = true
  }
  field "price" {
    type       = decimal(10, 2)
    null       = true
    blank      = true
    db_default = 0
  }
  field "odd" {
    type      = text
    db_column = "Odd"
    null      = true
    blank     = true
  }
  # tags: its type is text [ ]
  field "tags" {
    type  = text
    null  = true
    blank = true
  }
}

# The table pair has no primary key of one column, so it is no model.
