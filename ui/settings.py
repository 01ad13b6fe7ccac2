"""Settings of the page, from ``JIEWEN_`` variables; the command line overrides address and port."""

from pydantic import Field, SecretStr, field_validator

from ingest.settings import ProcessSettings

BESIDES_LLM_S = 60.0
"""What an answer may take besides the LLM: the service under load, and the extractive answer where the LLM failed."""


class UiSettings(ProcessSettings):
    """What the page needs to know."""

    service_url: str = Field(default="http://127.0.0.1:8000", description="address of the service")
    ui_port: int = Field(default=8501, ge=1, le=65535, description="port of the page")
    api_key: SecretStr | None = Field(
        default=None, description="the service's bearer token, where it asks for one"
    )

    llm_timeout_s: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="as the service has it: it is silent for so long while an LLM writes",
    )

    @property
    def read_timeout_s(self) -> float:
        """The longest silence to be borne while waiting for an answer."""
        return self.llm_timeout_s + BESIDES_LLM_S

    @field_validator("service_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")
