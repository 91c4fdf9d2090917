package views

import (
	"strings"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/websocket"
)

// rooms are the connections to this process, by room. Several workers have as many of them: a chat
// for more than one process needs a store in the middle.
var rooms websocket.Groups

// said is what somebody says.
type said struct {
	Who  string `json:"who"`
	Text string `json:"text"`
}

// here is how many are in a room.
type here struct {
	Here int `json:"here"`
}

// Talk passes on what is said in a room (view.talk).
func Talk(r *web.Request, c *websocket.Conn) error {
	room := r.Arg("room")
	rooms.Join(room, c)
	defer func() {
		rooms.Leave(room, c)
		rooms.SendJSON(room, here{rooms.Len(room)})
	}()
	if err := rooms.SendJSON(room, here{rooms.Len(room)}); err != nil {
		return err
	}
	for {
		var m said
		if err := c.ReadJSON(&m); err != nil {
			return err
		}
		m.Who, m.Text = strings.TrimSpace(m.Who), strings.TrimSpace(m.Text)
		if m.Who == "" || m.Text == "" {
			continue
		}
		if err := rooms.SendJSON(room, m); err != nil {
			return err
		}
	}
}
