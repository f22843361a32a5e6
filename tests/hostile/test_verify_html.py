"""verify.html in Chromium: the sentences of the other verifiers; never YES but where the threat model says so."""

import base64
import hashlib
import importlib.util
import json
import re
from pathlib import Path
from random import Random

import pytest
from browsers import Browser, answered, dropped, pressed
from faults import FAULTS, full_rewrite_with_the_real_key, tail_replaced_with_the_real_key
from golden import INVESTIGATOR, WITNESS
from sealing import canonical
from test_mutations import change
from verifiers import standalone_says

from verify import standalone
from verify.scripts import verify_html

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("verify_html")]
DOCS = Path(__file__).resolve().parents[2] / "docs"
UNSEEN = "not in html"
# What a browser shows to a page of something that is no plain file.
OTHERWISE = {"file_is_a_symlink": "bag.missing", "folder_is_a_symlink": "bag.missing",
             "fifo_in_the_payload": "bag.unlisted"}
ROWS = {row.split("|")[1].strip(" `"): row for row in (DOCS / "threat-model.md").read_text().splitlines()
        if row.startswith("| `")}
NO_ED25519 = """() => {
    const own = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (form, key, kind, ...more) =>
        kind.name === "Ed25519" ? Promise.reject(new DOMException("none")) : own(form, key, kind, ...more);
}"""
BYTES = "Uint8Array.from(atob(text), c => c.charCodeAt(0))"
NOT_DAMAGED = "if (error instanceof Damaged) return false; throw error;"


def encoded(*data: bytes) -> list[str]:
    return [base64.b64encode(one).decode() for one in data]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_or_the_threat_model_says_that_it_is_not_in_html(hostile_bundle, trust, wide_trust, browser,
                                                                            name):
    listed = wide_trust if name == "sealed_by_a_key_the_case_never_enrolled" else trust
    said = browser.says(hostile_bundle(name).root, listed)
    if UNSEEN in ROWS[name]:
        assert said.code == 0
        assert "checked by verify.py, not by this page" in said.text
    else:
        assert said.code == 4
        assert OTHERWISE.get(name, FAULTS[name].check) in said.failed
        assert "YES" not in said.answer


def test_a_good_bundle_gets_the_sentences_of_the_other_verifiers(good, trust, browser):
    for signers in (trust, None):
        said, other = browser.says(good.root, signers), standalone_says(good.root, signers)
        assert (said.code, said.answer) == (other.code, other.answer)


@pytest.mark.parametrize("name", ["payload_swapped_same_size", "sealed_by_a_stranger", "seal_removed"])
def test_a_bad_bundle_gets_the_sentence_of_the_other_verifiers(hostile_bundle, trust, browser, name):
    root = hostile_bundle(name).root
    assert browser.says(root, trust).answer == standalone_says(root, trust).answer


def test_a_folder_dropped_on_the_page_is_checked_as_one_that_is_chosen(copy, trust, browser):
    assert browser.says(copy.root, trust, drop=True).text == browser.says(copy.root, trust).text
    FAULTS["extra_file_in_payload"].make(copy)
    assert browser.says(copy.root, trust, drop=True).failed == {"bag.unlisted", "item.derivative"}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_dropped_folder_with_links_and_devices_is_not_confirmed(hostile_bundle, trust, browser, name):
    said = browser.says(hostile_bundle(name).root, trust, drop=True)
    assert said.code != 0
    assert "YES" not in said.answer


def test_a_dropped_file_is_no_bundle(good, trust, browser):
    def drop(page):
        dropped(page, trust)
        return answered(page)
    assert "drop one folder" in browser.do(drop, fresh=True).answer


def test_without_ed25519_in_the_browser_it_answers_the_same(copy, trust, browser):
    assert browser.says(copy.root, trust, before=NO_ED25519).code == 0
    FAULTS["seal_altered"].make(copy)
    assert browser.says(copy.root, trust, before=NO_ED25519).failed == {"seal.signature"}


def test_a_signature_that_the_browser_itself_refuses_is_no_signature(good, trust, browser):
    refuse = "() => { crypto.subtle.verify = async () => false; }"
    assert "seal.signature" in browser.says(good.root, trust, before=refuse).failed


def test_without_cryptography_nothing_is_answered(good, trust, browser):
    said = browser.says(good.root, trust, before="() => Object.defineProperty(crypto, 'subtle', {value: undefined})")
    assert said.code == 2
    assert "YES" not in said.answer


def test_what_cannot_be_read_is_never_a_pass(good, trust, browser):
    broken = "() => { Blob.prototype.arrayBuffer = async () => { throw new DOMException('gone'); }; }"
    said = browser.says(good.root, None, before=broken)
    assert said.code == 5
    assert "COULD NOT BE CHECKED" in said.answer


