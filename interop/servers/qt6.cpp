// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
#include <QCoreApplication>
#include <QHostAddress>
#include <QWebSocket>
#include <QWebSocketServer>
int main(int n, char** v) {
    QCoreApplication app(n, v);
    QWebSocketServer srv("echo", QWebSocketServer::NonSecureMode);
    QObject::connect(&srv, &QWebSocketServer::newConnection, [&] {
        QWebSocket* w = srv.nextPendingConnection();
        w->setMaxAllowedIncomingFrameSize(64u << 20);
        w->setMaxAllowedIncomingMessageSize(64u << 20);
        QObject::connect(w, &QWebSocket::textMessageReceived, w, [w](const QString& t) { w->sendTextMessage(t); });
        QObject::connect(w, &QWebSocket::binaryMessageReceived, w,
                         [w](const QByteArray& b) { w->sendBinaryMessage(b); });
        QObject::connect(w, &QWebSocket::disconnected, w, &QObject::deleteLater);
    });
    return srv.listen(QHostAddress::LocalHost, QByteArray(v[1]).toUShort()) ? app.exec() : 1;
}
