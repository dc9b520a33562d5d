// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
package main

import (
	"log"
	"os"

	"github.com/gorilla/websocket"
)

func main() {
	d := websocket.Dialer{EnableCompression: true}
	c, _, err := d.Dial(os.Args[1], nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	for {
		t, b, err := c.ReadMessage()
		if err != nil || c.WriteMessage(t, b) != nil {
			return
		}
	}
}
