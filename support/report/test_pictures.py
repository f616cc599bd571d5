"""Charts become pictures that any browser draws, with nothing from outside left as it came."""

import json
from dataclasses import asdict
from xml.etree import ElementTree

from support.facts.chart import Chart, Lane, Shade, Stretch
from support.report import pictures

CHART = Chart(
    "An outage <of storage>",
    4.0,
    (
        Lane("Netra's storage", (Stretch(1.0, 3.0, Shade.FAULT, "stopped & gone"),)),
        Lane("Ana", (Stretch(0.0, 1.0, Shade.GOOD), Stretch(1.0, 3.5, Shade.BAD))),
    ),
    ((1.2, "noticed"), (3.5, "everybody works again")),
)


def test_a_picture_is_whole_and_says_everything_once() -> None:
    root = ElementTree.fromstring(pictures.svg(CHART))
    space = "{http://www.w3.org/2000/svg}"
    bars = [one for one in root.iter(f"{space}rect") if one.find(f"{space}title") is not None]
    assert len(bars) == 3
    words = [one.text for one in root.iter(f"{space}text")]
    assert words.count("An outage <of storage>") == 1
    assert "1.20 s  noticed" in words
    assert float(bars[0].attrib["width"]) > float(bars[1].attrib["width"])


def test_a_chart_survives_its_way_through_a_report() -> None:
    assert Chart.from_json(json.loads(json.dumps(asdict(CHART)))) == CHART
