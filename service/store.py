"""What the service remembers: readers' feedback and the questions of a session, masked, in one SQLite file."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from service.schema import Feedback, FeedbackIn

SESSION_QUESTIONS = 6
SESSION_HOURS = 24

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    received TEXT NOT NULL, answer_id TEXT NOT NULL, verdict TEXT NOT NULL, sentence INTEGER, comment TEXT
);
CREATE TABLE IF NOT EXISTS question (session_id TEXT NOT NULL, asked TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS question_session ON question (session_id, asked);
"""


class Store:
    """Durable memory, shared by the workers of one service. Texts are masked before they come here."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with closing(self._connect()) as connection, connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)

    def add_feedback(self, feedback: FeedbackIn) -> Feedback:
        """Store a verdict and return it with the time it was received (ISO 8601, UTC)."""
        stored = Feedback(received=_now(), **feedback.model_dump())
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "INSERT INTO feedback VALUES (:received, :answer_id, :verdict, :sentence, :comment)",
                stored.model_dump(),
            )
        return stored

    def feedback(self) -> list[Feedback]:
        """Return every stored verdict, oldest first."""
        with closing(self._connect()) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM feedback ORDER BY rowid").fetchall()
        return [Feedback.model_validate(dict(row)) for row in rows]

    def add_question(self, session_id: str, masked_text: str) -> None:
        """Remember a question of a session; sessions older than a day are forgotten."""
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "DELETE FROM question WHERE asked < datetime('now', ?)", (f"-{SESSION_HOURS} hours",)
            )
            connection.execute(
                "INSERT INTO question VALUES (?, datetime('now'), ?)", (session_id, masked_text)
            )

    def questions(self, session_id: str) -> list[str]:
        """Return the last questions of a session, oldest first."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT text FROM question WHERE session_id = ? AND asked >= datetime('now', ?) ORDER BY rowid DESC LIMIT ?",
                (session_id, f"-{SESSION_HOURS} hours", SESSION_QUESTIONS),
            ).fetchall()
        return [row[0] for row in reversed(rows)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
