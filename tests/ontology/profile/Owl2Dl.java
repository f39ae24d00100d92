import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Prints each departure of an ontology from OWL 2 DL on a line of its own, then their number. */
public final class Owl2Dl {
  public static void main(String[] files) throws Exception {
    OWLOntology ontology =
        OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(files[0]));
    OWLProfileReport report = new OWL2DLProfile().checkOntology(ontology);
    for (OWLProfileViolation one : report.getViolations()) {
      System.out.println(one.toString().replace('\n', ' '));
    }
    System.out.println("departures: " + report.getViolations().size());
  }
}
