"""`muniment config`."""


def setting(document, name):
    return next(entry for entry in document["settings"] if entry["name"] == name)


def test_each_value_is_shown_with_its_origin(muniment, home, monkeypatch):
    user = home / ".config" / "muniment" / "config.toml"
    user.parent.mkdir(parents=True)
    user.write_text('[settings]\nprincipal = "omar@example.org"\ntsa = ["https://tsa.example/"]\n')
    monkeypatch.setenv("MUNIMENT_TIMEOUT", "12")
    document = muniment("config", "--json").document
    assert document["schema"] == "muniment/config/1"
    assert setting(document, "timeout") == {"name": "timeout", "value": "12.0", "origin": "environment",
                                            "place": "MUNIMENT_TIMEOUT"}
    assert setting(document, "principal")["place"] == str(user)
    assert setting(document, "tsa")["value"] == ["https://tsa.example/"]
    assert setting(document, "proxy")["origin"] == "default"
    line = next(line for line in muniment("config").out.splitlines() if line.startswith("timeout"))
    assert line.split() == ["timeout", "12.0", "environment", "(MUNIMENT_TIMEOUT)"]


def test_a_wrong_value_is_wrong_usage(muniment, monkeypatch):
    monkeypatch.setenv("MUNIMENT_TIMEOUT", "soon")
    ran = muniment("config")
    assert ran.code == 2
    assert "timeout must be a number of seconds" in ran.err


def test_an_unknown_key_in_the_case_is_a_warning(muniment, tmp_path):
    (tmp_path / "muniment.toml").write_text("[settings]\ncolour = 'blue'\n")
    ran = muniment("--case", tmp_path, "config")
    assert ran.code == 0
    assert f"{tmp_path / 'muniment.toml'}: colour is no setting" in ran.err
