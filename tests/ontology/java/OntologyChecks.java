import java.io.File;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.obolibrary.robot.CatalogXmlIRIMapper;
import org.obolibrary.robot.IOHelper;
import org.obolibrary.robot.ReportOperation;
import org.obolibrary.robot.checks.Report;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.elk.owlapi.ElkReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.AxiomType;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.MissingImportHandlingStrategy;
import org.semanticweb.owlapi.model.OWLAnnotationAssertionAxiom;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLDataFactory;
import org.semanticweb.owlapi.model.OWLNamedIndividual;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.parameters.Imports;
import org.semanticweb.owlapi.model.parameters.OntologyCopy;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/**
 * Checks of an ontology by tools that others wrote, one finding a line, its parts separated by tabs.
 *
 * <pre>
 * OntologyChecks ROOT SAMPLE OTHER...
 *
 * profile  file, departure from OWL 2 DL, of each file beside ROOT with what it imports
 * report   file, level, rule, term, property, value: what ROBOT reports of it
 * ELK, HermiT              class, class above it: the hierarchy of ROOT with its imports
 * type-alone, type-merged  individual of SAMPLE, class: with ROOT alone, and with the OTHER files
 * below-merged             class, class above it: of ROOT with the OTHER files
 * consistent-alone, consistent-merged  true or false
 * </pre>
 *
 * Imports are followed by the catalog-v001.xml beside ROOT; what it does not name is left out.
 */
public final class OntologyChecks {
  private static final String BASE = "https://w3id.org/tenure/";
  private static final String SKOS = "http://www.w3.org/2004/02/skos/core#";

  public static void main(String[] args) throws Exception {
    File root = new File(args[0]).getAbsoluteFile();
    OWLOntologyManager manager = manager(root); // it has each file once, whoever imports it
    for (File one : root.getParentFile().listFiles()) {
      if (!one.getName().endsWith(".ttl")) continue;
      OWLOntology ontology = load(manager, one);
      profile(one.getName(), ontology);
      report(one.getName(), ontology);
    }
    classify(load(manager, root));
    entail("alone", Arrays.asList(args).subList(0, 2));
    entail("merged", Arrays.asList(args));
    System.out.println("done");
    System.exit(0); // ELK's threads would wait
  }

  private static OWLOntologyManager manager(File file) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    File catalog = new File(file.getParentFile(), "catalog-v001.xml");
    if (catalog.isFile()) manager.getIRIMappers().add(new CatalogXmlIRIMapper(catalog));
    return manager;
  }

  private static OWLOntology load(OWLOntologyManager manager, File file) throws Exception {
    for (OWLOntology one : manager.getOntologies()) {
      if (manager.getOntologyDocumentIRI(one).equals(IRI.create(file))) return one;
    }
    return manager.loadOntologyFromOntologyDocument(file);
  }

  private static void profile(String name, OWLOntology ontology) {
    for (OWLProfileViolation one : new OWL2DLProfile().checkOntology(ontology).getViolations()) {
      say("profile", name, one.toString().replaceAll("\\s+", " "));
    }
  }

  private static void report(String name, OWLOntology checked) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    OWLOntology ontology = manager.copyOntology(checked, OntologyCopy.SHALLOW);
    for (OWLOntology one : checked.getImports()) manager.addAxioms(ontology, one.getAxioms());
    // ROBOT looks for the names and definitions of the OBO Foundry. SKOS says that its preferred
    // label is a label, and Tenure defines by SKOS.
    repeat(ontology, SKOS + "prefLabel", "http://www.w3.org/2000/01/rdf-schema#label");
    repeat(ontology, SKOS + "definition", "http://purl.obolibrary.org/obo/IAO_0000115");
    Report found =
        ReportOperation.getReport(ontology, new IOHelper(), ReportOperation.getDefaultOptions());
    String[] rows = found.toTSV().split("(?=(?:ERROR|WARN|INFO)\t)");
    for (String row : Arrays.asList(rows).subList(1, rows.length)) {
      if (row.contains("\t" + BASE)) say("report", name, row.trim());
    }
  }

  private static void repeat(OWLOntology ontology, String from, String to) {
    OWLDataFactory data = ontology.getOWLOntologyManager().getOWLDataFactory();
    for (OWLAnnotationAssertionAxiom one : ontology.getAxioms(AxiomType.ANNOTATION_ASSERTION)) {
      if (!one.getProperty().getIRI().toString().equals(from)) continue;
      ontology.getOWLOntologyManager().addAxiom(
          ontology,
          data.getOWLAnnotationAssertionAxiom(
              data.getOWLAnnotationProperty(IRI.create(to)), one.getSubject(), one.getValue()));
    }
  }

  private static void classify(OWLOntology ontology) {
    OWLReasoner elk = new ElkReasonerFactory().createReasoner(ontology);
    above("ELK", elk, ontology);
    above("HermiT", hermit(ontology), ontology);
  }

  private static OWLReasoner hermit(OWLOntology ontology) {
    Configuration configuration = new Configuration();
    configuration.ignoreUnsupportedDatatypes = true; // those of EDTF
    return new Reasoner(configuration, ontology);
  }

  private static void above(String name, OWLReasoner reasoner, OWLOntology ontology) {
    for (OWLClass one : ontology.getClassesInSignature(Imports.INCLUDED)) {
      for (OWLClass other : reasoner.getSuperClasses(one, false).getFlattened()) say(name, iri(one), iri(other));
      for (OWLClass other : reasoner.getEquivalentClasses(one).getEntitiesMinus(one)) say(name, iri(one), iri(other));
    }
  }

  private static void entail(String name, List<String> files) throws Exception {
    OWLOntologyManager manager = manager(new File(files.get(0)));
    manager.setOntologyLoaderConfiguration(
        manager.getOntologyLoaderConfiguration()
            .setMissingImportHandlingStrategy(
                MissingImportHandlingStrategy.SILENT));
    // Nothing is fetched.
    manager
        .getIRIMappers()
        .add(iri -> iri.toString().startsWith(BASE) ? null : IRI.create(new File("/nowhere")));
    OWLOntology first = null;
    Set<OWLAxiom> axioms = new HashSet<>();
    for (String file : files) {
      OWLOntology one = manager.loadOntologyFromOntologyDocument(new File(file));
      first = first == null ? one : first;
      axioms.addAll(one.getAxioms());
    }
    for (OWLOntology one : manager.getOntologies()) axioms.addAll(one.getAxioms());
    OWLOntology all = OWLManager.createOWLOntologyManager().createOntology(axioms);
    OWLReasoner reasoner = hermit(all);
    say("consistent-" + name, String.valueOf(reasoner.isConsistent()));
    if (!reasoner.isConsistent()) return;
    for (OWLClass one : all.getClassesInSignature()) {
      if (!one.getIRI().toString().startsWith(BASE)) continue;
      for (OWLClass other : reasoner.getSuperClasses(one, false).getFlattened()) say("below-" + name, iri(one), iri(other));
      for (OWLClass other : reasoner.getEquivalentClasses(one).getEntitiesMinus(one)) say("below-" + name, iri(one), iri(other));
    }
    for (OWLNamedIndividual one : all.getIndividualsInSignature()) {
      if (!one.getIRI().toString().startsWith("http://example.org/")) continue;
      for (OWLClass other : reasoner.getTypes(one, false).getFlattened()) {
        say("type-" + name, one.getIRI().toString(), iri(other));
      }
    }
  }

  private static String iri(OWLClass one) {
    return one.getIRI().toString();
  }

  private static void say(String... parts) {
    System.out.println(String.join("\t", parts));
  }
}
