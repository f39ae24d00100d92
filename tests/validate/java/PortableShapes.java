import java.io.File;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import java.util.TreeSet;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Node;
import org.apache.jena.query.Dataset;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.vocabulary.SHACL;
import org.apache.jena.vocabulary.RDF;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.sail.Sail;
import org.eclipse.rdf4j.sail.memory.MemoryStore;
import org.eclipse.rdf4j.sail.shacl.ShaclValidator;
import org.topbraid.jenax.util.ARQFactory;
import org.topbraid.shacl.arq.SHACLFunctions;
import org.topbraid.shacl.engine.ShapesGraph;
import org.topbraid.shacl.engine.ShapesGraphFactory;
import org.topbraid.shacl.util.SHACLSystemModel;
import org.topbraid.shacl.validation.ValidationEngine;
import org.topbraid.shacl.validation.ValidationEngineConfiguration;
import org.topbraid.shacl.validation.ValidationEngineFactory;
import org.topbraid.shacl.validation.ValidationUtil;

/**
 * Asks the shapes in a file (first argument) of each file of facts (third and on) together with the
 * ontology (second), with the SHACL engines of Apache Jena, TopBraid and RDF4J. Prints a line for
 * each result: engine, file, focus node, shape, constraint component.
 */
public class PortableShapes {
    static final StringBuilder OUT = new StringBuilder();

    public static void main(String[] arguments) throws Exception {
        String shapes = arguments[0], ontology = arguments[1];
        List<String> facts = List.of(arguments).subList(2, arguments.length);
        jena(shapes, ontology, facts);
        topbraid(shapes, ontology, facts);
        rdf4j(shapes, ontology, facts);
        System.out.print(OUT);
        System.out.println("done");
    }

    /** The facts with the ontology, which is read once. */
    static Model data(String ontology, String facts) {
        if (known == null) {
            known = RDFDataMgr.loadModel(ontology);
        }
        return RDFDataMgr.loadModel(facts).add(known);
    }

    static Model known;

    static void jena(String file, String ontology, List<String> facts) {
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(file));
        for (String one : facts) {
            Graph report = org.apache.jena.shacl.ShaclValidator.get().validate(shapes, data(ontology, one).getGraph()).getGraph();
            tell("jena", one, ModelFactory.createModelForGraph(report));
        }
    }

    static void topbraid(String file, String ontology, List<String> facts) throws Exception {
        Model model = ValidationUtil.ensureToshTriplesExist(RDFDataMgr.loadModel(file));
        model.add(SHACLSystemModel.getSHACLModel());
        SHACLFunctions.registerFunctions(model);
        ShapesGraph shapes = ShapesGraphFactory.get().createShapesGraph(model);
        URI name = URI.create("urn:x-shapes");
        for (String one : facts) {
            Dataset dataset = ARQFactory.get().getDataset(data(ontology, one));
            dataset.addNamedModel(name.toString(), model);
            ValidationEngine engine =
                ValidationEngineFactory.get().create(dataset, name, shapes, null);
            engine.setConfiguration(new ValidationEngineConfiguration().setValidateShapes(false));
            engine.applyEntailments();
            tell("topbraid", one, engine.validateAll().getModel());
        }
    }

    /** Through its stand-alone validator, which reads the shapes anew for each graph. */
    static void rdf4j(String shapes, String ontology, List<String> facts) throws Exception {
        Sail rules = sail(shapes);
        for (String one : facts) {
            StringWriter report = new StringWriter();
            Rio.write(ShaclValidator.validate(sail(ontology, one), rules).asModel(), report, RDFFormat.NTRIPLES);
            Model read = ModelFactory.createDefaultModel();
            RDFDataMgr.read(read, new StringReader(report.toString()), null, Lang.NTRIPLES);
            tell("rdf4j", one, read);
        }
    }

    static Sail sail(String... files) throws Exception {
        Sail sail = new MemoryStore();
        try (RepositoryConnection open = new SailRepository(sail).getConnection()) {
            for (String file : files) {
                open.add(new File(file));
            }
        }
        return sail;
    }

    static void tell(String engine, String file, Model report) {
        TreeSet<String> lines = new TreeSet<>();
        for (Resource result : report.listResourcesWithProperty(RDF.type, report.asRDFNode(SHACL.ValidationResult)).toList()) {
            lines.add(engine + "\t" + file + "\t" + value(result, SHACL.focusNode) + "\t"
                + value(result, SHACL.sourceShape) + "\t" + value(result, SHACL.sourceConstraintComponent));
        }
        lines.forEach(line -> OUT.append(line).append('\n'));
    }

    static String value(Resource result, Node property) {
        var found = result.getProperty(result.getModel().createProperty(property.getURI()));
        return found == null ? "" : found.getObject().toString();
    }
}
