"""Time: what ids, addresses, servers, cameras and articles say about when, and whether that can all be true."""

from verify.timeline.ids import IdTime, times_in_url
from verify.timeline.marks import Mark, MarkKind
from verify.timeline.timeline import Contradiction, Timeline, timeline, timeline_finding

__all__ = ["Contradiction", "IdTime", "Mark", "MarkKind", "Timeline", "timeline", "timeline_finding", "times_in_url"]
