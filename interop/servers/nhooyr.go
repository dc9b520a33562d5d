// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
package main

import (
	"context"
	"net/http"
	"os"

	"nhooyr.io/websocket"
)

func main() {
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionContextTakeover})
		if err != nil {
			return
		}
		defer c.Close(websocket.StatusInternalError, "")
		c.SetReadLimit(64 << 20)
		for {
			t, b, err := c.Read(context.Background())
			if err != nil || c.Write(context.Background(), t, b) != nil {
				return
			}
		}
	})))
}
