"""Serves the fonts of Telugu and Urdu from their packages: no other host is asked, and a browser asks once."""

from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

PATH = "/fonts/{name}"
FONTS = {
    "telugu.ttf": ("fontpkg_noto_sans_telugu", "NotoSansTelugu[wdth,wght].ttf"),
    "arabic.ttf": ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
}
"""The name in the address (style.css asks for it), the package, and its file: one for all weights."""
_MONTH_SECONDS = 2_592_000


async def _font(request: Request) -> FileResponse:
    """The file; 404 for any other name, which never becomes a path."""
    found = FONTS.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    package, name = found
    kept = {"Cache-Control": f"public, max-age={_MONTH_SECONDS}"}
    return FileResponse(str(files(package) / "files" / name), media_type="font/ttf", headers=kept)


def route() -> Route:
    """The address of all fonts."""
    return Route(PATH, _font, methods=["GET"])
