"""Draw docs/picture.svg: what `sayso read` prints of one of the examples, in colour."""

from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sayso import Document, Reader
from sayso.render.terminal import render_text

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "examples/01-agency-copy.txt"


def main() -> None:
    """Read the example and write the picture."""
    record = Reader().read(Document(text=(ROOT / EXAMPLE).read_text("utf-8")))
    console = Console(record=True, width=84, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ sayso read {EXAMPLE}\n", style="bold"))
    console.print(Text.from_ansi(render_text(record, EXAMPLE, 82, colour=True)))
    console.save_svg(str(ROOT / "docs/picture.svg"), title="sayso read")


if __name__ == "__main__":
    main()
