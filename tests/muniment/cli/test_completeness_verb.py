"""`muniment completeness`."""


def test_it_says_of_each_item_what_is_recorded_and_what_is_missing(muniment, rich_case):
    ran = muniment("--case", rich_case.root, "completeness", "item-0001")
    assert ran.code == 0, ran.err
    assert "✗ 155(c)  full-page capture: missing: no screenshot" in ran.out
    assert "1 item: of 9 points" in ran.out
    document = muniment("--case", rich_case.root, "--json", "completeness").document
    assert len(document["items"]) == 5
    assert {point["state"] for item in document["items"] for point in item["points"]} == {
        "recorded", "partly", "missing", "not_applicable"}
    assert muniment("--case", rich_case.root, "completeness", "ITEM-0099").code == 1
