"""The command ``ui``: wrong use is said in one line, and the page comes up on the port that was asked for."""

import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.ui.scripted import free_port
from ui.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "0"], "ui_port"),
        (["--port", "70000"], "ui_port"),
        (["--service-url", "localhost:8000"], "must begin with http://"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments, said, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_an_unknown_setting_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("JIEWEN_UI_PROT", "8600")
    assert main([]) == 2
    assert "JIEWEN_UI_PROT" in capsys.readouterr().err


def test_a_taken_port_is_refused(capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err


@pytest.mark.slow
def test_the_page_is_served_on_the_port_asked_for_and_this_machine_only():
    port = free_port()
    page = subprocess.Popen(
        [sys.executable, "-m", "ui", "--port", str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as reply:
                    assert reply.status == 200
                    break
            except OSError:
                assert page.poll() is None
                time.sleep(0.2)
        else:
            pytest.fail("the page did not come up")
    finally:
        page.terminate()
        said, _ = page.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}" in said
