"""Start the service and the page, wait until both answer, print their addresses, stop both on Ctrl-C.

Exit codes: 0 stopped by the user; 1 a process died or did not come up; 2 a port is taken.
"""

import argparse
import http.client
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

HOST = "127.0.0.1"
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.2


class StartError(Exception):
    """The two do not run; ``exit_code`` is 2 for a taken port and 1 for everything else."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class StopRequested(Exception):  # noqa: N818 - no error: the user asked for it
    """Ctrl-C, or a polite kill."""


@dataclass(frozen=True, slots=True)
class Server:
    """One process to start: ``ready_path`` answers 200 once it serves."""

    name: str
    port: int
    ready_path: str
    command: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where a browser or a client finds it."""
        return f"http://{HOST}:{self.port}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run both until the user stops them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8000, help="port of the service")
    parser.add_argument("--ui-port", type=int, default=8501, help="port of the page")
    options = parser.parse_args(argv)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _ask_to_stop)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _run(_servers(options.port, options.ui_port), processes)
    except StopRequested:
        sys.stdout.write("\nstopping\n")
        return 0
    except StartError as error:
        sys.stderr.write(f"run: {error}\n")
        return error.exit_code
    finally:
        _stop(processes)


def _servers(port: int, ui_port: int) -> tuple[Server, Server]:
    python = sys.executable
    service = Server("service", port, "/readyz", (python, "-m", "service", "--port", str(port)))
    page_command = (python, "-m", "ui", "--port", str(ui_port), "--service-url", service.address)
    return service, Server("ui", ui_port, "/_stcore/health", page_command)


def _run(servers: Sequence[Server], processes: dict[str, subprocess.Popen[bytes]]) -> NoReturn:
    """Start ``servers``, entering each in ``processes``, and watch over them; ends only by an exception."""
    for server in servers:
        _check_port(server)
    for server in servers:
        # A session of its own keeps a Ctrl-C in the terminal from reaching the children before we stop them in order.
        processes[server.name] = subprocess.Popen(server.command, start_new_session=True)
    deadline = time.monotonic() + START_TIMEOUT_S
    for server in servers:
        while not _answers(server):
            _check_alive(processes)
            if time.monotonic() > deadline:
                raise StartError(
                    f"{server.name} does not answer at {server.address} after {START_TIMEOUT_S:.0f} s"
                )
            time.sleep(POLL_S)
    service, page = servers
    sys.stdout.write(
        f"\n  借问 is ready (Ctrl-C stops it)\n    page     {page.address}\n    service  {service.address}\n\n"
    )
    sys.stdout.flush()
    while True:
        _check_alive(processes)
        time.sleep(POLL_S)


def _check_port(server: Server) -> None:
    """Raise StartError when another program already listens on the server's port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, server.port))
        except (OSError, OverflowError) as error:
            variable = "PORT" if server.name == "service" else "UI_PORT"
            message = f"port {server.port} for the {server.name} cannot be used ({error}); choose another with make run {variable}=…"
            raise StartError(message, exit_code=2) from error


def _check_alive(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        code = process.poll()
        if code is not None:
            raise StartError(f"{name} ended with exit code {code}; its own message stands above")


def _answers(server: Server) -> bool:
    try:
        with urllib.request.urlopen(server.address + server.ready_path, timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise StopRequested


if __name__ == "__main__":
    sys.exit(main())
