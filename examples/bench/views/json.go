package views

import "stackgen.dev/runtime/web"

// message is what JSON answers with.
type message struct {
	Message string `json:"message"`
}

// JSON answers for view.json with an object that is made and written for each
// request.
func JSON(*web.Request) (*web.Response, error) {
	return web.JSON(message{Message: "Hello, World!"})
}
