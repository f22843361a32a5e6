"""The documents of a bundle that people read: START-HERE.html, report.html, VERIFY.txt.

1. They are made of the events below the bundle's checkpoint, and of the items these name, and of nothing else: the
   same events give the same bytes.
2. What was captured is hostile: it is escaped, control and bidirectional characters are shown as signs, and a captured
   address is text; beside it stands a link only where it is plain http or https.
3. No script, no request to anywhere: a content security policy says so to the browser.
"""

from muniment.report.documents import bundle_documents

__all__ = ["bundle_documents"]
