"""What the operator decides outside the product: environment variables that begin with ONE_VOICE_."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting of the operator. docs/settings.md lists them; a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix="ONE_VOICE_")

    data: Path = Field(
        Path("data"), description="The one directory that holds everything a partnership keeps."
    )
    host: str = Field(
        "127.0.0.1", description="Address the server listens on. Put a TLS proxy in front of it."
    )
    port: int = Field(
        8501, description="Port the server listens on; the next free one is taken when it is busy."
    )
    url: str = Field(
        "", description="Address people reach the product at, as it stands in e-mails. Empty: host and port."
    )
    proxies: str = Field(
        "",
        description="Addresses of the proxies in front, with commas. What they say of a visitor's address is believed.",
    )
    duty: bool = Field(
        True, description="Whether the server starts the duty process. Off when a service unit runs it."
    )
    allow_loopback: bool = Field(
        False,
        description="Whether sources and mail may lie on this machine itself. The demo and the tests set it.",
    )
    secure_cookies: bool = Field(
        False, description="Mark cookies Secure. On whenever people reach the product over https."
    )
    demo: bool = Field(
        False, description="Set by `make demo`: invented people can be picked on the sign-in page."
    )
    smtp_password: SecretStr = Field(
        SecretStr(""),
        description="Password of the mail account. Kept here so that it is in no database or log.",
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