@pytest.mark.parametrize("rewrite", [full_rewrite_with_the_real_key, tail_replaced_with_the_real_key])
def test_only_a_receipt_tells_of_a_rewrite_by_the_holder_of_the_key(copy, trust, tmp_path, browser, rewrite):
    text = copy.read("custody/checkpoints/0000000008")
    receipt = tmp_path / "receipt"
    receipt.write_bytes(text.replace(b"\n", b"\r\n") + WITNESS.sign(text, "receipt@muniment"))
    assert browser.says(copy.root, trust, receipt).code == 0
    rewrite(copy)
    assert browser.says(copy.root, trust).code == 0
    assert browser.says(copy.root, trust, receipt).failed == {"receipt.prefix", "receipt.root"}


@pytest.mark.parametrize(("options", "code"), [
    ("", 0), ('namespaces="*@muniment"', 0), ('NAMESPACES="seal@muniment",valid-after="20200101Z"', 0),
    ('namespaces="*,!seal@*"', 4), ('namespaces="checkpoint@muniment"', 4), ('namespaces="seal@.uniment"', 4),
    ('valid-after="20260204"', 4), ('valid-before="20260203120000Z"', 0), ('valid-before="202602022359Z"', 4),
    ("cert-authority", 2), ('valid-after="20261301"', 2), ('namespaces="[s]eal@*"', 2),
])
def test_the_list_of_trusted_signers_is_read_as_ssh_reads_it(good, tmp_path, browser, options, code):
    signers = tmp_path / "signers"
    signers.write_text("# ours\r\n\n" + INVESTIGATOR.trusted(options))
    assert browser.says(good.root, signers).code == code


def test_signers_may_be_typed(good, browser):
    def typed(page):
        page.set_input_files("#bundle", good.root)
        page.fill("#signers", INVESTIGATOR.trusted())
        return pressed(page)
    assert browser.do(typed, fresh=True).code == 0


def test_nothing_chosen_is_nothing_verified(browser):
    said = browser.do(pressed, fresh=True)
    assert said.code == 2
    assert said.answer.startswith("Verification did not run")


def test_litter_is_a_warning_and_no_more(copy, trust, browser):
    for path in (".DS_Store", "data/Thumbs.db", "custody/bodies/desktop.ini"):
        copy.write(path, b"litter")
    said = browser.says(copy.root, trust)
    assert said.code == 0
    assert said.text.count("bag.litter") == 3


def test_a_flood_of_findings_is_cut(copy, trust, browser):
    for number in range(500):
        copy.write(f"data/extra-{number:04}", b"planted")
    said = browser.says(copy.root, trust)
    assert said.code == 4
    assert said.text.count("bag.unlisted") == 100
    assert "and more like this" in said.text


def random_changes(copy, trust, browser: Browser, seed: int, count: int) -> None:
    random, files = Random(seed), copy.files()
    for path in random.choices(files, k=count):
        data = copy.read(path)
        changed = change(random, data)
        if changed != data:
            copy.write(path, changed)
            said = browser.says(copy.root, trust)
            assert said.code == 4, (seed, path)
            assert path in said.text
            copy.write(path, data)


def test_random_changes_are_noticed(copy, trust, browser):
    random_changes(copy, trust, browser, seed=1, count=15)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(30, 35))
def test_many_random_changes_are_noticed(copy, trust, browser, seed):
    random_changes(copy, trust, browser, seed=seed, count=200)


def test_hashing_in_pieces_gives_what_hashing_whole_gives(browser):
    digest = f"""texts => texts.map(text => {{
        const data = {BYTES}, digest = new Sha256();
        for (let at = 0; at < data.length; at += 37) digest.update(data.subarray(at, at + 37));
        return hex(digest.digest());
    }})"""
    samples = [Random(size).randbytes(size) for size in [*range(200), 4096, 100_001]]
    assert browser.evaluate(digest, encoded(*samples)) == [hashlib.sha256(data).hexdigest() for data in samples]
    large = "async size => fileSha256(new File([new Uint8Array(size).fill(7)], 'x'))"
    size = (32 << 20) + 12_345
    assert browser.evaluate(large, size) == hashlib.sha256(b"\7" * size).hexdigest()


