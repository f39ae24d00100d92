"""How cases run: in a folder of their own, by the commands of this installation."""

from __future__ import annotations

from tests.cases.conftest import Run, RunCase


def test_commands_are_those_of_this_installation(run: Run) -> None:
    done = run("tenure no-such-command; echo rc=$?; python -c 'import tenure'")
    assert (done.lines, done.rc) == (["rc=2"], 0)
    assert "no-such-command" in done.stderr


def test_a_service_is_at_hand_where_it_is_named(run: Run) -> None:
    done = run('curl -s "$B/health"; test -n "$KEY" && echo && echo key')
    assert done.lines[-1] == "key"
    assert "ok" in done.stdout


def test_a_case_is_run_beside_its_files(run_case: RunCase) -> None:
    done = run_case("27-two-values-one-finding")
    assert "d.ttl:5:5" in done.stdout
    assert (done.folder / "expected").is_file()
