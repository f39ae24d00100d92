import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;

/** Sends requests with bodies as Java does by default, and says what came back. */
public class Bodies {
    private static String address;
    private static String key;
    private static HttpClient client;

    public static void main(String[] arguments) throws Exception {
        address = arguments[0];
        key = arguments[1];
        for (HttpClient.Version version : HttpClient.Version.values()) {
            client = HttpClient.newBuilder().version(version).build();
            for (boolean chunked : new boolean[] {false, true}) {
                for (boolean asks : new boolean[] {false, true}) {
                    String name = version + " " + chunked + " " + asks;
                    everyMethod(name, chunked, asks);
                }
            }
        }
    }

    private static void everyMethod(String name, boolean chunked, boolean asks) throws Exception {
        String graph = "/rdf-graph-store?graph=https://example.org/java";
        String triple = "<urn:x:a> <urn:x:b> \"%s\" .";
        say(name, "put", send("PUT", graph, "text/turtle", triple.formatted("put"), chunked, asks));
        say(name, "post", send("POST", graph, "text/turtle", triple.formatted("post"), chunked, asks));
        String update = "INSERT DATA { GRAPH <https://example.org/java> { <urn:x:a> <urn:x:b> \"update\" } }";
        say(name, "update", send("POST", "/sparql", "application/sparql-update", update, chunked, asks));
        String query = "SELECT ?o { GRAPH <https://example.org/java> { ?s ?p ?o } } ORDER BY ?o";
        say(name, "query", send("POST", "/sparql", "application/sparql-query", query, chunked, asks));
        String wrong = "<urn:x:a> a <https://w3id.org/tenure/ontology#Claim> .";
        say(name, "validate", send("POST", "/validate", "text/turtle", wrong, chunked, asks));
        say(name, "claims", send("POST", "/claims", "text/turtle", wrong, chunked, asks));
        say(name, "delete", send("DELETE", graph, "text/plain", "because", chunked, asks));
    }

    private static String send(
            String method, String path, String kind, String text, boolean chunked, boolean asks)
            throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        BodyPublisher body = chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                : BodyPublishers.ofByteArray(bytes);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", kind)
                .header("Accept", path.equals("/sparql") ? "text/csv, application/json" : "application/json")
                .expectContinue(asks)
                .method(method, body)
                .build();
        var response = client.send(request, BodyHandlers.ofString());
        List<String> words = new ArrayList<>(List.of(response.body().split("\\s+")));
        return response.statusCode() + " " + String.join(" ", words);
    }

    private static void say(String name, String what, String said) {
        System.out.println(name + "\t" + what + "\t" + said);
    }
}
