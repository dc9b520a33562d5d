// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
#include <QCoreApplication>
#include <QUrl>
#include <QWebSocket>
int main(int n, char** v) {
    QCoreApplication app(n, v);
    QWebSocket w;
    w.setMaxAllowedIncomingFrameSize(64u << 20);
    w.setMaxAllowedIncomingMessageSize(64u << 20);
    QObject::connect(&w, &QWebSocket::textMessageReceived, [&](const QString& t) { w.sendTextMessage(t); });
    QObject::connect(&w, &QWebSocket::binaryMessageReceived, [&](const QByteArray& b) { w.sendBinaryMessage(b); });
    QObject::connect(&w, &QWebSocket::disconnected, &app, &QCoreApplication::quit);
    w.open(QUrl(QString::fromLocal8Bit(v[1])));
    return app.exec();
}
