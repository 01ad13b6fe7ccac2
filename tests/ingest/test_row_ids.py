"""Rows by id."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.row_ids import RowIds, write_row_ids

IDS = st.lists(st.text(max_size=8), unique=True, max_size=20)


@given(known=IDS, asked=IDS)
def test_every_id_has_its_row_and_no_other_has_one(
    tmp_path_factory: object, known: list[str], asked: list[str]
) -> None:
    path: Path = tmp_path_factory.mktemp("ids") / "ids.npy"  # type: ignore[attr-defined]
    write_row_ids(path, known)
    rows = RowIds(path).rows([*known, *asked])
    expected = {row_id: row for row, row_id in enumerate(known)}
    assert rows.tolist() == [expected.get(row_id, -1) for row_id in (*known, *asked)]
