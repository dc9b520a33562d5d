// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/server.hpp>
struct Cfg : websocketpp::config::asio {
    struct pmd_cfg {};
    typedef websocketpp::extensions::permessage_deflate::enabled<pmd_cfg> permessage_deflate_type;
    static const size_t max_message_size = 64u << 20;
};
typedef websocketpp::server<Cfg> Srv;
int main(int, char** v) {
    Srv s;
    s.clear_access_channels(websocketpp::log::alevel::all);
    s.clear_error_channels(websocketpp::log::elevel::all);
    s.set_max_message_size(64u << 20);
    s.init_asio();
    s.set_reuse_addr(true);
    s.set_message_handler([&s](websocketpp::connection_hdl h, Srv::message_ptr m) {
        websocketpp::lib::error_code ec;
        s.send(h, m->get_payload(), m->get_opcode(), ec);
    });
    s.listen(boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), std::atoi(v[1])));
    s.start_accept();
    s.run();
}
