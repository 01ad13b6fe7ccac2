"""What the documents promise of the code: every setting stands in the table, both READMEs give the same figures, links lead somewhere."""

import re
from pathlib import Path

import pytest

from ingest.settings import PREFIX, SETTING_NAMES, IngestSettings, ProcessSettings
from service.settings import ServiceSettings
from ui.settings import UiSettings

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SETTINGS: dict[str, type[ProcessSettings]] = {
    "ingest": IngestSettings,
    "service": ServiceSettings,
    "ui": UiSettings,
}
ROW = re.compile(r"^\| `(JIEWEN_\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)")


def shown(default: object) -> str:
    """Return a default as the table writes it."""
    if default is None:
        return "–"
    return f"`{int(default)}`" if isinstance(default, bool) else f"`{default}`"


def settings_in_code() -> dict[str, tuple[set[str], set[str]]]:
    """Return of each environment variable the processes that read it, and its defaults as the table writes them."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for process, settings in SETTINGS.items():
        for name, field in settings.model_fields.items():
            processes, defaults = found.setdefault(PREFIX + name.upper(), (set(), set()))
            processes.add(process)
            defaults.add(shown(field.default))
    return found


def test_every_setting_stands_in_the_table_with_its_processes_and_default():
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    rows = ROW.findall(text)
    documented = {name: (set(processes.split(", ")), {default}) for name, processes, default, _ in rows}
    assert len(documented) == len(rows)
    assert documented == settings_in_code()


def test_the_names_that_every_process_knows_are_those_of_the_settings_classes():
    assert set(settings_in_code()) == SETTING_NAMES


def figures(page: str, heading: str) -> list[list[str]]:
    """Return the numbers in each cell of the first table under ``heading``."""
    section = (ROOT / page).read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [
        re.findall(r"\d[\d.,]*", cell) for line in (lines[0], *lines[2:]) for cell in line.split("|")[2:-1]
    ]


def test_both_readmes_give_the_same_figures():
    english = figures("README.md", "How good it is")
    assert any(english)
    assert figures("README.zh.md", "效果如何") == english


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_documents_lead_to_files_that_exist(page):
    targets = [target for target, _ in LINK.findall(page.read_text("utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
