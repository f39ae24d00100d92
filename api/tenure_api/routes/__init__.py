"""The addresses beside SPARQL and the graph store, a module each."""
