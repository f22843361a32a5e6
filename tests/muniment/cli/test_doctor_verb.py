"""`muniment doctor`."""


def test_what_is_missing_is_no_failure_and_its_cost_is_said(muniment, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    document = muniment("doctor", "--json").document
    assert document["schema"] == "muniment/doctor/1"
    assert {entry["present"] for entry in document["components"]} == {False}
    ran = muniment("doctor")
    assert ran.code == 0
    assert "✗  chromium" in ran.out
    assert "apt install chromium" in ran.err
