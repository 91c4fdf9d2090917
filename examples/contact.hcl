# A form of its own: what visitors type and send is checked, handed to Go, and
# answered with a message on the next page.

site "contact" {
  domains   = ["contact.example.com"]
  languages = ["de"]
}

middleware = [security, session, locale, common, csrf, message, clickjacking, csp]

security {
  hsts            = "365d"
  hsts_subdomains = true
}

session {
  store = "file"
  age   = "7d"
}

csp {
  directive "default-src" { sources = ["self"] }
  directive "script-src"  { sources = ["self", "nonce"] }
  directive "form-action" { sources = ["self"] }
}

uploads {
  file_memory = "64KB"
  max_files   = 3
}

view "home" { template = "home.html" }

view "contact" {
  form {
    handler = go.views.Contact
    success = view.home

    field "name" {
      type       = char
      max_length = 60
    }
    field "email" { type = email }
    field "topic" {
      type    = char
      choices = { question = "A question", praise = "Praise", other = "Something else" }
      widget  = radio
    }
    field "message" {
      type       = text
      min_length = 3
      max_length = 2000
    }
    field "meeting" {
      type      = date
      required  = false
      widget    = date_text
      help_text = "When we may call, if you like: as your language writes a day."
    }
    field "attachment" {
      type       = file
      required   = false
      extensions = ["txt", "pdf", "png"]
      max_size   = "1MB"
      help_text  = "A text, a PDF or a PNG of at most a megabyte."
    }

    # Who else is to have the answer, in this order.
    formset "copies" {
      extra        = 2
      max_num      = 3
      validate_max = true
      can_delete   = true
      can_order    = true
      field "name" {
        type       = char
        max_length = 60
      }
      field "email" { type = email }
      field "since" {
        type     = integer
        required = false
        min      = 1900
      }
    }
  }
}

view "letter" {
  handler     = go.views.Letter
  never_cache = true
}

view "about" {
  text  = "Write to us."
  cache = "10m"
}

route "/"         { view = view.home }
route "/contact/" { view = view.contact }
route "/about/"   { view = view.about }
re_path "^letters/(?P<name>[\\w.-]+)$" { view = view.letter }
