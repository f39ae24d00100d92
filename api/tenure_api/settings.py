"""What can be set about a running service, where it comes from, and which of two wins.

In this order: the command line, the environment (``TENURE_PORT``), a file in TOML, the default. The
file is the one that ``--config`` or ``TENURE_CONFIG`` names, else ``tenure.toml`` in the folder
where the command runs or the nearest above (:mod:`tenure.configuration`); there, the settings that
only the service has may stand in the table ``[serve]``. A path in the file is relative to the
folder of that file, any other to the folder where the command runs. What is misspelt is refused, in
all of them.

To add a setting, add a field to :class:`Settings`, with a description; the file, the environment
and ``tenure doctor`` then know it by themselves, and ``docs/howto/operations.md`` has to name it (a
test asks). There is no secret among the settings: keys lie hashed in a file of their own, and the
public keys of an issuer are public. So all of them can be shown.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from tenure.configuration import CONFIG_VARIABLE, PREFIX, find_file, no_setting, read_file
from tenure.errors import BadInput, Where
from tenure.store.sparql_inspection import LONGEST_QUERY

_HOST: Final = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
_LOOPBACK_NAMES: Final = ("localhost", "localhost.localdomain", "ip6-localhost")


def _listed(value: Any) -> Any:
    """A value of the environment, where lists are written with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
_Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Everything that can be set. Names in the environment are those here after ``TENURE_``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=True
    )

    # --- Where it listens --------------------------------------------------------------------
    host: str = Field(default="127.0.0.1", description="The address to listen on.", min_length=1)
    port: int = Field(
        default=8080, description="The port to listen on; 0 takes a free one.", ge=0, le=65535
    )
    hosts: Listed = Field(
        default=(),
        description="Names that clients may call this service by; empty: see docs/howto/access.md.",
    )
    proxies: Listed = Field(
        default=(), description="Proxies, by address or network, whose X-Forwarded-For is believed."
    )
    drain_seconds: _Seconds = Field(
        default=20,
        description="How long answers that are under way may take after a signal to stop.",
    )

    # --- What it serves ----------------------------------------------------------------------
    facts: Path | None = Field(
        default=None, description="The folder of the facts; default: those that come along."
    )
    store: Path | None = Field(
        default=None, description="The folder that the store is kept in; default: in memory."
    )
    base: str | None = Field(default=None, description="What all IRIs begin with.")
    title: str | None = Field(default=None, description="What the base is called, in a line.")
    licence: str | None = Field(default=None, description="The IRI of the licence of the facts.")
    languages: Listed = Field(
        default=(), description="The languages of its labels, the one shown first at the head."
    )
    ontology: Path | None = Field(
        default=None, description="A folder with terms of its own, and with shapes in 'shapes'."
    )
    queries: Path | None = Field(default=None, description="A folder with questions of its own.")
    texts: Path | None = Field(
        default=None,
        description="A folder of the sources' texts; pages show passages from it, word for word.",
    )
    policy: str | None = Field(
        default=None, description="Which claims count where nobody says it, as 'policy' is written."
    )

    # --- Who may -----------------------------------------------------------------------------
    writable: bool = Field(
        default=False, description="Whether those with a key or token may write."
    )
    keys: Path = Field(
        default=Path("tenure-keys.json"),
        description="The file of the keys, written by 'tenure key'.",
    )
    open_reading: bool = Field(default=True, description="Whether reading needs no key.")
    issuer: str | None = Field(
        default=None, description="The OpenID Connect issuer whose tokens are taken; default: none."
    )
    audience: str | None = Field(default=None, description="What a token's 'aud' has to name.")
    jwks: str | None = Field(
        default=None,
        description="Where the issuer's keys are; default: where its own document says.",
    )
    algorithms: Listed = Field(
        default=("RS256", "ES256"), description="The signatures that a token may have."
    )
    scope_claim: str = Field(
        default="scope", description="The claim of a token that holds its scopes."
    )
    scope_prefix: str = Field(
        default="tenure:", description="What a scope of a token begins with, as in 'tenure:write'."
    )
    leeway_seconds: float = Field(
        default=30,
        description="How far the issuer's clock and this one may be apart.",
        ge=0,
        le=300,
    )
    audit: Path | None = Field(
        default=None, description="The file of the audit log; default: beside the store."
    )

    # --- How much ----------------------------------------------------------------------------
    workers: int | None = Field(
        default=None,
        # 0 was "none but this process" once; settings of then go on, with the fewest there are.
        description="Processes that answer queries; default: one a core.",
        ge=0,
        le=256,
    )
    query_seconds: _Seconds = Field(default=10, description="How long a query may take.")
    reading_seconds: _Seconds = Field(
        default=10, description="How long the processor may be taken by reading one body of RDF."
    )
    reading_memory_mb: int = Field(
        default=768, description="Megabytes of memory that reading one body of RDF may take.", ge=64
    )
    query_memory_mb: int = Field(
        default=1024, description="Megabytes of memory that a query may take.", ge=64
    )
    query_rows: int = Field(
        default=1_000_000, description="Rows or triples that an answer may have.", ge=1
    )
    spool_mb: int = Field(
        default=1024,
        description="Megabytes of temporary files for answers that are made and not read yet.",
        ge=0,
    )
    query_characters: int = Field(
        default=LONGEST_QUERY,
        description="Characters that a query may have.",
        ge=1,
        le=LONGEST_QUERY,
    )
    body_bytes: int = Field(
        default=10_000_000, description="Bytes that a body of RDF may have.", ge=1, le=1_000_000_000
    )
    rate: float | None = Field(
        default=None,
        description="Requests a second for each client; 0: no limit; default: no limit on "
        "loopback, else 50.",
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
    )
    burst: int = Field(
        default=200,
        description="Requests that a client may send at once before 'rate' counts.",
        ge=1,
    )

    # --- What it tells -----------------------------------------------------------------------
    metrics: Literal["open", "key", "off"] | None = Field(
        default=None,
        description="Who may read /metrics: anybody, those with the scope 'admin', nobody; "
        "default: open on loopback, else key.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How the log is written."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="From which level on; 'info' has one line a request."
    )
    slow_seconds: _Seconds = Field(
        default=1, description="From when on a request is logged as slow."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed: the sources are read apart, to tell where a value came from."""
        return (init_settings,)

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ipaddress.ip_network(one, strict=False)
        return value

    @field_validator("hosts")
    @classmethod
    def _are_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _HOST.fullmatch(one):
                raise ValueError(f"{one!r} is no name of a host; write kb.example.org")
        return tuple(one.lower() for one in value)

    @field_validator("issuer", "jwks")
    @classmethod
    def _is_safe_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.username or parts.password:
            raise ValueError("an address must not hold a password")
        if not parts.hostname:
            raise ValueError("an address is needed, such as https://login.example.org")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ValueError("only https is safe here")
        return value

    @field_validator("algorithms")
    @classmethod
    def _are_asymmetric(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if one not in ASYMMETRIC:
                raise ValueError(f"{one!r} is not among {', '.join(sorted(ASYMMETRIC))}")
        if not value:
            raise ValueError("at least one is needed")
        return value

    @model_validator(mode="after")
    def _issuer_has_audience(self) -> Self:
        # A token of the same issuer for another service must not open this one.
        if self.issuer and not self.audience:
            raise ValueError("with 'issuer' set, 'audience' has to be set too")
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return is_loopback(self.host)

    @property
    def query_workers(self) -> int:
        """How many processes answer queries; there is always one."""
        return max(1, (os.cpu_count() or 1) if self.workers is None else self.workers)

    @property
    def requests_a_second(self) -> float:
        """What a client may ask for in a second; 0 is no limit."""
        return (0.0 if self.on_loopback else 50.0) if self.rate is None else self.rate

    @property
    def metrics_for(self) -> str:
        """Who may read ``/metrics``: ``open``, ``key`` or ``off``."""
        return self.metrics or ("open" if self.on_loopback else "key")

    @property
    def audit_file(self) -> Path | None:
        """Where writes are recorded; None where there is neither a file nor a store on disk."""
        if self.audit is not None or self.store is None:
            return self.audit
        return self.store.with_name(self.store.name + ".audit.jsonl")


ASYMMETRIC: Final = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
)
"""Signatures whose checking key is public (RFC 7518, section 3.1, without HS* and none)."""


def is_loopback(host: str) -> bool:
    """Whether ``host`` reaches this machine from this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in _LOOPBACK_NAMES


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused as too large, and where a page stops listing.

    ``query``: characters of a SPARQL query. ``parameter``: characters of any other parameter.
    ``form``: a form's body. ``body``: RDF to be validated. ``fields``: parameters in one request.
    ``rows``: rows in a table for people; machines always get all. ``headers``: headers of a
    request; ``header``: one of them, name and value.
    """

    query: int = LONGEST_QUERY
    parameter: int = 4_000
    form: int = 1_000_000
    body: int = 10_000_000
    fields: int = 50
    rows: int = 1_000
    headers: int = 100
    header: int = 16_000


NAMES: Final = tuple(Settings.model_fields)

_OTHER_VARIABLES: Final = frozenset((CONFIG_VARIABLE, PREFIX + "DEBUG", PREFIX + "KEY"))
"""No settings of the service: the command line shows faults by one, and sends a key by another."""

_PATHS: Final = ("keys", "audit")
"""Those that :func:`~tenure.configuration.read_file` does not know."""
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """The settings, the file that was read if any, and of each setting where it came from."""

    settings: Settings
    file: Path | None
    origins: Mapping[str, str]


def load_settings(
    config: Path | None = None,
    given: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> ResolvedSettings:
    """All settings together.

    Args:
        config: the file; None looks for it as said above.
        given: what the command line says, by the name of the setting; None values do not count.
        environment: the variables; None: those of this process.

    Raises:
        BadInput: a file that is missing or no TOML, a name that is no setting, or a value that is
            none for its setting. Says where it stands, what is wrong, and the remedy.
    """
    variables = os.environ if environment is None else environment
    file = find_file(config, variables)
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, DEFAULT)
    for origin, found in (
        (str(file), _from_file(file) if file else {}),
        ("environment", _from_environment(variables)),
        ("command line", {k: v for k, v in (given or {}).items() if v is not None}),
    ):
        for name, value in found.items():
            if name not in Settings.model_fields:
                raise _unknown(name, origin)
            values[name] = value
            origins[name] = f"{PREFIX}{name.upper()}" if origin == "environment" else origin
    try:
        return ResolvedSettings(Settings(**values), file, origins)
    except ValidationError as error:
        raise _explained(error, origins) from error


def read_assignments(texts: list[str]) -> dict[str, str]:
    """What ``--set NAME=VALUE`` says. Raises :class:`~tenure.errors.BadInput` without ``=``."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadInput(
                f"{text[:80]!r} sets nothing.", where="--set", remedy="Write it as NAME=VALUE."
            )
        found[name.strip().replace("-", "_")] = value.strip()
    return found


def _from_file(file: Path) -> dict[str, Any]:
    found = read_file(file)
    for name in _PATHS:
        if isinstance(found.get(name), str):
            found[name] = str(file.parent / Path(found[name]).expanduser())
    return found


def _from_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in variables:
        if name.startswith(PREFIX) and name not in known and name not in _OTHER_VARIABLES:
            raise _unknown(name, "environment")
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in variables.items() if value}
    found: dict[str, Any] = source()
    return found


def _unknown(name: str, origin: str) -> BadInput:
    known = NAMES
    if origin == "environment":
        known = (*(PREFIX + one.upper() for one in NAMES), *_OTHER_VARIABLES)
    return no_setting(name, origin, known)


def _explained(error: ValidationError, origins: Mapping[str, str]) -> BadInput:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    origin = origins.get(name, "settings")
    place = origin if origin.startswith(PREFIX) or not name else f"{origin}: {name}"
    field = Settings.model_fields.get(name)
    about = f"It is: {field.description}" if field is not None else ""
    return BadInput(f"{first['msg'].removesuffix('.')}.", where=Where(place), remedy=about)
