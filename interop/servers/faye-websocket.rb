# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
require 'faye/websocket'
require 'puma'
require 'eventmachine'
Thread.new { EM.run }
Thread.pass until EM.reactor_running?
App = lambda do |env|
  return [426, {}, []] unless Faye::WebSocket.websocket?(env)
  ws = Faye::WebSocket.new(env, nil, max_length: 64 << 20)
  ws.on(:message) { |e| ws.send(e.data) }
  ws.rack_response
end
srv = Puma::Server.new(App)
srv.add_tcp_listener('127.0.0.1', ARGV[0].to_i)
srv.run.join
