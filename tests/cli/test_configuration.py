"""hipwright.toml, [tool.hipwright], and what is said when they are wrong."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.configuration import Configurations, read
from hipwright.settings import Settings, covers, from_mapping, problems, schema

_VALUES = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(),
    st.sampled_from(["keep", "macro", "other", "WARP", "API001"]),
    st.text(max_size=5),
    st.lists(
        st.one_of(st.sampled_from(["WARP", "API001", "x*", "lower"]), st.integers()), max_size=3
    ),
)
_KEYS = st.one_of(st.sampled_from(sorted(schema()["properties"])), st.text(max_size=8))


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_our_check_agrees_with_a_real_validator(values):
    valid = jsonschema.Draft202012Validator(schema()).is_valid(values)
    assert valid == (next(problems(values), None) is None)


def test_the_schema_is_a_schema_and_names_every_setting():
    jsonschema.Draft202012Validator.check_schema(schema())
    names = {name.replace("_", "-") for name in Settings._fields}
    assert names | {"exclude", "targets"} == set(schema()["properties"])


def test_the_defaults_of_the_schema_are_the_defaults():
    defaults = {key: rule["default"] for key, rule in schema()["properties"].items()}
    assert from_mapping(defaults) == Settings()


@pytest.mark.parametrize(
    ("arch", "lanes"),
    [
        ((), {32, 64}),
        (("gfx803",), {64}),
        (("gfx90a:xnack+", "gfx942"), {64}),
        (("gfx9-4-generic",), {64}),
        (("gfx1030", "gfx1100", "gfx1201", "gfx11-generic"), {32}),
        (("gfx942", "gfx1100"), {32, 64}),
    ],
)
def test_the_lanes_of_a_wavefront_follow_from_the_gpu(arch, lanes):
    settings = from_mapping({"arch": list(arch)})
    assert settings.arch == arch
    assert settings.wave_sizes == lanes


def test_codes_and_families():
    assert covers("WARP", "WARP001")
    assert covers("WARP001", "WARP001")
    assert not covers("WARP00", "WARP0011x")
    assert not covers("API", "APIX001")
    chosen = Settings(select=("WARP", "API"), ignore=("API002",))
    assert chosen.selects("WARP003")
    assert chosen.selects("API001")
    assert not chosen.selects("API002")
    assert not chosen.selects("LIB001")


def test_the_nearest_configuration_governs(tmp_path, hipwright):
    deep = tmp_path / "one" / "two"
    deep.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.hipwright]\nroc = true\n")
    (tmp_path / "one" / "pyproject.toml").write_text("[tool.other]\nname = 'hipwright'\n")
    (deep / "hipwright.toml").write_text('launch = "macro"\n')
    (deep / "pyproject.toml").write_text("[tool.hipwright]\nroc = true\n")
    configurations = Configurations()
    assert configurations.of_folder(tmp_path).settings == Settings(roc=True)
    assert configurations.of_folder(tmp_path / "one").settings == Settings(roc=True)
    assert configurations.of_folder(deep).settings == Settings(launch="macro")


def test_the_command_line_wins(hipwright, tmp_path, source):
    (tmp_path / "hipwright.toml").write_text('ignore = ["API"]\n')
    assert b"cudaMalloc" in hipwright("port", "add.cu").stdout
    assert b"hipMalloc" in hipwright("port", "add.cu", "--ignore", "HEADER").stdout


def test_another_configuration_file(hipwright, tmp_path, source):
    (tmp_path / "hipwright.toml").write_text('ignore = ["API"]\n')
    (tmp_path / "other.toml").write_text('ignore = ["HEADER"]\n')
    ported = hipwright("port", "add.cu", "--config", "other.toml").stdout
    assert b"hipMalloc" in ported
    assert b"<cuda_runtime.h>" in ported


def test_standard_input_is_governed_by_the_folder(hipwright, tmp_path, vector_add):
    (tmp_path / "hipwright.toml").write_text('ignore = ["API"]\n')
    assert b"cudaMalloc" in hipwright("port", "-", stdin=vector_add).stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "roc = true\nlanch = 'keep'\n",
            "hipwright.toml:2: lanch: there is no such setting; did you mean launch?",
        ),
        (
            "\n\nlaunch = 'both'\n",
            'hipwright.toml:3: launch: must be "keep" or "macro", not "both"',
        ),
        ("roc = 1\n", "hipwright.toml:1: roc: must be true or false, not 1"),
        ("select = 'WARP'\n", 'hipwright.toml:1: select: must be a list of strings, not "WARP"'),
        (
            "select = [\n  'WARP',\n  'warp4',\n]\n",
            'hipwright.toml:3: select: "warp4" is not a rule code or family',
        ),
        ("ignore = ['API', 3]\n", "hipwright.toml:1: ignore: must hold strings, not 3"),
        (
            "roc = true\nselect = ['WARP',\n  'WARP9999']\n",
            "hipwright.toml:3: select: there is no rule or family WARP9999",
        ),
        ("roc = true\nroc = \n", "hipwright.toml:2: not valid TOML: "),
        ("roc = true\nselect = [\n\n", "hipwright.toml:2: not valid TOML: invalid value"),
        ("x = 1\n[deep]\n", "hipwright.toml:1: x: there is no such setting"),
        ("[deep]\nx = 1\n", "hipwright.toml:1: deep: there is no such setting"),
    ],
)
def test_a_broken_file_names_the_line_and_the_key(
    hipwright, refused, tmp_path, source, text, message
):
    (tmp_path / "hipwright.toml").write_text(text)
    before = source.read_bytes()
    said = refused(hipwright("port", "-i", "add.cu"))
    assert message in said
    assert source.read_bytes() == before


def test_a_broken_pyproject(hipwright, refused, tmp_path, source):
    (tmp_path / "pyproject.toml").write_text(
        "[tool.other]\nroc = 'x'\n\n[tool.hipwright]\nselect = []\nroc = 'x'\n"
    )
    said = refused(hipwright("check", "add.cu"))
    assert said.endswith('pyproject.toml:6: roc: must be true or false, not "x"')


def test_a_pyproject_of_others_may_be_broken_toml(hipwright, tmp_path, source):
    for text in ("[tool.other\n", "name = 'hipwright'\n[tool.other\n"):
        (tmp_path / "pyproject.toml").write_text(text)
        assert hipwright("check", "add.cu").returncode == 1


@pytest.mark.parametrize(
    "text",
    [
        "[tool.hipwright]\nroc = true\n",
        "tool.hipwright.roc = true\n",
        "[tool]\nother = [1]\nhipwright = {roc = true}\n",
        "[tool]\nhipwright.roc = true\n",
        "tool = {other = {a = 1}, hipwright = {roc = true}}\n",
    ],
)
def test_our_table_counts_however_it_is_written(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    found = read(tmp_path / "pyproject.toml")
    assert found is not None
    assert found.settings.roc


def test_not_utf_8(hipwright, refused, tmp_path, source):
    (tmp_path / "hipwright.toml").write_bytes(b"roc = true\n# caf\xe9\n")
    assert refused(hipwright("check", "add.cu")).endswith("hipwright.toml:2: this is not UTF-8")


def test_the_schema_is_json():
    json.dumps(schema())
