# CDN: a caching edge in front of one origin. What the origin lets a shared cache
# keep is kept in memory and on the disk, compressed on its way out, given for a
# while when the origin is slow or away, and purged by address or tag.
# Try it: stackgen run examples/cdn.hcl
# A request with a session passes by the cache; nothing of one visitor reaches another.
# Ancestor: nginx proxy_cache, proxy_cache_use_stale, gzip; Varnish.

site "cdn" {
  domains = ["cdn.example.com"]
}

variable "origin" {
  default = "http://127.0.0.1:9001"
  env     = "ORIGIN_URL"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }

  compression {
    encodings = ["zstd", "br", "gzip"]
    min_size  = "512B"
  }

  location "/" {
    forward = upstream.origin
    cache {
      memory                 = "128MB"
      disk                   = "1GB"
      bypass                 = request.cookie.sessionid != ""
      stale_while_revalidate = "30s"
      stale_if_error         = "1h"
      tags                   = ["pages"]
      purge                  = ["127.0.0.0/8", "::1"]
    }
  }

  # What the origin says nothing about is kept for a day.
  location "~ \\.(css|js|png|jpg|svg|woff2)$" {
    forward = upstream.origin
    cache {
      ttl   = "1d"
      purge = ["127.0.0.0/8", "::1"]
    }
  }

  location "/api/" { forward = upstream.origin }
}

upstream "origin" {
  server "main" { url = var.origin }
}
