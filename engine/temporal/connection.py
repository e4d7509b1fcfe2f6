"""Connects to Temporal. Knows addresses, keys and TLS; knows nothing of what is done with the client."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client as Client  # what the roles pass on
from temporalio.service import GrpcCompression, RPCError, TLSConfig

from engine.errors import UnavailableError

#: Long enough for a cluster across a WAN, short enough that a worker without a server says so soon.
CONNECT_TIMEOUT = timedelta(seconds=5)
#: How often a server that is not there yet is looked for.
RECONNECT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class TemporalAddress:
    """Where a Temporal server is and how to be let in."""

    #: host:port
    target: str
    namespace: str = "default"
    api_key: str | None = None
    tls: bool = False
    #: PEM files of a client certificate, for mutual TLS.
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, where compressing costs more than it saves."""
        host = self.target.rpartition(":")[0].strip("[]")
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


async def connect(address: TemporalAddress, *, lazy: bool = False) -> Client:
    """Connect; a lazy client connects at its first call. Raise UnavailableError where nobody answers."""
    tls: bool | TLSConfig = address.tls or address.api_key is not None
    if address.tls_certificate is not None and address.tls_key is not None:
        tls = TLSConfig(client_cert=address.tls_certificate.read_bytes(), client_private_key=address.tls_key.read_bytes())
    try:
        return await Client.connect(
            address.target,
            namespace=address.namespace,
            api_key=address.api_key,
            tls=tls,
            lazy=lazy,
            connect_timeout=CONNECT_TIMEOUT,
            grpc_compression=GrpcCompression.NONE if address.is_loopback else GrpcCompression.GZIP,
        )
    except RuntimeError as error:  # what the SDK raises for everything that is wrong with a connection
        raise UnavailableError(
            f"Temporal does not answer at {address.target}: {error}.", hint="Start it, or set TEMPORAL_ADDRESS."
        ) from error


async def connect_within(address: TemporalAddress, patience: timedelta) -> Client:
    """Connect to a server that may still be coming up; raise UnavailableError once patience is at its end."""
    deadline = asyncio.get_running_loop().time() + patience.total_seconds()
    while True:
        try:
            client = await connect(address)
            await client.service_client.check_health(timeout=CONNECT_TIMEOUT)
        except (UnavailableError, RPCError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(RECONNECT_SECONDS)
        else:
            return client
