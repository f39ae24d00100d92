import java.net.http.HttpClient;
import org.apache.jena.http.auth.AuthEnv;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdfconnection.RDFConnection;
import org.apache.jena.rdfconnection.RDFConnectionRemote;

/** Writes and reads as programs with Jena do, and says what is there after each step. */
public class Jena {
    private static final String GRAPH = "https://example.org/jena";

    public static void main(String[] arguments) {
        String address = arguments[0];
        String key = arguments[1];
        AuthEnv.get().setBearerTokenProvider((uri, challenge) -> key);
        try (RDFConnection connection = RDFConnectionRemote.newBuilder()
                .destination(address)
                .queryEndpoint("sparql")
                .updateEndpoint("sparql")
                .gspEndpoint("rdf-graph-store")
                .httpClient(HttpClient.newHttpClient())
                .build()) {
            everything(connection);
        }
    }

    private static void everything(RDFConnection connection) {
        connection.put(model(1, 2));
        say("put", same(connection.fetch(), model(1, 2)));
        connection.load(model(3));
        say("load", same(connection.fetch(), model(1, 2, 3)));
        connection.update("INSERT DATA { <urn:x:a> <urn:x:b> 4 }");
        say("insert", same(connection.fetch(), model(1, 2, 3, 4)));
        say("ask", connection.queryAsk("ASK { <urn:x:a> <urn:x:b> 4 }"));
        connection.update("DELETE WHERE { <urn:x:a> <urn:x:b> 1 }");
        say("delete where", same(connection.fetch(), model(2, 3, 4)));
        connection.put(model(5));
        say("put again", same(connection.fetch(), model(5)));
        connection.update("CLEAR DEFAULT");
        say("clear", connection.fetch().isEmpty());

        connection.put(GRAPH, model(1));
        connection.load(GRAPH, model(2));
        say("named", same(connection.fetch(GRAPH), model(1, 2)));
        Dataset dataset = DatasetFactory.create();
        dataset.setDefaultModel(model(6));
        dataset.addNamedModel(GRAPH, model(7));
        connection.loadDataset(dataset);
        say("dataset", same(connection.fetch(), model(6)));
        say("its graph", same(connection.fetch(GRAPH), model(1, 2, 7)));
        connection.delete(GRAPH);
        say("deleted", !connection.queryAsk("ASK { GRAPH <" + GRAPH + "> { ?s ?p ?o } }"));
        connection.delete();
        say("all deleted", connection.fetch().isEmpty());
    }

    private static Model model(int... numbers) {
        Model model = ModelFactory.createDefaultModel();
        for (int number : numbers) {
            model.addLiteral(
                    model.createResource("urn:x:a"),
                    model.createProperty("urn:x:b"),
                    model.createTypedLiteral(number, "http://www.w3.org/2001/XMLSchema#integer"));
        }
        return model;
    }

    private static boolean same(Model one, Model other) {
        return one.isIsomorphicWith(other);
    }

    private static void say(String what, boolean right) {
        System.out.println(what + "\t" + right);
    }
}
