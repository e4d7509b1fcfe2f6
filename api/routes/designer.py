"""The designer's page and the files it loads: what `make designer` built, as it lies in a folder. Knows nothing of journeys.

Every address under `/designer/` is the one page, which reads the address itself; only what has a hash in its name is a file, and those
may be kept for ever.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path as FolderPath
from typing import Annotated, Final

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.etags import is_known, mark_of, quoted
from api.pages.render import page
from api.route import Caller, World, make_router
from engine.errors import NotFoundError

router = make_router("Pages")

#: Scripts and styles of this address only, none inside the page; frames are the server's own previews.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; frame-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
#: What vite writes, by the ends of names.
MEDIA_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
#: Below this a compressed answer is not smaller on the wire.
COMPRESSED_FROM_BYTES: Final = 1_000
FOR_EVER: Final = "public, max-age=31536000, immutable"
#: Kept, but asked for anew each time: it names the files of the present build.
ASK_AGAIN: Final = "no-cache"

AssetName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}$")]


@router.get("/designer", include_in_schema=False)
async def lead_to_designer() -> RedirectResponse:
    """The address without its slash."""
    return RedirectResponse("/designer/", 307)


@router.get("/designer/assets/{name}", include_in_schema=False)
def read_designer_asset(name: AssetName, request: Request, world: World) -> Response:
    """A file of the build, under a name that changes with its content."""
    path = world.designer / "assets" / name
    media_type = MEDIA_TYPES.get(path.suffix)
    if media_type is None or not path.is_file():
        raise NotFoundError("There is no such file.", hint="Load the page again: the designer may have been built anew.")
    plain, compressed = _read(path, path.stat().st_mtime_ns)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(compressed, media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(plain, media_type=media_type, headers=headers)


@router.get("/designer/{address:path}", include_in_schema=False)
def show_designer(address: str, request: Request, caller: Caller, world: World) -> Response:
    """The page, whatever of it the address names; other files do not exist."""
    if address and "text/html" not in request.headers.get("accept", ""):
        raise NotFoundError("There is no such file.")
    index = world.designer / "index.html"
    if not index.is_file():
        return page("not_built.html", 404)
    content, _ = _read(index, index.stat().st_mtime_ns)
    headers = {
        "Cache-Control": ASK_AGAIN,
        "ETag": quoted(mark_of(content)),
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        # A form that fills the preview's frame says where it comes from only under this.
        "Referrer-Policy": "same-origin",
    }
    if is_known(request.headers.get("if-none-match"), mark_of(content)):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(content, headers=headers)


@lru_cache(maxsize=64)
def _read(path: FolderPath, changed_ns: int) -> tuple[bytes, bytes | None]:
    """A file as it is and compressed, once for each time it was built."""
    content = path.read_bytes()
    worth_it = len(content) >= COMPRESSED_FROM_BYTES and path.suffix in {".js", ".css", ".svg"}
    return content, gzip.compress(content, 9, mtime=0) if worth_it else None