def test_ed25519_agrees_with_verify_py_on_good_bad_and_odd_signatures(browser):
    random, cases = Random(5), []
    key = INVESTIGATOR.private.public_key().public_bytes_raw()
    for size in (0, 1, 64, 200):
        message = random.randbytes(size)
        signature = INVESTIGATOR.private.sign(message)
        beyond = (int.from_bytes(signature[32:], "little") + standalone.L).to_bytes(32, "little")
        cases += [(key, message, signature), (key, message + b"x", signature), (key, message, signature[:-1]),
                  (key, message, signature[:32] + beyond), (key, message, bytes(64)),
                  (key, message, bytes([signature[0] ^ 1]) + signature[1:])]
    neutral = (1).to_bytes(32, "little")
    cases += [(odd, b"m", neutral + bytes(32)) for odd in (
        neutral, bytes(32), (standalone.P - 1).to_bytes(32, "little"), (standalone.P + 1).to_bytes(32, "little"),
        b"\x01" + bytes(30) + b"\x80", b"\x02" + bytes(31), b"\xff" * 32)]

    def expected(case: tuple[bytes, bytes, bytes]) -> bool:
        try:
            return standalone.ed25519_verifies(*case)
        except standalone.Damaged:
            return False
    script = f"""cases => Promise.all(cases.map(async texts => {{
        const parts = texts.map(text => {BYTES});
        try {{ return await ed25519Verifies(...parts); }} catch (error) {{ {NOT_DAMAGED} }}
    }}))"""
    found = browser.evaluate(script, [encoded(*case) for case in cases])
    assert found == [expected(case) for case in cases]
    assert sum(found) == 4


def test_bodies_are_taken_for_canonical_exactly_when_verify_py_takes_them(browser):
    random = Random(7)
    good = canonical({"a": [1, -5, 2**53 - 1, None, True, "\u00e9\U0001f600\ud800\x7f\"\\\n\b/"], "\U0001f600": {},
                      "\uffff": "", "__proto__": {"x": 1}, "10": 0, "9": "", "constructor": []})
    documents = [good, b"{}\n", b"[]\n", b'{"a":1.0}\n', b'{"a":-0}\n', b'{"a":1e3}\n', b'{"a":9007199254740992}\n',
                 b'{"a":NaN}\n', b'{"a":1,"a":1}\n', b'{"a":1, "b":2}\n', b'{"b":1,"a":2}\n', b'{"a":"\xc3\xa9"}\n',
                 b"{}", b'{"a":"\\u00E9"}\n', b'{"a":"\\/"}\n', b'\xef\xbb\xbf{}\n', b'{"a":"\x00"}\n', b"", b"\xff\n"]
    documents += [change(random, good) for _ in range(400)]

    def taken(document: bytes) -> bool:
        try:
            standalone.decode_json(document)
        except standalone.MALFORMED:
            return False
        return True
    script = f"""texts => texts.map(text => {{
        try {{ decodeJson({BYTES}); return true; }} catch (error) {{ {NOT_DAMAGED} }}
    }})"""
    found = browser.evaluate(script, encoded(*documents))
    assert found == [taken(document) for document in documents]
    assert found[:2] == [True, True]
    assert not any(found[2:19])


def test_the_page_asks_nothing_of_any_network_and_breaks_no_rule_of_its_own_policy(good, trust, browser):
    browser.says(good.root, trust, before="() => 0")
    assert set(browser.requests) == {browser.page_file.as_uri()}
    assert browser.complaints == []


def test_its_policy_forbids_what_it_never_does(tmp_path):
    attempts = ["fetch('http://127.0.0.1:9/')", "new Image().src = 'http://127.0.0.1:9/'",
                "navigator.sendBeacon('http://127.0.0.1:9/')", "new WebSocket('ws://127.0.0.1:9/')",
                "document.body.innerHTML = '<p>x</p>'",
                "(() => { const s = document.createElement('style'); s.append('p {}'); document.body.append(s); })()"]
    with Browser(tmp_path) as apart:
        for attempt in attempts:
            before = len(apart.complaints)
            apart.evaluate(f"async () => {{ try {{ await ({attempt}); }} catch {{ }} }}")
            apart.evaluate("() => new Promise(requestAnimationFrame)")
            said = " ".join(apart.complaints[before:])
            assert "Content Security Policy" in said or "Trusted" in said, attempt


def maker():
    spec = importlib.util.spec_from_file_location("make_verify_html", DOCS / "make_verify_html.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_policy_names_the_script_and_the_document_names_the_page():
    page, document = verify_html().decode(), (DOCS / "verify-html.md").read_text()
    assert maker().with_policy(page) == page, "run docs/make_verify_html.py"
    assert hashlib.sha256(verify_html()).hexdigest() in document, "run docs/make_verify_html.py"
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|unsafe", page)


def test_the_document_quotes_the_sentences_as_they_are(good, browser):
    document = (DOCS / "verify-html.md").read_text()
    for sentence in ("not yet confirmed; ask the sender to read you its words.", "DO NOT RELY ON THIS BUNDLE",
                     "COULD NOT BE CHECKED in full", "Verification did not run: "):
        assert sentence in document
        assert sentence in verify_html().decode()
    assert json.loads(browser.evaluate("() => JSON.stringify([MAX_LIST, WHOLE])")) == [256 << 20, 32 << 20]
