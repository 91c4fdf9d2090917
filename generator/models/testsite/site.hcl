# The site of the tests: every kind of field, and every form of query.

site "testsite" {
  module = "stackgen.dev/generator/models/testsite"
}

variable "minimum" {
  default = 5
  env     = "MINIMUM"
}

database {
  url     = "sqlite:data/test.db"
  engines = [sqlite, postgres]
}

model "author" {
  field "name" {
    type   = char(50)
    unique = true
  }
  field "email" {
    type = email
    null = true
  }
  field "age" {
    type = integer
    null = true
  }
  field "active" {
    type    = boolean
    default = true
  }
  field "rating" {
    type = decimal(5, 2)
    null = true
  }
}

model "post" {
  field "author" {
    type      = foreign_key(model.author)
    on_delete = cascade
  }
  field "editor" {
    type         = foreign_key(model.author)
    on_delete    = set_null
    null         = true
    related_name = "edited"
  }
  field "title" { type = char(80) }
  field "slug" {
    type   = slug
    unique = true
  }
  field "views" {
    type    = positive_integer
    default = 0
  }
  field "status" {
    type    = char(10)
    default = "draft"
    null    = true
  }
  field "published" {
    type = datetime
    null = true
  }
  field "created" {
    type         = datetime
    auto_now_add = true
  }
  field "updated" {
    type     = datetime
    auto_now = true
  }
  ordering = ["-published"]
  display  = "title"
}

# A key that is made by Create, a table of another name, and a row that points at its like.
model "category" {
  field "key" {
    type        = uuid
    primary_key = true
  }
  field "name" { type = char(40) }
  field "category" {
    type      = foreign_key(model.category)
    on_delete = protect
    null      = true
  }
  db_table = "shop_category"
  ordering = ["name"]
}

# Every kind of field, once with a value always and once without.
model "everything" {
  field "flag"     { type = boolean }
  field "chars"    { type = char(20) }
  field "words"    { type = text }
  field "slug"     { type = slug }
  field "mail"     { type = email }
  field "link"     { type = url }
  field "uid"      { type = uuid }
  field "small"    { type = integer }
  field "big"      { type = big_integer }
  field "positive" { type = positive_integer }
  field "number"   { type = float }
  field "price"    { type = decimal(15, 3) }
  field "day"      { type = date }
  field "at"       { type = datetime }
  field "clock"    { type = time }
  field "length"   { type = duration }
  field "data"     { type = json }
  field "null_flag" {
    type = boolean
    null = true
  }
  field "null_chars" {
    type = char(20)
    null = true
  }
  field "null_uid" {
    type = uuid
    null = true
  }
  field "null_big" {
    type = big_integer
    null = true
  }
  field "null_number" {
    type = float
    null = true
  }
  field "null_price" {
    type = decimal(15, 3)
    null = true
  }
  field "null_day" {
    type = date
    null = true
  }
  field "null_at" {
    type = datetime
    null = true
  }
  field "null_clock" {
    type = time
    null = true
  }
  field "null_length" {
    type = duration
    null = true
  }
  field "null_data" {
    type = json
    null = true
  }
}

# Every form of default.
model "preset" {
  field "flag" {
    type    = boolean
    default = true
  }
  field "words" {
    type    = text
    default = "with `quotes\" and\nlines"
  }
  field "small" {
    type    = integer
    default = -3
  }
  field "number" {
    type    = float
    default = 2
  }
  field "price" {
    type    = decimal(6, 2)
    default = 9.5
  }
  field "day" {
    type    = date
    default = "2026-02-28"
  }
  field "at" {
    type    = datetime
    default = "2026-02-28T12:30:00+02:00"
  }
  field "clock" {
    type    = time
    default = "09:30"
  }
  field "length" {
    type    = duration
    default = "1d"
  }
  field "uid" {
    type    = uuid
    default = "00010203-0405-0607-0809-0a0b0c0d0e0f"
  }
  field "begun" {
    type    = datetime
    default = now()
  }
  field "until" {
    type    = date
    default = now()
    null    = true
  }
  # A name that the row type uses itself.
  field "delete" {
    type    = char(5)
    default = "no"
    null    = true
  }
}

view "home" {
  query "recent" {
    model          = model.post
    where          = post.published <= now() && post.published > now() - duration("7d") && post.status != "hidden"
    limit          = 2
    select_related = ["author", "editor"]
  }
  query "authors" {
    model    = model.author
    where    = icontains(author.name, request.query.q) || author.name == request.query.q
    ordering = ["name"]
  }
  query "roots" {
    model          = model.category
    where          = category.category == null
    select_related = ["category"]
  }
  json {}
}

view "post_list" {
  list {
    model          = model.post
    where          = post.views >= var.minimum && contains(["live", "draft"], post.status)
    ordering       = ["-views"]
    paginate_by    = 2
    select_related = ["author"]
  }
  json { fields = ["id", "title", "author", "published"] }
}

view "author_list" {
  list {
    model = model.author
    where = !(author.age > 30)
  }
  json {}
}

