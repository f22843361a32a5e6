"""What a finding on a target of others proves, and what it does not: one sentence for each check.

The checks of bundles and cases are explained by `verify.report.LIMITS` and docs/formats.md.
"""

from collections.abc import Iterator, Mapping

from evidence_store.findings import Finding, Outcome
from verify.report import VerifyReport

_PROVES: Mapping[str, str] = {
    "target": "whether the target could be read at all",
    "file": "nothing; only somebody who kept its hash can say that it is the same",
    "folder": "nothing; no list says what should be there",
    "json": "that readers of JSON agree on what it says, not that it is true",
    "case": "that the graph is consistent in itself, not that it is true; it is signed by nobody",
    "proof": "that one entry stands in a ledger with that root; who vouches for the root, its signatures say",
    "zip": "that every reader finds the same members, as they were packed; anybody can pack them anew",
    "bag": "that nothing was lost or changed by accident since the manifests were written; whoever can write the bag "
           "can write them anew",
    "warc.records": "that the file can be read to its end",
    "warc.damage": "that the file can be read to its end",
    "warc.block": "that a record is as it was when its digest was made; whoever changes a record can make its digest "
                  "anew",
    "warc.payload": "that the content of a record is as it was when its digest was made, whatever became of its head",
    "warc.second_reader": "that this is no fault of one reader",
    "warc": "what else the file says of itself",
    "wacz.package": "that the list of files is that of the one who packed it, or of whoever packed it again",
    "wacz.digest": "that the list of files is the one whose hash stands beside it",
    "wacz.index": "that replay shows the records that are there, under the addresses and times they have",
    "wacz.pages": "that the pages it offers are in it",
    "wacz.signature": "that the holder of a key signed this list of files, and with it all of them",
    "wacz.signer": "who could use the key of that certificate at that time: whoever runs the server of that name",
    "wacz": "that the files are those that it lists, by accident or on purpose",
    "time.token": "what a time was stamped on",
    "time.subject": "that the file beside it is the one that was stamped",
    "time.signature": "that the timestamp is as its maker signed it; anybody can be a maker",
    "time.signer": "that those bytes existed at that time, if you believe that authority; not who made them, nor "
                   "that they are true",
    "wacz.time": "that the signature existed at that time, if you believe that authority",
    "time": "what the timestamp is over",
    "ots.form": "that the path from the file's hash to its ends is whole",
    "ots.bitcoin": "with the block's header: that those bytes existed when it was mined, to within hours",
    "ots": "a promise, or a chain that is not looked up here: nothing yet",
    "checkpoint.form": "what somebody said a ledger was",
    "checkpoint.signature": "that the holder of that key said so",
    "checkpoint.signer": "whose key it is, if your list is right",
    "checkpoint": "nothing about the ledger itself, which is not here",
    "signature": "nothing, without the file that was signed",
    "media.whole": "that no part of it is missing or damaged so that it shows; not that it was not changed",
    "c2pa.integrity": "that the file is as the program that signed it left it; not that what it shows took place",
    "c2pa.signer": "who certified the signer, if you believe them",
    "c2pa": "nothing against the file: most have no manifest, and messengers remove them",
}


def proves(finding: Finding) -> str:
    """What the result of a finding's check shows; "" for checks of bundles and cases."""
    return _PROVES.get(finding.check) or _PROVES.get(finding.check.partition(".")[0], "")


def meanings(report: VerifyReport) -> Iterator[str]:
    """For people: what each check that passed proves, and what its kind cannot."""
    passed = dict.fromkeys(finding.check for finding in report.findings if finding.outcome is Outcome.PASS)
    told: dict[str, list[str]] = {}
    for check in passed:
        text = next((proves(finding) for finding in report.findings if finding.check == check), "")
        if text:
            told.setdefault(text, []).append(check)
    for text, checks in told.items():
        yield f"Proves ({', '.join(checks)}): {text}."
    yield "Does not prove: that what it shows is true, or complete."
