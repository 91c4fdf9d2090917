package views_test

import (
	"testing"

	"stackgen.dev/golden/chat/gen/sitetest"
	"stackgen.dev/golden/chat/gen/urls"
	"stackgen.dev/runtime/web/websocket"
)

// Ensure that everybody in a room hears what is said there, and nobody elsewhere. Run it with: go test ./...
func TestTalk(t *testing.T) {
	s := sitetest.New(t)
	ada := s.WebSocket(urls.Talk("tea"), "chat.v1")
	if got := ada.Receive(); got != `{"here":1}` {
		t.Fatalf("the first hears %s", got)
	}
	bob, eve := s.Visitor().WebSocket(urls.Talk("tea"), "chat.v1"), s.WebSocket(urls.Talk("coffee"), "chat.v1")
	for _, c := range []interface{ Receive() string }{ada, bob} {
		if got := c.Receive(); got != `{"here":2}` {
			t.Errorf("of two each hears %s", got)
		}
	}
	eve.Receive()

	ada.SendJSON(map[string]string{"who": " Ada ", "text": "Hello"})
	eve.SendJSON(map[string]string{"who": "Eve", "text": "Elsewhere"})
	for _, c := range []interface{ Receive() string }{ada, bob} {
		if got := c.Receive(); got != `{"who":"Ada","text":"Hello"}` {
			t.Errorf("heard is %s", got)
		}
	}
	if got := eve.Receive(); got != `{"who":"Eve","text":"Elsewhere"}` {
		t.Errorf("elsewhere is heard %s", got)
	}

	bob.Close(websocket.GoingAway, "")
	if got := ada.Receive(); got != `{"here":1}` {
		t.Errorf("who stays hears %s", got)
	}
	ada.Send("no JSON")
	if code, _ := ada.Closed(); code != websocket.InvalidData {
		t.Errorf("what is no JSON ends with %d", code)
	}
}
