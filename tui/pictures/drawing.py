"""Pictures side by side: regions drawn, mirrored, one laid onto the other. Pure, but for Pillow."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from verify.reuse.model import Region

OUTLINE = (229, 0, 122)
EDGE = (255, 255, 255)


def with_region(image: "Image", region: "Region") -> "Image":
    """The picture with the outline of a region; wide enough to be seen in half cells."""
    from PIL import ImageDraw

    drawn = image.copy()
    pen = ImageDraw.Draw(drawn)
    corners = [(x * (drawn.width - 1), y * (drawn.height - 1)) for x, y in region.corners]
    width = max(3, max(drawn.size) // 60)
    pen.line([*corners, corners[0]], fill=EDGE, width=width + 4, joint="curve")
    pen.line([*corners, corners[0]], fill=OUTLINE, width=width, joint="curve")
    return drawn


def mirrored_region(region: "Region") -> "Region":
    """The same region of the mirrored picture."""
    from dataclasses import replace

    one, two, three, four = ((1.0 - x, y) for x, y in region.corners)
    return replace(region, corners=(one, two, three, four))


def mirrored(image: "Image") -> "Image":
    """Left is right."""
    from PIL import Image

    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def laid_onto(target: "Image", query: "Image", homography: Sequence[float]) -> "Image":
    """The target as it would lie on the query; `homography` maps fractions of the query to fractions of the target."""
    from PIL import Image

    a, b, c, d, e, f, g, h, i = homography
    across, down = 1.0 / query.width, 1.0 / query.height
    rows = [[a * across * target.width, b * down * target.width, c * target.width],
            [d * across * target.height, e * down * target.height, f * target.height],
            [g * across, h * down, i]]
    scale = rows[2][2] or 1.0
    plan = [value / scale for row in rows for value in row][:8]
    return target.transform(query.size, Image.Transform.PERSPECTIVE, plan, Image.Resampling.BILINEAR)
