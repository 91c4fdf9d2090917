# Chat: a page and a WebSocket. Who has a room open sees what the others there say; the
# function in chat/views/talk.go has each connection, and a test of it is beside it.
# Try it: stackgen run examples/chat.hcl, and open http://127.0.0.1:8000/ twice.
# Ancestors: Django Channels, its WebsocketConsumer and its groups.

site "chat" { domains = ["chat.example.com"] }

proxy {
  listen "public" { address = "127.0.0.1:8000" }
  location "/static/" {
    static { dir = "static" }
  }
  location "/" { forward = app }
}

middleware = [security, common, clickjacking]

view "lobby" {
  redirect { to = "/lobby/" }
}

view "room" { template = "room.html" }

# Only pages of this site may connect; origins names others.
view "talk" {
  websocket {
    handler          = go.views.Talk
    max_message_size = "4KB"
    subprotocols     = ["chat.v1"]
  }
}

route "/"                  { view = view.lobby }
route "/<slug:room>/"      { view = view.room }
route "/<slug:room>/talk/" { view = view.talk }
