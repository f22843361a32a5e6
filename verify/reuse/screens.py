"""Screens and prints within a photograph: where a bright or outlined quadrangle stands.

A screen photographed with the room around it leaves its picture few keypoints, and those of the room, of noise and of
moire use up the rest. The upright box around each quadrangle is looked at by itself, as a region is. Only queries are
searched for them: what an archive holds of a screen is found by its own regions.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.reuse.model import Box

MAX_SCREENS = 4
LEAST, MOST = 0.04, 0.9       # of the picture: smaller ones hold too little, larger ones are the picture
MAX_CONTOURS = 4000           # of a picture of noise: more are not looked at
SMOOTH = 2.0                  # sigma: moire and noise draw no outlines
EDGES = (20, 60)              # Canny's thresholds: a dark body before a dark wall
CORNERS = 0.03                # of its length, that an outline may differ from four straight sides
FILLED = 0.9                  # of its hull's area, that the four sides enclose
MARGIN = 0.01
ALIKE = 0.8                   # intersection over union of two boxes that are one


def find_screens(plane: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Upright boxes around quadrangles in a grey picture, largest first."""
    smooth = cv2.GaussianBlur(plane, (0, 0), SMOOTH)
    _, bright = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outlines = cv2.dilate(cv2.Canny(smooth, *EDGES), np.ones((3, 3), np.uint8))
    found = [box for mask in (bright, outlines) for box in _quadrangles(np.asarray(mask, np.uint8))]
    found.sort(key=lambda box: (-box.area, box.top, box.left))
    kept: list[Box] = []
    for box in found:
        if not any(overlap(box, other) > ALIKE for other in kept):
            kept.append(box)
    return tuple(kept[:MAX_SCREENS])


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (one.area + other.area - width * height)


def _quadrangles(mask: NDArray[np.uint8]) -> list[Box]:
    height, width = mask.shape
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[:MAX_CONTOURS]:
        left, top, wide, high = cv2.boundingRect(contour)
        if wide * high < LEAST * mask.size:
            continue
        hull = cv2.convexHull(contour)
        area = cv2.contourArea(hull)
        if not LEAST <= area / mask.size <= MOST:
            continue
        corners = cv2.approxPolyDP(hull, CORNERS * cv2.arcLength(hull, closed=True), closed=True)
        if len(corners) == 4 and cv2.contourArea(corners) >= FILLED * area:
            found.append(Box(left=max(0.0, left / width - MARGIN), top=max(0.0, top / height - MARGIN),
                             right=min(1.0, (left + wide) / width + MARGIN),
                             bottom=min(1.0, (top + high) / height + MARGIN)))
    return found
