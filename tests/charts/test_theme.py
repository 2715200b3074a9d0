"""The palette: equal to the server's theme, legible on its paper, and apart for every kind of eye."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from dashboard.charts import theme
from dashboard.schema.words import RACE_GROUPS

with np.errstate(all="ignore"):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
BOTH = {"light": theme.LIGHT, "dark": theme.DARK}
LEAST_CONTRAST = 3.0  # WCAG 2.2, 1.4.11 for graphical objects
LEAST_TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
LEAST_DISTANCE = 10.0  # CIEDE2000; a just noticeable difference is about 2
EYES = ("typical", "Deuteranomaly", "Protanomaly", "Tritanomaly")
TOKEN_OF = {
    "backgroundColor": "paper",
    "secondaryBackgroundColor": "card",
    "textColor": "ink",
    "primaryColor": "control",
    "linkColor": "primary",
    "blueTextColor": "primary",
    "borderColor": "line",
    "grayColor": "muted",
    "orangeColor": "notice",
    "redColor": "gap",
}


def linear(hexed):
    """Linear-light RGB of a colour."""
    return colour.models.eotf_sRGB(np.array([int(hexed[place : place + 2], 16) / 255 for place in (1, 3, 5)]))


def contrast(one, other):
    """The WCAG contrast ratio."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(hexed, eye):
    """The colour in CIELAB as this eye sees it (Machado et al. 2009, full severity)."""
    rgb = linear(hexed)
    if eye != "typical":
        rgb = np.clip(colour.blindness.matrix_cvd_Machado2009(eye, 1.0) @ rgb, 0, 1)
    return colour.XYZ_to_Lab(colour.RGB_to_XYZ(rgb, "sRGB"))


@pytest.mark.parametrize("name", BOTH)
def test_the_servers_theme_has_the_same_colours(name):
    for key, token in TOKEN_OF.items():
        assert CONFIG["theme"][name][key] == getattr(BOTH[name], token), key


@pytest.mark.parametrize("name", BOTH)
def test_group_colours_stand_out_from_the_paper(name):
    tokens = BOTH[name]
    assert {c: contrast(c, tokens.paper) >= LEAST_CONTRAST for c in (*tokens.groups, tokens.muted)} == dict.fromkeys(
        (*tokens.groups, tokens.muted), True
    )


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("token", ["ink", "muted", "primary", "notice", "gap"])
def test_text_is_legible_on_paper_and_card(name, token):
    tokens = BOTH[name]
    assert min(contrast(getattr(tokens, token), ground) for ground in (tokens.paper, tokens.card)) >= LEAST_TEXT_CONTRAST


@pytest.mark.parametrize("name", BOTH)
def test_captions_are_legible(name):
    """Streamlit writes captions in the text's colour at 60 percent over the ground."""
    tokens = BOTH[name]
    for ground in (tokens.paper, tokens.card):
        parts = [(int(tokens.ink[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
        seen_as = "#" + "".join(f"{round(0.6 * ink + 0.4 * below):02X}" for ink, below in parts)
        assert contrast(seen_as, ground) >= LEAST_TEXT_CONTRAST


@pytest.mark.parametrize("name", BOTH)
def test_buttons_are_legible_and_stand_out(name):
    """Streamlit writes white on what is filled with the theme's primaryColor: primary buttons, tags of chosen things, ticks."""
    tokens = BOTH[name]
    assert contrast("#FFFFFF", tokens.control) >= LEAST_TEXT_CONTRAST
    assert min(contrast(tokens.control, ground) for ground in (tokens.paper, tokens.card)) >= LEAST_CONTRAST


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", BOTH)
def test_group_colours_are_apart_for_every_eye(name, eye):
    pairs = itertools.combinations(BOTH[name].groups, 2)
    near = {(a, b): float(colour.delta_E(seen(a, eye), seen(b, eye), method="CIE 2000")) for a, b in pairs}
    assert min(near.values()) >= LEAST_DISTANCE, min(near, key=near.get)


@pytest.mark.parametrize("name", BOTH)
def test_no_group_is_red_and_none_is_green(name):
    """Hues near pure red (0 degrees) or pure green (120 degrees) at strong saturation carry a verdict; groups must not."""
    for hexed in BOTH[name].groups:
        red, green, blue = (int(hexed[place : place + 2], 16) / 255 for place in (1, 3, 5))
        assert not (green > 1.4 * red and green > 1.4 * blue), hexed
        assert not (red > 1.9 * green and red > 1.9 * blue), hexed


def test_colour_never_speaks_alone():
    markers = [theme.look_of(group).marker for group in RACE_GROUPS]
    assert len(set(markers)) == len(markers)


def test_a_group_looks_the_same_beside_any_others():
    for group in RACE_GROUPS:
        assert theme.look_of(group, others=("a", "b")) == theme.look_of(group)


def test_the_groups_that_most_agencies_record_have_colours_of_their_own():
    usual = ("white", "black", "hispanic", "asian", "native_american", "multiracial")
    assert len({theme.look_of(group).colour for group in usual}) == len(usual)
    assert theme.look_of("unknown").colour == theme.LIGHT.muted
