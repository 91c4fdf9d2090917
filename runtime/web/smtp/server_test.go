package smtp

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// script is a server that answers each verb as it is told, and anything else with 250. It notes what it was asked.
func script(t *testing.T, answers map[string]string) (address string, asked chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	asked = make(chan string, 100)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer := func(verb, standard string) string {
					text, ok := answers[verb]
					if !ok {
						text = standard
					}
					switch text {
					case "hang":
						<-t.Context().Done()
					case "drip": // never a whole line, and never silent
						for t.Context().Err() == nil {
							if _, err := conn.Write([]byte("2")); err != nil {
								break
							}
							time.Sleep(5 * time.Millisecond)
						}
					case "close":
						conn.Close()
					default:
						fmt.Fprint(conn, text+"\r\n")
					}
					return text
				}
				answer("", "220 here")
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					asked <- lines.Text()
					verb, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " ")
					if verb != "DATA" {
						answer(verb, "250 ok")
						continue
					}
					if strings.HasPrefix(answer(verb, "354 go"), "354") {
						for lines.Scan() && lines.Text() != "." {
						}
						answer(".", "250 ok")
					}
				}
			}()
		}
	}()
	return l.Addr().String(), asked
}
