site "behind" {
  domains = ["www.example.com"]
}

proxy {
  listen "public" { address = "127.0.0.1:8000" }
  trusted_proxies = ["127.0.0.1"]
  max_body        = "2GB"
  location "/static/" {
    static {}
    headers { set = { "Cache-Control" = "max-age=3600" } } # the script asks for a name without a hash
  }
  location "/" { forward = app }
}

middleware = [security, common]

view "whoami" { handler = go.views.WhoAmI }
view "upload" { handler = go.views.Upload }
view "go"     { handler = go.views.Go }
view "stream" { handler = go.views.Stream }
view "events" { handler = go.views.Events }

route "/whoami" { view = view.whoami }
route "/upload" { view = view.upload }
route "/go"     { view = view.go }
route "/stream" { view = view.stream }
route "/events" { view = view.events }
