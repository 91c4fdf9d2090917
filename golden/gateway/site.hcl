# Gateway: what stands before an API. Limits for each key and address, a server
# that says who may pass, a password for the back office, answers by method and
# header, a share of the clients for the next version and a copy for a third, gRPC,
# addresses that moved, pages for when the API is away, maps, and a trace of every tenth request.
# Try it: stackgen run examples/gateway.hcl
# Its error pages lie beside it in gateway/errors; touch gateway/data/maintenance closes it.
# Ancestor: nginx limit_req, limit_conn, auth_request, auth_basic, error_page, split_clients, mirror, grpc_pass, map, geo, otel_exporter and if.

site "gateway" {
  domains = ["api.example.com"]
}

variable "api" {
  default = "http://127.0.0.1:9001"
  env     = "API_URL"
}

variable "beta" {
  default = "http://127.0.0.1:9002"
  env     = "BETA_URL"
}

variable "auth" {
  default = "http://127.0.0.1:9003"
  env     = "AUTH_URL"
}

variable "shadow" {
  default = "http://127.0.0.1:9004"
  env     = "SHADOW_URL"
}

variable "rpc" {
  default = "http://127.0.0.1:9005"
  env     = "RPC_URL"
}

variable "collector" {
  default = "http://127.0.0.1:4318"
  env     = "COLLECTOR_URL"
}

variable "sampled" {
  default = 0.1
  env     = "SAMPLED"
}

# An OpenTelemetry collector hears of every tenth request; the API finds its place in the trace in traceparent.
tracing {
  endpoint = var.collector
  ratio    = var.sampled
}

# The password is "gateway"; htpasswd -nB admin makes another one.
variable "admin_hash" {
  default = "$2a$10$Q7b7ko/g0wzff6Z9FDQfsO9/nlptGvfP1ZoJ7zg8numihtsR6M5bG"
  env     = "ADMIN_HASH"
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }

  # For whoever watches over it: asked by address, before everything else.
  health {
    live  = "/healthz"
    ready = "/readyz"
  }

  access { deny = ["192.0.2.0/24"] }

  # What a key may, and where somebody is: of several networks the longest counts.
  map "tier" {
    source  = request.header.X-Api-Key
    default = "free"
    values = {
      "k-4711"             = "gold"
      "~ ^trial-([a-z]+)$" = "trial of ${match[1]}"
    }
  }
  map "zone" {
    source  = client.address
    default = ""
    values = {
      "10.0.0.0/8"  = "office"
      "10.7.0.0/16" = "lab"
      "127.0.0.0/8" = "here"
    }
  }

  # Who answered; an answer of the gateway's own has no such field.
  headers {
    set = {
      X-Upstream = response.upstream
      X-Zone     = map.zone
    }
  }

  # One line each, but for the machines that ask how it is: who, what, and which server said so after how long.
  log {
    format     = "${request.time} ${client.address} \"${request.method} ${request.uri}\" ${response.status} ${response.duration} ${response.upstream}/${response.server} ${response.upstream_time} ${request.id}"
    when       = !contains(["/healthz", "/readyz"], request.path)
    file       = "logs/access.log"
    error_file = "logs/error.log"
    secrets    = ["invitation"]
  }

  maintenance {
    allow       = ["10.0.0.0/8"]
    retry_after = "2m"
  }

  error_page "404"         { file = "errors/404.json" }
  error_page "502 503 504" { file = "errors/busy.json" }

  # Who has paid is served apart.
  location "/v1/fast/" {
    when    = map.tier == "gold"
    forward = upstream.beta
  }

  # Who sends the field gets the next version.
  location "/v1/" {
    when    = request.header.X-Beta == "yes"
    forward = upstream.beta
  }

  location "/v1/" {
    forward          = upstream.api
    methods          = ["GET", "POST", "DELETE"]
    max_body         = "1MB"
    intercept_errors = true
    request_headers {
      set = {
        X-Tier = map.tier
        X-Way  = "${client.address} ${request.scheme}"
      }
    }
    rate_limit {
      rate  = "10/m"
      burst = 5
      key   = request.header.X-Api-Key
    }
    limit_conn { connections = 20 }
  }

  # One client in twenty tries the next version and stays with it; every tenth
  # request is asked of another one as well, which answers nobody.
  location "/v2/" {
    forward      = upstream.api
    split_cookie = "version"
    split "beta" {
      upstream = upstream.beta
      percent  = 5
    }
    mirror {
      upstream = upstream.shadow
      percent  = 10
    }
  }

  location "/rpc/" { forward = upstream.rpc }

  location "~ ^/users/(?P<name>[a-z]+)/orders/([0-9]+)$" {
    rewrite = "/v1/orders/${match[2]}?user=${match.name}"
    forward = upstream.api
    forward_auth {
      upstream     = upstream.auth
      uri          = "/verify"
      copy_headers = ["X-User"]
    }
  }

  location "/admin/" {
    forward = upstream.api
    basic_auth {
      realm = "back office"
      users = { admin = var.admin_hash }
    }
    request_headers { set = { X-Remote-User = client.user } }
    access { allow = ["127.0.0.0/8", "::1"] }
  }

  # How it is: a page for people, JSON for curl -H 'Accept: application/json'.
  location "/status" {
    status {}
    access { allow = ["127.0.0.0/8", "::1"] }
  }

  # The API answers with X-Accel-Redirect: /reports/NAME.
  location "/reports/" {
    internal = true
    files { root = "reports" }
  }

  location "/exports/" {
    forward          = upstream.api
    limit_rate       = "2MB"
    limit_rate_after = "64KB"
  }

  location "~ ^/v0/(.*)$" {
    redirect {
      to     = "/v1/${match[1]}"
      status = 308
    }
  }
}

upstream "api" {
  server "main" { url = var.api }
}

upstream "beta" {
  server "main" { url = var.beta }
}

upstream "shadow" {
  server "main" { url = var.shadow }
}

# h2c; with an https URL it is HTTP/2 over TLS.
upstream "rpc" {
  http_version = "2"
  server "main" { url = var.rpc }
}

upstream "auth" {
  server "main" { url = var.auth }
}
