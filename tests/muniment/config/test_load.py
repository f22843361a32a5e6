"""Where each setting comes from."""

from pathlib import Path

import pytest

from muniment.config.errors import SettingsError
from muniment.config.load import OriginKind, load_settings
from muniment.config.settings import KINDS, NAMES, Settings


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def origin_of(loaded, name):
    return next(sourced.origin for sourced in loaded.sources if sourced.name == name)


def test_each_source_wins_over_those_below_it(tmp_path):
    sources = {
        "flags": {"timeout": 1},
        "environ": {"MUNIMENT_TIMEOUT": "2", "MUNIMENT_CONCURRENCY": "2"},
        "case_file": written(tmp_path, "case.toml", "[settings]\ntimeout = 3\nconcurrency = 3\n"
                                                    "principal = 'case'"),
        "user_file": written(tmp_path, "user.toml", "[settings]\ntimeout = 4\nconcurrency = 4\nprincipal = 'user'\n"
                                                    "key = 'user-key'"),
    }
    loaded = load_settings(**sources)
    assert (loaded.settings.timeout, loaded.settings.concurrency) == (1.0, 2)
    assert (loaded.settings.principal, loaded.settings.key) == ("case", "user-key")
    assert loaded.settings.max_bytes == Settings().max_bytes
    assert [origin_of(loaded, name).kind for name in ("timeout", "concurrency", "principal", "key", "max_bytes")] == [
        OriginKind.FLAG, OriginKind.ENVIRONMENT, OriginKind.CASE, OriginKind.USER, OriginKind.DEFAULT]
    assert origin_of(loaded, "timeout").place == "--timeout"
    assert origin_of(loaded, "concurrency").place == "MUNIMENT_CONCURRENCY"
    assert origin_of(loaded, "principal").place == str(tmp_path / "case.toml")


def test_every_field_has_a_kind_and_a_meaning():
    assert set(KINDS) == set(NAMES)
    assert all(kind.meaning for kind in KINDS.values())


@pytest.mark.parametrize(("name", "text", "value"), [
    ("max_bytes", "1048576", 1048576),
    ("max_bytes", "500 MB", 500_000_000),
    ("max_bytes", "2GiB", 2 * 1024**3),
    ("per_host_delay", "0.5", 0.5),
    ("allow_private", "yes", True),
    ("allow_private", "0", False),
    ("proxy", "socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
    ("ca_file", "/etc/roots.pem", Path("/etc/roots.pem")),
    ("allow", "127.0.0.1:8080, 10.0.0.0/8 [::1]:443", ("127.0.0.1:8080", "10.0.0.0/8", "[::1]:443")),
    ("tsa", "https://tsa.example/a http://tsa.example/b", ("https://tsa.example/a", "http://tsa.example/b")),
])
def test_text_of_the_environment_is_read_by_the_kind_of_the_setting(name, text, value):
    loaded = load_settings(flags={}, environ={f"MUNIMENT_{name.upper()}": text})
    assert getattr(loaded.settings, name) == value


@pytest.mark.parametrize(("name", "toml"), [
    ("timeout", "timeout = 'soon'"),
    ("timeout", "timeout = true"),
    ("timeout", "timeout = nan"),
    ("timeout", "timeout = 0"),
    ("concurrency", "concurrency = 1.5"),
    ("concurrency", "concurrency = 0"),
    ("max_bytes", "max_bytes = '12 parsecs'"),
    ("max_bytes", "max_bytes = -1"),
    ("principal", "principal = 7"),
    ("allow_private", "allow_private = 'perhaps'"),
    ("proxy", "proxy = 'socks5://127.0.0.1:9050'"),
    ("allow", "allow = ['not an address']"),
    ("allow", "allow = ['127.0.0.1:99999']"),
    ("tsa", "tsa = ['ftp://tsa.example']"),
    ("tsa", "tsa = 3"),
])
def test_a_value_of_the_wrong_kind_is_an_error_that_names_setting_and_file(tmp_path, name, toml):
    path = written(tmp_path, "muniment.toml", f"[settings]\n{toml}")
    with pytest.raises(SettingsError) as caught:
        load_settings(flags={}, environ={}, case_file=path)
    assert str(caught.value).startswith(f"{name} must be")
    assert str(path) in str(caught.value)
    assert name in caught.value.hint


def test_an_unknown_key_is_a_warning_that_names_file_and_key(tmp_path):
    path = written(tmp_path, "muniment.toml", "[case]\nid = 1\n[section]\na = 1\n[settings]\ntime_out = 3\n")
    loaded = load_settings(flags={}, environ={}, case_file=path)
    assert loaded.warnings == (f"{path}: time_out is no setting; did you mean timeout?",
                               f"{path}: section is not known here; settings stand under [settings]")
    assert loaded.settings == Settings()


@pytest.mark.parametrize("content", [b"timeout = ", b"\xff\xfe", b"a" * (1024 * 1024 + 1)],
                         ids=["toml", "utf-8", "size"])
def test_a_file_that_is_no_settings_file_is_an_error(tmp_path, content):
    path = tmp_path / "muniment.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=str(path)):
        load_settings(flags={}, environ={}, user_file=path)


@pytest.mark.parametrize("text", ["timeout = 3", "[case]\nid = 1\ntimeout = 3"], ids=["top", "case table"])
def test_a_setting_outside_its_table_is_not_read_and_a_warning_says_so(tmp_path, text):
    path = written(tmp_path, "muniment.toml", text)
    loaded = load_settings(flags={}, environ={}, case_file=path)
    assert loaded.settings == Settings()
    assert loaded.warnings == (f"{path}: timeout does not stand under [settings] and is not read",)


def test_settings_that_are_no_table_are_an_error(tmp_path):
    with pytest.raises(SettingsError, match="settings is not a table"):
        load_settings(flags={}, environ={}, case_file=written(tmp_path, "muniment.toml", "settings = 3"))


def test_a_missing_file_says_nothing(tmp_path):
    assert load_settings(flags={}, environ={}, user_file=tmp_path / "none.toml").settings == Settings()


def test_an_empty_variable_is_not_set():
    assert load_settings(flags={}, environ={"MUNIMENT_TIMEOUT": ""}).settings == Settings()
