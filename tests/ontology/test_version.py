from __future__ import annotations

import re

from pyoxigraph import NamedNode

from tenure.namespaces import TN_PREFIX
from tenure.resources import data_dir
from tenure.store import read_file

_OWL = "http://www.w3.org/2002/07/owl#"


def test_the_ontology_states_one_version_of_three_numbers_and_its_iri_ends_in_it() -> None:
    header = NamedNode(TN_PREFIX.rstrip("#"))
    stated = {"versionInfo": [], "versionIRI": []}  # type: dict[str, list[str]]
    for quad in read_file(data_dir("ontology") / "tenure.ttl"):
        name = quad.predicate.value.removeprefix(_OWL)
        if quad.subject == header and name in stated:
            assert not hasattr(quad.object, "subject")
            stated[name].append(str(getattr(quad.object, "value", "")))
    (version,), (iri,) = stated["versionInfo"], stated["versionIRI"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert iri.rstrip("/").endswith(version)
