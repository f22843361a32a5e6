"""The documents of a bundle that people read: START-HERE.html, report.html, VERIFY.txt.

1. They are made of the events below the bundle's checkpoint and of nothing else: the same events give the same bytes.
2. What was captured is hostile: it is escaped, control and bidirectional characters are shown as signs, and no captured
   address becomes a link.
3. No script, no request to anywhere: a content security policy says so to the browser.
"""

from muniment.report.documents import bundle_documents

__all__ = ["bundle_documents"]
