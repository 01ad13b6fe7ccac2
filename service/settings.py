"""Settings of the service, from ``JIEWEN_`` variables; the command line overrides the address."""

from pathlib import Path

from pydantic import Field, model_validator

from ingest.settings import PREFIX, ProcessSettings


class ServiceSettings(ProcessSettings):
    """What the service needs to know. An LLM is configured when both its address and its model are set."""

    corpus_dir: Path = Field(default=Path("corpus"), description="folder whose index/ is served")
    data_dir: Path = Field(default=Path("data"), description="where feedback and sessions are stored")
    model_dir: Path | None = Field(
        default=None, description="where the packaged model lies; default CORPUS_DIR/models"
    )
    threads: int = Field(default=0, ge=0, description="threads for embedding a question; 0 = all cores")
    offline: bool = Field(default=True, description="never reach a model hub")
    reranker: str | None = Field(
        default=None,
        description="cross-encoder that reads the first hits again: a hub id or a local directory, one score a pair",
    )
    quick_search: bool = Field(
        default=True,
        description="/search embeds the question by the student of the packaged model; 0: by the model",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    workers: int = Field(default=1, ge=1, le=64, description="processes")
    api_key: str | None = Field(
        default=None, min_length=8, description="bearer token that every call must carry"
    )
    rate_limit_per_min: int = Field(
        default=0, ge=0, description="calls per client address and minute; 0 = no limit"
    )
    llm_base_url: str | None = Field(
        default=None, description="OpenAI-compatible endpoint, up to and with /v1"
    )
    llm_model: str | None = Field(default=None, description="model name at that endpoint")
    llm_api_key: str | None = Field(default=None, description="its key")
    llm_timeout_s: float = Field(
        default=30.0, gt=0, le=600, description="time limit of one answer by the LLM"
    )
    crisis_line: str = Field(
        default="12356",
        description="psychological help line given first to words of despair; 12356 is China's national line "
        "(National Health Commission, notice of 2024-12-25)",
    )

    @model_validator(mode="after")
    def _llm_is_whole(self) -> "ServiceSettings":
        """Refuse half an LLM: to go on without one would look like one that never answers."""
        if (self.llm_base_url is None) != (self.llm_model is None):
            missing = "LLM_BASE_URL" if self.llm_base_url is None else "LLM_MODEL"
            raise ValueError(f"an LLM needs its address and its model: {PREFIX}{missing} is not set")
        return self
