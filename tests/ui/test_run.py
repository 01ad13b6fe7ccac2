"""`make run`, from its script on: both answer, Ctrl-C stops both, and what goes wrong is said."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.ui.running import listens, running, start
from tests.ui.scripted import free_port


@pytest.mark.slow
def test_both_answer_and_both_stop(built_corpus: Path, model_dir: Path, tmp_path: Path):
    settings = {"CORPUS_DIR": str(built_corpus), "MODEL_DIR": str(model_dir), "DATA_DIR": str(tmp_path)}
    with running(settings) as both:
        for address in (both.page_url, both.service_url + "/readyz"):
            with urllib.request.urlopen(address, timeout=10) as reply:
                assert reply.status == 200
    assert not listens(int(both.page_url.rpartition(":")[2]))
    assert not listens(int(both.service_url.rpartition(":")[2]))


@pytest.mark.slow
def test_when_one_dies_the_other_is_stopped_too(built_corpus: Path, model_dir: Path, tmp_path: Path):
    port, ui_port = free_port(), free_port()
    settings = {"CORPUS_DIR": str(built_corpus), "MODEL_DIR": str(model_dir), "DATA_DIR": str(tmp_path)}
    process = start(port, ui_port, settings)
    assert process.stdout is not None
    for line in process.stdout:
        if "is ready" in line:
            break
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "service ended with exit code -9" in said
    assert not listens(ui_port)


@pytest.mark.parametrize(("taken", "variable"), [("service", "PORT"), ("ui", "UI_PORT")])
def test_a_taken_port_is_named_before_anything_starts(taken, variable):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ports = (port, free_port()) if taken == "service" else (free_port(), port)
        process = start(*ports, {})
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 2
    assert str(port) in said
    assert f"make run {variable}=" in said


@pytest.mark.slow
def test_a_service_that_cannot_start_ends_the_run(tmp_path: Path):
    process = start(
        free_port(), free_port(), {"CORPUS_DIR": str(tmp_path), "DATA_DIR": str(tmp_path / "data")}
    )
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "ingest build" in said
    assert "service ended with exit code 2" in said
