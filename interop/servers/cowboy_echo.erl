% Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
-module(cowboy_echo).
-export([start/1, init/2, websocket_handle/2, websocket_info/2]).
start(Port) ->
    {ok, _} = application:ensure_all_started(cowboy),
    D = cowboy_router:compile([{'_', [{'_', ?MODULE, []}]}]),
    {ok, _} = cowboy:start_clear(echo, [{ip, {127,0,0,1}}, {port, Port}], #{env => #{dispatch => D}, enable_connect_protocol => true}).
init(Req, St) -> {cowboy_websocket, Req, St, #{compress => true, max_frame_size => 67108864, idle_timeout => infinity}}.
websocket_handle({T, D}, St) when T =:= text; T =:= binary -> {[{T, D}], St};
websocket_handle(_, St) -> {ok, St}.
websocket_info(_, St) -> {ok, St}.
