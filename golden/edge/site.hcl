# Edge: the server in front of everything a small company runs. Two names with
# certificates of their own, a static site from the binary, downloads from the disk, an
# application, an API on two machines, a shop that is somebody else's program, and
# addresses that moved.
# Try it: stackgen run examples/edge.hcl serves plain HTTP on 127.0.0.1:8000.
# To deploy it: stackgen build examples/edge.hcl, put certificates where the variables say, then
#   HTTP_ADDRESS=:80 HTTPS_ADDRESS=:443 bin/edge serve
# touch data/maintenance closes the site, rm opens it again; site reload after a change.
# Ancestor: an nginx with two server blocks, root, proxy_pass, return 301, error_page and realip.

site "edge" {
  domains = ["www.example.com", "example.com", "shop.example.com"]
}

# --- What differs from machine to machine --------------------------------------

variable "http" {
  default = "127.0.0.1:8000"
  env     = "HTTP_ADDRESS"
}

variable "https" {
  default = "127.0.0.1:8443"
  env     = "HTTPS_ADDRESS"
}

# Where a load balancer that speaks the PROXY protocol connects to.
variable "balanced" {
  default = "127.0.0.1:8001"
  env     = "BALANCED_ADDRESS"
}

variable "certificates" {
  default = "certificates"
  env     = "CERTIFICATES"
}

variable "api_a" {
  default = "http://127.0.0.1:9001"
  env     = "API_A"
}

variable "api_b" {
  default = "http://127.0.0.1:9002"
  env     = "API_B"
}

variable "shop" {
  default = "http://127.0.0.1:9003"
  env     = "SHOP_URL"
}

variable "downloads" {
  default = "downloads"
  env     = "DOWNLOADS"
}

variable "metrics" {
  default = "127.0.0.1:9100"
  env     = "METRICS_ADDRESS"
}

# --- The way in -----------------------------------------------------------------

proxy {
  listen "plain" {
    address           = var.http
    redirect_to_https = true
  }

  # Clients get the certificate of the name that they ask for. Files that change are
  # read again, and a broken one leaves the old one in use.
  listen "secure" {
    address = var.https
    tls {
      certificate = "${var.certificates}/www.pem"
      key         = "${var.certificates}/www.key"
      keypair "shop" {
        certificate = "${var.certificates}/shop.pem"
        key         = "${var.certificates}/shop.key"
      }
    }
  }

  # Connections from these networks have to begin with a PROXY header; others are hung up on.
  listen "balanced" {
    address        = var.balanced
    proxy_protocol = ["127.0.0.0/8", "10.0.0.0/8"]
  }

  # Whose X-Forwarded-For is believed, by request.
  trusted_proxies = ["127.0.0.0/8", "10.0.0.0/8"]

  hsts = "180d"

  # Asked by address, before everything else, during maintenance too.
  health {
    live  = "/healthz"
    ready = "/readyz"
  }

  access_log = "json"
  log {
    when       = !contains(["/healthz", "/readyz"], request.path)
    file       = "logs/access.log"
    error_file = "logs/error.log"
  }

  maintenance {
    allow       = ["10.0.0.0/8"]
    retry_after = "2m"
  }

  error_page "404"         { file = "errors/404.html" }
  error_page "502 503 504" { file = "errors/busy.html" }

  # On every answer, errors and redirects too; what a location says comes on top.
  headers {
    set = {
      "X-Content-Type-Options" = "nosniff"
      "Referrer-Policy"        = "strict-origin-when-cross-origin"
    }
    remove = ["X-Powered-By"]
  }

  compression { min_size = "512B" }

  # --- What answers what --------------------------------------------------------

  # One name for the site.
  location "/" {
    when = request.host == "example.com"
    redirect {
      to     = "https://www.example.com${request.uri}"
      status = 301
    }
  }

  # The shop has a name of its own.
  location "/" {
    when             = request.host == "shop.example.com"
    forward          = upstream.shop
    intercept_errors = true
  }

  location "/" {
    static {
      dir     = "public"
      expires = "1d"
    }
  }

  location "/downloads/" {
    files {
      root                  = var.downloads
      listing               = true
      open_file_cache_valid = "5s"
    }
    headers {
      set = { "Content-Disposition" = "attachment" }
    }
  }

  # Inline it is a function call; with workers { mode = "process" } another process.
  location "/whoami/" { forward = app }

  location "/api/" {
    strip_prefix = true
    forward      = upstream.api
    read_timeout = "10s"
    max_body     = "1MB"
    request_headers {
      set    = { "X-Edge" = "edge" }
      remove = ["X-Internal"]
    }
    headers {
      set = { "Cache-Control" = "no-store" }
    }
  }

  location "/shop/" { forward = upstream.shop }

  # Addresses that moved.
  location "= /store" {
    redirect {
      to     = "/shop/"
      status = 301
    }
  }

  location "~ ^/blog/([0-9]{4})/(.*)$" {
    redirect {
      to     = "/archive/${match[1]}/${match[2]}"
      status = 308
    }
  }

  # How it is: a page for people, JSON for curl -H 'Accept: application/json'.
  location "/status" {
    status {}
    access { allow = ["127.0.0.0/8", "::1"] }
  }
}

# --- Who answers ----------------------------------------------------------------

upstream "api" {
  balance = "round_robin"
  server "a" {
    url    = var.api_a
    weight = 2
  }
  server "b" { url = var.api_b }
  max_fails    = 2
  fail_timeout = "5s"
}

# It does fifty things at a time; two hundred more may wait for ten seconds.
upstream "shop" {
  server "main" {
    url       = var.shop
    max_conns = 50
  }
  queue         = 200
  queue_timeout = "10s"
}

workers { metrics = var.metrics }

view "whoami" { handler = go.views.WhoAmI }

route "/whoami/" { view = view.whoami }
