import java.io.StringReader;
import java.util.Map;
import org.eclipse.rdf4j.model.IRI;
import org.eclipse.rdf4j.model.Value;
import org.eclipse.rdf4j.model.ValueFactory;
import org.eclipse.rdf4j.model.impl.SimpleValueFactory;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.rio.RDFFormat;

/** Writes and reads as programs with RDF4J do, and says what is there after each step. */
public class Rdf4j {
    private static final ValueFactory VALUES = SimpleValueFactory.getInstance();
    private static final IRI A = VALUES.createIRI("urn:x:a");
    private static final IRI B = VALUES.createIRI("urn:x:b");
    private static final IRI GRAPH = VALUES.createIRI("https://example.org/rdf4j");

    public static void main(String[] arguments) throws Exception {
        SPARQLRepository repository = new SPARQLRepository(arguments[0] + "/sparql");
        repository.setAdditionalHttpHeaders(Map.of("Authorization", "Bearer " + arguments[1]));
        repository.init();
        try (RepositoryConnection connection = repository.getConnection()) {
            everything(connection);
        } finally {
            repository.shutDown();
        }
    }

    private static void everything(RepositoryConnection connection) throws Exception {
        connection.add(A, B, number(1));
        say("add", connection.hasStatement(A, B, number(1), false));
        connection.add(new StringReader("<urn:x:a> <urn:x:b> 2, 3 ."), "", RDFFormat.TURTLE);
        say("load", connection.hasStatement(A, B, number(3), false));
        connection.begin();
        connection.add(A, B, number(4));
        connection.remove(A, B, number(1));
        connection.commit();
        say("commit", connection.hasStatement(A, B, number(4), false)
                && !connection.hasStatement(A, B, number(1), false));
        connection.remove(A, B, null);
        say("remove", !connection.hasStatement(A, B, null, false));
        connection.add(A, B, number(5), GRAPH);
        say("named", connection.hasStatement(A, B, number(5), false, GRAPH));
        connection.clear(GRAPH);
        say("clear", !connection.hasStatement(A, B, number(5), false));
    }

    private static Value number(int number) {
        return VALUES.createLiteral(Integer.toString(number), VALUES.createIRI("http://www.w3.org/2001/XMLSchema#integer"));
    }

    private static void say(String what, boolean right) {
        System.out.println(what + "\t" + right);
    }
}
