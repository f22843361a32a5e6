import pytest
from five_items import five_items


@pytest.fixture
def hand(tmp_path):
    made = five_items(tmp_path)
    yield made
    made.case.close()
