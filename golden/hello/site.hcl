# Hello: the smallest site. One view, one route.
# Without a proxy block the site listens on 127.0.0.1:8000, and without a
# database block its binary links no database.
# Try it: stackgen run examples/hello.hcl
# Ancestors: nginx's `return 200`, and the first page of Django's tutorial.

site "hello" {}

view "hello" { text = "Hello, world!\n" }

route "/" { view = view.hello }
