"""The command ``ui``: serve the page on this machine."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from streamlit.web import cli as streamlit_cli

from ingest.settings import PREFIX, SettingsError
from ui.settings import UiSettings

HOST = "127.0.0.1"
APP = Path(__file__).with_name("app.py")

# Nothing is reported to anyone, no mail address is asked for, no traceback reaches a reader.
STREAMLIT_OPTIONS = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": "false",
    "server.address": HOST,
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "theme.light.primaryColor": "#1f6f63",
    "theme.dark.primaryColor": "#7fd1c1",
    "theme.light.backgroundColor": "#fbfbf9",
    "theme.dark.backgroundColor": "#15191a",
    "theme.light.secondaryBackgroundColor": "#f1f2ee",
    "theme.dark.secondaryBackgroundColor": "#20282a",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the process is stopped; return 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="ui", description="Serve the page of 借问.")
    parser.add_argument("--port", type=int, help="port of the page (default 8501, or JIEWEN_UI_PORT)")
    parser.add_argument(
        "--service-url", help="address of the service (default http://127.0.0.1:8000, or JIEWEN_SERVICE_URL)"
    )
    options = parser.parse_args(argv)
    given = {"ui_port": options.port, "service_url": options.service_url}
    try:
        settings = UiSettings(**{name: value for name, value in given.items() if value is not None})
    except SettingsError as error:
        sys.stderr.write(f"ui: {error}\n")
        return 2
    except ValidationError as error:
        first = error.errors()[0]
        sys.stderr.write(f"ui: {'.'.join(map(str, first['loc']))}: {first['msg']}, got {first['input']!r}\n")
        return 2
    if not _is_free(settings.ui_port):
        sys.stderr.write(f"ui: port {settings.ui_port} is taken; choose another with --port\n")
        return 2
    # Streamlit runs the page as a script of its own, which reads its settings where every process does.
    os.environ[PREFIX + "SERVICE_URL"] = settings.service_url
    flags = [f"--{name}={value}" for name, value in STREAMLIT_OPTIONS.items()]
    streamlit_cli.main(["run", str(APP), f"--server.port={settings.ui_port}", *flags], prog_name="ui")
    return 0


def _is_free(port: int) -> bool:
    """Whether the page can listen on ``port``; Streamlit's own check ends with a log line and exit code 1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
