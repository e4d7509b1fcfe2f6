"""Every setting, read once at the start from the environment and `wend.toml`, and refused with the reason where it cannot be.

Only the roles read it; everything below them is handed plain values. The table in the docs is made from these fields.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from engine.errors import InvalidInputError, SettingsError
from engine.mail.addresses import split_sender
from engine.mail.relay import RelayAddress, read_relay_url

SETTINGS_FILE = "wend.toml"
PREFIX = "WEND_"
DEFAULT_FROM = "Wend <wend@localhost>"
#: Variables of ours that the processes do not read: the CLI's client commands do.
CLIENT_VARIABLES = frozenset({"WEND_URL", "WEND_API_KEY"})
LOOPBACK_HOSTS = ("localhost", "::1")
#: Who listens on every address is found on this one.
LOCAL_HOSTS = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, never bound


def _setting(description: str, default: Any = None, *, variable: str | None = None, **limits: Any) -> Any:
    """Declare a setting; its variable is WEND_ and its name unless given."""
    return Field(default, description=description, json_schema_extra={"variable": variable} if variable else None, **limits)


class Settings(BaseModel):
    """What a process of Wend is told from outside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Path = _setting("Data folder.", Path(".wend"))
    host: str = _setting("The address the API listens on; `0.0.0.0` in a container.", "127.0.0.1")
    port: int = _setting("The port the API listens on.", 8080, ge=1, le=65535)
    public_url: str | None = _setting("What links in mails begin with; `http://localhost:<port>` otherwise.")
    database_url: str | None = _setting("`postgresql+psycopg://…`; SQLite in WEND_HOME otherwise.")

    smtp_url: str | None = _setting("The relay, e.g. `smtp://user:pass@host:587?tls=starttls`; the built-in mailbox otherwise.")
    mail_from: str | None = _setting(
        f"Who mails are from where the template names nobody; `{DEFAULT_FROM}` otherwise.", variable="WEND_FROM"
    )
    dkim_key: Path | None = _setting("A PEM file with the private key that signs mails.")
    dkim_selector: str | None = _setting("The selector under which DNS has the public key.")
    dkim_domain: str | None = _setting("The domain that signs; the sender's otherwise.")
    send_rate: float | None = _setting("Mails per second at most.", gt=0)
    send_only_to: tuple[str, ...] = _setting("Patterns of addresses, by commas; mail to all others is SUPPRESSED.", ())

    clock: Literal["auto", "temporal", "local"] = _setting("Who wakes people; `auto` chooses once.", "auto")
    temporal_address: str | None = _setting("host:port of a Temporal server; one is started otherwise.", variable="TEMPORAL_ADDRESS")
    temporal_namespace: str = _setting("Temporal's namespace.", "default", variable="TEMPORAL_NAMESPACE")
    temporal_ui: str | None = _setting("Where Temporal's UI is, for links to it; that of the server started here otherwise.")
    temporal_api_key: str | None = _setting("Temporal's API key; implies TLS.", variable="TEMPORAL_API_KEY")
    temporal_tls: bool = _setting("Whether to speak TLS with Temporal.", False, variable="TEMPORAL_TLS")
    temporal_tls_certificate: Path | None = _setting("PEM file of a client certificate.", variable="TEMPORAL_TLS_CLIENT_CERT_PATH")
    temporal_tls_key: Path | None = _setting("PEM file of its key.", variable="TEMPORAL_TLS_CLIENT_KEY_PATH")

    journeys: Path | None = _setting("Folder whose files are the drafts, if it exists; empty: drafts in the database.", Path("journeys"))
    templates: Path | None = _setting("Folder of templates, if it exists; empty: templates in the database.", Path("templates"))
    secret: str | None = _setting("Signs links; made on first start.", min_length=32)
    bootstrap_key: str | None = _setting("A first key of the role operate; made on first start.", min_length=20)
    retention_days: int | None = _setting("How long ended passages, events and sends are kept; for ever otherwise.", ge=1)

    @field_validator("send_only_to", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("journeys", "templates", mode="before")
    @classmethod
    def _empty_means_database(cls, value: object) -> object:
        return value or None

    @field_validator("public_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
            raise ValueError("write it like https://journeys.example.com")
        return value.rstrip("/") if value else value

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("write sqlite:///path or postgresql+psycopg://user:password@host/name")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                split_sender(value)
            except InvalidInputError as error:
                raise ValueError(f"{error.message.rstrip('.')}; write it like Shop <shop@example.com>") from error
        return value

    @model_validator(mode="after")
    def _dkim_is_whole(self) -> Settings:
        if (self.dkim_key is None) != (self.dkim_selector is None):
            raise ValueError("WEND_DKIM_KEY and WEND_DKIM_SELECTOR need each other")
        return self

    @model_validator(mode="after")
    def _real_mail_needs_a_sender(self) -> Settings:
        if self.smtp_url is not None and not is_loopback(read_relay_url(self.smtp_url).host):
            missing = [name for name, value in (("WEND_PUBLIC_URL", self.public_url), ("WEND_FROM", self.mail_from)) if value is None]
            if missing:
                raise ValueError(
                    f"a relay that is not on this machine needs {' and '.join(missing)}: "
                    "without them mails leave from an address nobody can answer, with links that lead nowhere"
                )
        return self

    @property
    def sender(self) -> str:
        """Who mails are from where the template names nobody."""
        return self.mail_from or DEFAULT_FROM

    @property
    def url(self) -> str:
        """What links begin with."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def local_url(self) -> str:
        """Where the API is for whoever is on this machine."""
        host = LOCAL_HOSTS.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home.absolute()}/wend.db"

    @property
    def relay(self) -> RelayAddress | None:
        """The relay, or None while the built-in mailbox stands in for one."""
        return read_relay_url(self.smtp_url) if self.smtp_url else None


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    return host in LOOPBACK_HOSTS or host.startswith("127.")


def variable_of(field: str) -> str:
    """Name the environment variable of a setting."""
    extra = Settings.model_fields[field].json_schema_extra
    return str(extra["variable"]) if isinstance(extra, dict) and "variable" in extra else f"{PREFIX}{field.upper()}"


def read_settings(environment: Mapping[str, str] = os.environ, file: Path = Path(SETTINGS_FILE)) -> Settings:
    """Read the file and, over it, the environment; raise SettingsError that names every setting that is wrong."""
    variables = {variable_of(field): field for field in Settings.model_fields}
    _refuse_unknown([name for name in environment if name.startswith(PREFIX)], variables)
    values = {variables[name]: value for name, value in _read_file(file).items()}
    values |= {
        field: environment[name] for name, field in variables.items() if name in environment and _says_something(field, environment[name])
    }
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(one) for one in error.errors()) + ".") from error


def _says_something(field: str, value: str) -> bool:
    """An empty variable is one that is not set, but where empty has a meaning of its own."""
    return value != "" or field in ("journeys", "templates")


def _read_file(file: Path) -> dict[str, object]:
    """Read `wend.toml`; its keys are the variables' names, in small letters and without WEND_."""
    if not file.exists():
        return {}
    try:
        said = tomllib.loads(file.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}.") from error
    variables = {variable_of(field) for field in Settings.model_fields}
    named = {name.upper() if name.upper() in variables else f"{PREFIX}{name.upper()}": value for name, value in said.items()}
    _refuse_unknown(list(named), dict.fromkeys(variables, ""))
    return named


def _refuse_unknown(names: list[str], variables: Mapping[str, str]) -> None:
    for name in names:
        if name not in variables and name not in CLIENT_VARIABLES:
            near = get_close_matches(name, variables, n=1)
            raise SettingsError(f"There is no setting {name}.", hint=f"Did you mean {near[0]}?" if near else "docs/settings.md lists them.")


def _explain(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{variable_of(str(error['loc'][0]))}: {message}" if error["loc"] else message
