site "third" {
  domains = ["www.example.com", "shop.example.com"]
}

variable "address" {
  default = "127.0.0.1:8443"
  env     = "ADDRESS"
}

proxy {
  listen "public" {
    address = var.address
    http3   = true
    tls {
      certificate = "www.pem"
      key         = "www.key"
      keypair "shop" {
        certificate = "shop.pem"
        key         = "shop.key"
      }
      client_auth = "optional"
      client_ca   = "clients.pem"
    }
  }
  location "/small/" {
    max_body = "1KB"
    forward  = app
  }
  location "/limited/" {
    rate_limit {
      rate = "1/m"
    }
    forward = app
  }
  location "/hinted/" {
    early_hints = ["</site.css>; rel=preload; as=style"]
    forward     = app
  }
  location "/" { forward = app }
}

workers {
  mode             = "inline"
  count            = 2
  timeout          = "10m" # events and slow requests last as long as a test
  graceful_timeout = "2m"
}

middleware = [security, common]

view "whoami" { handler = go.views.WhoAmI }
view "upload" { handler = go.views.Upload }
view "events" { handler = go.views.Events }
view "slow"   { handler = go.views.Slow }
view "chat"   { handler = go.views.Chat }
view "talk" {
  websocket { handler = go.views.Talk }
}

route "/whoami" { view = view.whoami }
route "/limited/" {
  view = view.whoami
  name = "limited"
}
route "/hinted/" {
  view = view.whoami
  name = "hinted"
}
route "/upload" { view = view.upload }
route "/small/upload" {
  view = view.upload
  name = "small"
}
route "/events" { view = view.events }
route "/slow" { view = view.slow }
route "/chat" { view = view.chat }
route "/talk" { view = view.talk }
