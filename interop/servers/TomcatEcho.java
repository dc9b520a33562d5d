// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
import jakarta.websocket.*;
import jakarta.websocket.server.*;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.logging.*;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

public class TomcatEcho {
    @ServerEndpoint("/") public static class E {
        @OnMessage(maxMessageSize = 64 << 20) public void t(Session s, String m) throws IOException { s.getBasicRemote().sendText(m); }
        @OnMessage(maxMessageSize = 64 << 20) public void b(Session s, ByteBuffer m) throws IOException { s.getBasicRemote().sendBinary(m); }
        @OnError public void err(Throwable t) { }
    }
    public static class Cfg implements ServerApplicationConfig {
        public java.util.Set<ServerEndpointConfig> getEndpointConfigs(java.util.Set<Class<? extends Endpoint>> s) { return java.util.Set.of(); }
        public java.util.Set<Class<?>> getAnnotatedEndpointClasses(java.util.Set<Class<?>> s) { return java.util.Set.of(E.class); }
    }
    public static void main(String[] a) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        Tomcat t = new Tomcat();
        t.setBaseDir(a[1] + "/tomcat-" + a[0]);
        t.setHostname("127.0.0.1");
        var c = new org.apache.catalina.connector.Connector();
        c.setPort(Integer.parseInt(a[0])); c.setProperty("address", "127.0.0.1");
        t.setConnector(c);
        Context x = t.addContext("", null);
        x.addServletContainerInitializer(new WsSci(), java.util.Set.of(Cfg.class));
        Tomcat.addServlet(x, "d", new jakarta.servlet.http.HttpServlet() { });
        x.addServletMappingDecoded("/", "d");
        t.start(); t.getServer().await();
    }
}
