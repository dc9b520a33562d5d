// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
package main

import (
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

func main() {
	up := websocket.Upgrader{EnableCompression: true, CheckOrigin: func(*http.Request) bool { return true }}
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		c.SetReadLimit(64 << 20)
		for {
			t, b, err := c.ReadMessage()
			if err != nil || c.WriteMessage(t, b) != nil {
				return
			}
		}
	})))
}
