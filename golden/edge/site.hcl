# Edge: the proxy tier alone. A static site from the binary, downloads from the
# disk with what is in their folders, two upstreams under prefixes, one of which takes so many requests at a
# time, and a redirect for an address that moved.
# Try it: stackgen run examples/edge.hcl
# The pages lie beside it in edge/public; the site has no application and links none.
# Ancestor: an nginx server block with root, proxy_pass and return 301.

site "edge" {
  domains = ["www.example.com"]
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

proxy {
  listen "public" { address = "127.0.0.1:8000" }

  headers {
    set = {
      "X-Content-Type-Options" = "nosniff"
    }
    remove = ["X-Powered-By"]
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
  }

  location "/api/" {
    strip_prefix = true
    forward      = upstream.api
    read_timeout = "10s"
    request_headers {
      set = { "X-Edge" = "edge" }
    }
  }

  location "/shop/" { forward = upstream.shop }

  location "= /store" {
    redirect {
      to     = "/shop/"
      status = 301
    }
  }
}

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

upstream "shop" {
  server "main" {
    url       = var.shop
    max_conns = 50
  }
  queue         = 200
  queue_timeout = "10s"
}
