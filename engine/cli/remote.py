"""The REST API as the client commands see it: where it is, with which key, and its errors as ours. Knows HTTP; no database."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from engine.errors import EngineError, Problem, SettingsError, UnavailableError
from engine.roles.home import Home
from engine.roles.settings import is_loopback, read_settings

#: An enroll of 1,000 rows takes a tenth of a second; a publish of a large journey two.
TIMEOUT_SECONDS = 60.0
#: A server that restarts is back within this; every call that is repeated changes nothing the second time.
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
_AWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class RemoteError(EngineError):
    """The server refused, and said why."""

    def __init__(self, status: int, name: str, detail: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.name = name
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is."""

    url: str
    key: str


def find_place(environment: Mapping[str, str] = os.environ) -> Place:
    """Take WEND_URL and WEND_API_KEY, else the local server and its key; raise SettingsError where one is missing or no address."""
    told, key = environment.get("WEND_URL", "").rstrip("/"), environment.get("WEND_API_KEY")
    host = _host_of(told) if told else ""
    if told and key:
        return Place(told, key)
    settings = read_settings(environment)
    home = Home(settings.home.absolute())
    running = home.read_running()
    if key is None or key == "":
        # Nobody but this machine's server is shown this machine's key.
        if told and not is_loopback(host) and told not in (settings.url, settings.local_url):
            raise SettingsError(f"The key of this machine is not for {told}.", hint="Set WEND_API_KEY to a key of that server.")
        kept = home.folder / "api-key"
        if not kept.is_file():
            raise SettingsError(f"There is no API key in {home.folder}.", hint="Set WEND_API_KEY, or start a server here with `wend up`.")
        key = kept.read_text().strip()
    return Place(told or (running.url if running else settings.local_url), key)


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname
    except ValueError:
        pass
    raise SettingsError(f"WEND_URL is {url!r}, which is no address.", hint="Write it like https://journeys.example.com.")


class Remote:
    """One server, spoken to."""

    def __init__(self, place: Place, client: httpx.Client | None = None) -> None:
        self.place = place
        self._client = client or httpx.Client(base_url=place.url, timeout=TIMEOUT_SECONDS)
        self._client.headers["Authorization"] = f"Bearer {place.key}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: str | int) -> Any:
        """Read something."""
        return self._call("GET", path, params=query)

    def find(self, path: str, **query: str | int) -> Any | None:
        """Read something that may not be there."""
        try:
            return self.get(path, **query)
        except RemoteError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def all(self, path: str, **query: str | int) -> Iterator[Any]:
        """Every result of a list, page by page."""
        after: str | None = ""
        while after is not None:
            page = self.get(path, **query, **({"after": after} if after else {}))
            if not isinstance(page, dict) or "results" not in page:
                raise RemoteError(HTTPStatus.OK, "unknown", f"Whoever answers at {self.place.url} is not Wend. Is WEND_URL right?")
            yield from page["results"]
            after = page["next"]

    def put(self, path: str, body: Any) -> Any:
        """Save something; saving the same twice is saving it once."""
        return self._call("PUT", path, json=body)

    def post(self, path: str, body: Any) -> Any:
        """Do something that may be repeated without harm: whoever calls sees to that."""
        return self._call("POST", path, json=body)

    def _call(self, method: str, path: str, **parts: Any) -> Any:
        """Call until there is an answer, or the server stays away."""
        for seconds in (*RETRY_SECONDS, None):
            try:
                response = self._client.request(method, path, **parts)
            except httpx.TransportError as error:
                response, fault = None, str(error) or type(error).__name__
            if response is not None and (response.status_code not in _AWAY or seconds is None):
                return self._answer(response)
            if seconds is None:
                raise UnavailableError(
                    f"No server answers at {self.place.url}: {(fault or '').rstrip('.')}.",
                    hint="Start one with `wend up`, or set WEND_URL.",
                )
            time.sleep(seconds)
        raise AssertionError("the last round always ends")

    def _answer(self, response: httpx.Response) -> object:
        try:
            said: Any = response.json() if response.content else None
            if response.is_success:
                return said
            problems = tuple(Problem(**problem) for problem in said["problems"])
            raise RemoteError(response.status_code, said["error"], said["detail"], problems)
        except (ValueError, KeyError, TypeError):
            told = f"Whoever answers at {self.place.url} is not Wend: {response.status_code}, {response.text[:100]!r}. Is WEND_URL right?"
            raise RemoteError(response.status_code, "unknown", told) from None
