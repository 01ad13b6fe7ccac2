"""Settings of the build, and the base class that makes every process refuse a setting it does not know."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "JIEWEN_"

SETTING_NAMES = frozenset(
    PREFIX + name
    for name in (
        # ingest, and the service that reads what it built
        "CORPUS_DIR",
        "MODEL",
        "MODEL_DIR",
        "BACKEND",
        "OFFLINE",
        "THREADS",
        "MAX_REJECT_RATE",
        # service
        "HOST",
        "PORT",
        "WORKERS",
        "API_KEY",
        "DATA_DIR",
        "QUICK_SEARCH",
        "RERANKER",
        "LLM_BASE_URL",
        "LLM_MODEL",
        "LLM_API_KEY",
        "LLM_TIMEOUT_S",
        "RATE_LIMIT_PER_MIN",
        "CRISIS_LINE",
        # ui
        "SERVICE_URL",
        "UI_PORT",
    )
)
"""Every setting of every process; a test holds this list against the settings classes."""


class SettingsError(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it."""


class ProcessSettings(BaseSettings):
    """Settings from the environment, prefix ``JIEWEN_``.

    Raises:
        SettingsError: the environment holds a ``JIEWEN_`` name that no process of this project knows (a typo would
            otherwise pass in silence).
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - pydantic validates them
        unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in SETTING_NAMES)
        if unknown:
            raise SettingsError(f"unknown setting {unknown[0]}; known: {', '.join(sorted(SETTING_NAMES))}")
        super().__init__(**values)


class IngestSettings(ProcessSettings):
    """What a build needs to know."""

    corpus_dir: Path = Field(default=Path("corpus"), description="folder with raw/, sources.toml and index/")
    model: str = Field(
        default="intfloat/multilingual-e5-small",
        description="embedding model: the packaged default, another hub id, or a local directory",
    )
    model_dir: Path | None = Field(
        default=None, description="where the packaged model is unpacked; default CORPUS_DIR/models"
    )
    backend: str = Field(default="auto", description="auto, torch or onnx; recorded in the index manifest")
    offline: bool = Field(
        default=True, description="never reach a model hub; 0 lets sentence-transformers download"
    )
    threads: int = Field(default=0, ge=0, description="threads for embedding; 0 = all cores")
    max_reject_rate: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="a build in which more than this share of the files is rejected fails",
    )
