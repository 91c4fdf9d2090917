# Every kind of field, every option that a database knows, and every kind of
# relation, for both engines.

model "country" {
  field "code" {
    type        = char(2)
    primary_key = true
  }
  field "name" {
    type   = char(60)
    unique = true
  }
}

model "ticket" {
  field "key" {
    type        = uuid
    primary_key = true
  }
}

model "counter" {
  field "id" {
    type        = auto
    primary_key = true
  }
  field "country" {
    type      = foreign_key(model.country)
    on_delete = cascade
  }
}

model "dated" {
  abstract = true
  field "made" {
    type       = datetime
    db_default = now()
  }
  index "made" { fields = ["-made"] }
}

model "kinds" {
  bases = [model.dated]
  field "flag" { type = boolean }
  field "chars" { type = char(20) }
  field "words" { type = text }
  field "slug" { type = slug }
  field "mail" { type = email }
  field "link" { type = url }
  field "uid" { type = uuid }
  field "tiny" { type = small_integer }
  field "small" { type = integer }
  field "big" { type = big_integer }
  field "positive_tiny" { type = positive_small_integer }
  field "positive" { type = positive_integer }
  field "positive_big" { type = positive_big_integer }
  field "number" { type = float }
  field "price" { type = decimal(15, 2) }
  field "day" { type = date }
  field "at" { type = datetime }
  field "clock" { type = time }
  field "length" { type = duration }
  field "data" { type = json }
  field "bytes" { type = binary }
  field "address" { type = ip_address }
  field "attachment" { type = file }
  field "picture" { type = image }
}

model "nulls" {
  field "flag" {
    type = boolean
    null = true
  }
  field "chars" {
    type = char(20)
    null = true
  }
  field "words" {
    type   = text
    null   = true
    unique = true
  }
  field "uid" {
    type  = uuid
    null  = true
    index = true
  }
  field "tiny" {
    type = small_integer
    null = true
  }
  field "positive_tiny" {
    type = positive_small_integer
    null = true
  }
  field "positive" {
    type = positive_integer
    null = true
  }
  field "positive_big" {
    type = positive_big_integer
    null = true
  }
  field "number" {
    type = float
    null = true
  }
  field "price" {
    type = decimal(15, 2)
    null = true
  }
  field "day" {
    type = date
    null = true
  }
  field "at" {
    type = datetime
    null = true
  }
  field "clock" {
    type = time
    null = true
  }
  field "length" {
    type = duration
    null = true
  }
  field "data" {
    type = json
    null = true
  }
  field "bytes" {
    type = binary
    null = true
  }
  field "address" {
    type = ip_address
    null = true
  }
  db_table = "nothing_said"
}

# What the database gives a row that is written without a value.
model "given" {
  field "flag" {
    type       = boolean
    db_default = true
  }
  field "chars" {
    type       = char(20)
    db_default = "it's $${5} \\ %"
  }
  field "words" {
    type       = text
    db_default = ""
  }
  field "uid" {
    type       = uuid
    db_default = uuid()
  }
  field "fixed" {
    type       = uuid
    db_default = "00010203-0405-0607-0809-0a0b0c0d0e0f"
  }
  field "small" {
    type       = integer
    db_default = -3
  }
  field "big" {
    type       = big_integer
    db_default = 9007199254740993
  }
  field "number" {
    type       = float
    db_default = 1.5
  }
  field "price" {
    type       = decimal(15, 2)
    db_default = 9.5
  }
  field "day" {
    type       = date
    db_default = "2026-02-28"
  }
  field "today" {
    type       = date
    db_default = now()
  }
  field "at" {
    type       = datetime
    db_default = "2026-02-28T12:30:00+02:00"
  }
  field "clock" {
    type       = time
    db_default = "09:30"
  }
  field "length" {
    type       = duration
    db_default = "1d2h"
  }
  field "data" {
    type       = json
    db_default = { "a" = [1, "x", true] }
  }
  field "double" {
    type      = integer
    generated = given.small * 2 - 1
  }
  field "loud" {
    type      = char(20)
    generated = upper(trim(given.chars))
  }
}

# Every kind of relation, and all that happens when a row goes.
model "node" {
  field "parent" {
    type      = foreign_key(model.node)
    on_delete = cascade
    null      = true
  }
  field "country" {
    type      = foreign_key(model.country)
    on_delete = protect
  }
  field "ticket" {
    type         = foreign_key(model.ticket)
    on_delete    = restrict
    related_name = "+"
  }
  field "former" {
    type         = foreign_key(model.country)
    on_delete    = set_null
    null         = true
    index        = false
    related_name = "+"
  }
  field "usual" {
    type         = foreign_key(model.country)
    on_delete    = set_default
    db_default   = "de"
    related_name = "+"
  }
  field "counter" {
    type      = one_to_one(model.counter)
    on_delete = do_nothing
  }
  field "owner" {
    type         = foreign_key(model.kinds)
    on_delete    = cascade
    db_column    = "ownedBy"
    related_name = "+"
  }
  field "kinds" { type = many_to_many(model.kinds) }
  field "friends" { type = many_to_many(model.node) }
  field "visited" {
    type         = many_to_many(model.country)
    through      = model.visit
    related_name = "visitors"
  }
}

model "visit" {
  field "node" {
    type      = foreign_key(model.node)
    on_delete = cascade
  }
  field "country" {
    type      = foreign_key(model.country)
    on_delete = cascade
  }
  field "weight" {
    type      = integer
    default   = 1
    db_column = "Weight"
  }
  unique "once" { fields = ["node", "country"] }
}

# What holds for rows, and what they are found by.
model "event" {
  field "title" { type = char(40) }
  field "city" { type = char(40) }
  field "begins" { type = integer }
  field "ends" {
    type = integer
    null = true
  }
  field "open" { type = boolean }
  field "day" { type = date }
  field "at" {
    type = datetime
    null = true
  }
  field "length" { type = duration }
  field "price" { type = decimal(15, 2) }
  field "uid" { type = uuid }
  check "later" { condition = event.ends > event.begins && length(trim(event.title)) > 0 }
  check "known" { condition = contains(["it's", "b"], event.city) || event.open == true }
  check "not_both" { condition = !(event.city == "x" && event.ends == null) }
  check "found" { condition = icontains(event.title, "50%_") || istartswith(event.title, "a") || iendswith(event.title, "z") || iexact(event.title, "m") }
  check "moments" {
    condition = event.day > "2020-01-01" && event.at < "2030-01-01T00:00:00Z" && event.length <= "1h30m" && event.uid != "00010203-0405-0607-0809-0a0b0c0d0e0f"
  }
  check "sums" { condition = event.begins + 2 * (event.ends - 1) < 1000 && abs(event.begins) % 7 != 5 && coalesce(event.ends, event.begins) > -1 }
  check "cheap" { condition = event.price <= 99.95 || event.price * 2 > 1.5 }
  unique "one_a_day" { fields = ["title", "day"] }
  unique "any_case" {
    expressions = [lower(event.title), event.begins + 1, event.city]
    condition   = event.ends == null || event.city != "x"
  }
  index "by_city" {
    fields    = ["city", "-begins"]
    condition = event.begins >= 0 && event.ends != 4
  }
  index "by_length" { expressions = [desc(length(event.title)), coalesce(event.ends, event.begins)] }
}
