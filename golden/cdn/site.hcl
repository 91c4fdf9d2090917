# CDN: a caching edge in front of one origin. What the origin lets a shared cache
# keep is kept in memory and on the disk, compressed on its way out, given for a
# while when the origin is slow or away, and purged by address or tag. Of many who want
# the same at once one asks the origin, and the others read along.
# Try it: stackgen run examples/cdn.hcl, with ORIGIN_URL=http://… of any site; curl -i shows
#   Cache-Status (hit, fwd=uri-miss; stored, fwd=stale, …) and Age, /status how much is kept.
# To purge: bin/cdn purge /a, bin/cdn purge '/a/*', bin/cdn purge --tag news; or curl -X PURGE from
#   a network in purge. The origin tags with Cache-Tag, and speaks to this cache alone with CDN-Cache-Control.
# A request with a session passes by the cache; nothing of one visitor reaches another.
# Ancestor: nginx proxy_cache, proxy_cache_use_stale, proxy_cache_lock, gzip, limit_req; Varnish.

site "cdn" {
  domains = ["cdn.example.com"]
}

variable "origin" {
  default = "http://127.0.0.1:9001"
  env     = "ORIGIN_URL"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }

  health {
    live  = "/healthz"
    ready = "/readyz"
  }

  error_page "502 503 504" { file = "errors/away.html" }

  compression {
    encodings = ["zstd", "br", "gzip"]
    min_size  = "512B"
  }

  # Pages: for as long as the origin says; its Vary has each language and the like kept by itself.
  location "/" {
    forward = upstream.origin
    rate_limit {
      rate  = "50/s"
      burst = 100
    }
    cache {
      memory                 = "128MB"
      disk                   = "1GB"
      max_object             = "64MB"
      bypass                 = request.cookie.sessionid != ""
      stale_while_revalidate = "30s"
      stale_if_error         = "1h"
      tags                   = ["pages"]
      purge                  = ["127.0.0.0/8", "::1"]
    }
  }

  # What the origin says nothing about is kept for a day, whatever the tracking of a link.
  location "~ \\.(css|js|png|jpg|svg|woff2)$" {
    forward = upstream.origin
    cache {
      ttl   = "1d"
      key   = "${request.host}${request.path}"
      tags  = ["assets"]
      purge = ["127.0.0.0/8", "::1"]
    }
  }

  # The origin's own business: nothing is kept, and each client asks five times a second.
  location "/api/" {
    forward = upstream.origin
    rate_limit {
      rate  = "5/s"
      burst = 10
    }
  }

  location "/status" {
    status {}
    access { allow = ["127.0.0.0/8", "::1"] }
  }
}

upstream "origin" {
  server "main" { url = var.origin }
  read_timeout = "20s"
}
