# The models of testdata/queries.json.

site "querysite" {
  module = "stackgen.dev/generator/models/querysite"
}

database {
  url     = "sqlite:data/query.db"
  engines = [sqlite, postgres]
}

model "author" {
  field "name" { type = char(50) }
  field "email" {
    type = char(100)
    null = true
  }
  field "age" {
    type = integer
    null = true
  }
  field "born" {
    type = date
    null = true
  }
  field "active" { type = boolean }
  field "rating" {
    type = decimal(5, 2)
    null = true
  }
}

model "profile" {
  field "author" {
    type         = one_to_one(model.author)
    on_delete    = cascade
    related_name = "profile"
  }
  field "bio" { type = text }
  field "karma" { type = integer }
}

model "tag" {
  field "name" { type = char(20) }
  field "parent" {
    type         = foreign_key(model.tag)
    on_delete    = cascade
    null         = true
    related_name = "children"
  }
}

model "post" {
  field "author" {
    type         = foreign_key(model.author)
    on_delete    = cascade
    null         = true
    related_name = "posts"
  }
  field "editor" {
    type         = foreign_key(model.author)
    on_delete    = set_null
    null         = true
    related_name = "edited"
  }
  field "title" { type = char(80) }
  field "body" { type = text }
  field "views" { type = integer }
  field "price" {
    type = decimal(7, 2)
    null = true
  }
  field "published" {
    type = datetime
    null = true
  }
  field "created" { type = date }
  field "slot" {
    type = time
    null = true
  }
  field "meta" {
    type = json
    null = true
  }
  field "status" { type = char(10) }
  field "tags" {
    type         = many_to_many(model.tag)
    related_name = "posts"
  }
}

model "comment" {
  field "post" {
    type         = foreign_key(model.post)
    on_delete    = cascade
    related_name = "comments"
  }
  field "author" {
    type         = foreign_key(model.author)
    on_delete    = set_null
    null         = true
    related_name = "comments"
  }
  field "parent" {
    type         = foreign_key(model.comment)
    on_delete    = cascade
    null         = true
    related_name = "replies"
  }
  field "text" { type = text }
  field "score" {
    type = integer
    null = true
  }
  field "created" { type = datetime }
}