view "by_author" {
  list {
    model       = model.post
    where       = post.author == url.author && startswith(post.title, "The ")
    paginate_by = 10
  }
  json {}
}

view "post_detail" {
  detail {
    model          = model.post
    where          = post.published <= now()
    select_related = ["author"]
  }
  json {}
}

view "post_edit" {
  update {
    model   = model.post
    fields  = ["title"]
    success = view.author_list
  }
  json {}
}

view "category" {
  detail { model = model.category }
  json {}
}

view "category_delete" {
  delete {
    model   = model.category
    success = view.author_list
  }
  json {}
}

view "all" {
  query "everything" { model = model.everything }
  json {}
}

route "/"                        { view = view.home }
route "/posts/"                  { view = view.post_list }
route "/authors/"                { view = view.author_list }
route "/authors/<int:author>/"   { view = view.by_author }
route "/posts/<slug:slug>/"      { view = view.post_detail }
route "/posts/<int:pk>/edit/"    { view = view.post_edit }
route "/categories/<uuid:key>/"  { view = view.category }
route "/categories/<uuid:pk>/x/" { view = view.category_delete }
route "/all/"                    { view = view.all }

# Rules for values: validators, choices, what is unique, checks.
model "ruled" {
  field "code" {
    type       = char(8)
    unique     = true
    validators = [min_length(2), regex("^[A-Z]+$", "Capitals only.", "capitals")]
  }
  field "kind" {
    type = char(6)
    choices = {
      Sound = { vinyl = "Vinyl", cd = "CD" }
      other = "Not known"
    }
    default = "cd"
  }
  field "level" {
    type    = integer
    choices = { "-1" = "Low", "1" = "High", "2" = "High" }
    null    = true
    blank   = true
  }
  field "mail" {
    type  = email
    blank = true
  }
  field "price" {
    type       = decimal(5, 2)
    validators = [min_value(1), max_value(99.5), step_value(0.5)]
    default    = 1
  }
  field "day" {
    type       = date
    validators = [min_value("2020-01-01")]
    null       = true
    blank      = true
  }
  field "small" {
    type    = small_integer
    default = 0
  }
  field "owner" {
    type      = foreign_key(model.author)
    on_delete = cascade
    null      = true
    blank     = true
  }
  field "starts" {
    type  = datetime
    null  = true
    blank = true
  }
  field "ends" {
    type  = datetime
    null  = true
    blank = true
  }
  field "open" {
    type    = boolean
    default = false
  }
  check "ruled_ends_later" {
    condition               = ruled.ends > ruled.starts
    violation_error_message = "It ends later."
    violation_error_code    = "order"
  }
  check "ruled_dear_if_open" { condition = !ruled.open || ruled.price >= 10 }
  unique "ruled_kind_level" { fields = ["kind", "level"] }
  unique "ruled_one_open" {
    fields    = ["kind"]
    condition = ruled.open
  }
  unique "ruled_mail_any_case" {
    expressions             = [lower(ruled.mail)]
    condition               = ruled.mail != ""
    violation_error_message = "The address is taken."
  }
}

# What the database computes of a row, stored and as it is read.
model "tally" {
  field "name" {
    type   = char(20)
    unique = true
  }
  field "n" { type = integer }
  field "twice" {
    type      = integer
    generated = tally.n * 2
  }
  field "shout" {
    type      = char(20)
    generated = upper(tally.name)
  }
}

# The other kinds of field and relation, and columns of other names.
model "odd" {
  field "nr" {
    type        = auto
    primary_key = true
    db_column   = "number"
  }
  field "small"          { type = small_integer }
  field "positive_small" { type = positive_small_integer }
  field "positive_big"   { type = positive_big_integer }
  field "raw"            { type = binary }
  field "address" {
    type      = ip_address
    db_column = "ip"
    unique    = true
  }
  field "paper" {
    type  = file
    blank = true
  }
  field "picture" {
    type  = image(60)
    blank = true
  }
  field "null_raw" {
    type  = binary
    null  = true
    blank = true
  }
  field "null_address" {
    type  = ip_address
    null  = true
    blank = true
  }
  field "secret" {
    type     = char(10)
    editable = false
    default  = "s3"
  }
  field "born" {
    type       = datetime
    db_default = now()
  }
  field "token" {
    type       = uuid
    db_default = uuid()
  }
  field "rank" {
    type       = integer
    db_default = 5
    index      = true
  }
  field "keeper" {
    type         = one_to_one(model.author)
    on_delete    = cascade
    db_column    = "who"
    related_name = "odd"
    null         = true
    blank        = true
  }
  field "next" {
    type      = foreign_key(self)
    on_delete = set_null
    null      = true
    blank     = true
  }
  field "friends" { type = many_to_many(self) }
  field "homes" {
    type         = many_to_many(model.category)
    through      = model.stay
    related_name = "odds"
  }
  ordering = ["small"]
}

model "stay" {
  field "odd" {
    type      = foreign_key(model.odd)
    on_delete = restrict
  }
  field "category" {
    type      = foreign_key(model.category)
    on_delete = cascade
  }
  field "nights" {
    type    = integer
    default = 1
  }
}
