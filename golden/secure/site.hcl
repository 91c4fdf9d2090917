# Secure: TLS with certificates that come by themselves. Visitors get to https with a
# certificate by ACME, staff reach a second listener with certificates of their own.
# Try it: stackgen run examples/secure.hcl serves plain HTTP; to see TLS on this machine,
#   stackgen build examples/secure.hcl, then in examples/secure: bin/secure serve, and bin/secure trust
# Ancestors: nginx with certbot, ssl_verify_client; Caddy's tls internal.

site "secure" {
  domains = ["secure.example.com"]
}

variable "http" {
  default = "127.0.0.1:8080"
  env     = "HTTP_ADDRESS"
}

variable "https" {
  default = "127.0.0.1:8443"
  env     = "HTTPS_ADDRESS"
}

variable "staff" {
  default = "127.0.0.1:8444"
  env     = "STAFF_ADDRESS"
}

variable "directory" {
  default = "https://acme-staging-v02.api.letsencrypt.org/directory"
  env     = "ACME_DIRECTORY"
}

proxy {
  listen "plain" {
    address           = var.http
    redirect_to_https = true
  }
  listen "public" {
    address = var.https
    http3   = true
    tls {
      acme {
        email     = "ops@example.com"
        directory = var.directory
      }
    }
  }
  listen "staff" {
    address = var.staff
    tls {
      local       = true
      min_version = "1.3"
      client_auth = "optional"
      client_ca   = "clients.pem"
    }
  }
  hsts = "365d"
}

middleware = [security, common]

view "whoami" { handler = go.views.WhoAmI }

route "/" { view = view.whoami }
