"""Whether all worker processes serve the same build is told by locks that the system lets go of."""

import subprocess
import sys
import threading
from pathlib import Path

from service.peers import Peers

ANOTHER = """
import sys
from pathlib import Path
from service.peers import Peers
peers = Peers(Path(sys.argv[1]))
for build in sys.stdin:
    peers.serve(build.strip())
    print("serves", flush=True)
"""


def started(folder: Path) -> subprocess.Popen[str]:
    """Another process that serves what it is told, line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", ANOTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def tell(process: subprocess.Popen[str], build: str) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(build + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "serves\n"


def test_a_build_is_everybodys_when_the_last_process_serves_it(tmp_path: Path):
    ours = Peers(tmp_path / "serving")
    with started(tmp_path / "serving") as other:
        ours.serve("old")
        tell(other, "old")
        ours.serve("new")
        assert not ours.all_serve("new", within_s=0)
        waited: list[bool] = []
        waiting = threading.Thread(target=lambda: waited.append(ours.all_serve("new", within_s=60)))
        waiting.start()
        tell(other, "new")
        waiting.join()
        assert waited == [True]
        tell(other, "newer still")
        other.kill()
    assert ours.all_serve("new", within_s=60)
    assert [path.name for path in (tmp_path / "serving").iterdir()] == ["new"]


def test_a_process_alone_waits_for_nobody(tmp_path: Path):
    ours = Peers(tmp_path)
    for build in ("old", "new", "new"):
        ours.serve(build)
        assert ours.all_serve(build, within_s=0)
