"""Prometheus' rules and Grafana's board ask for metrics that there are, with labels that they have."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.metrics.families import GAUGES
from monitor.models import SourceHealth
from tests.deploy.written import DEPLOY, ours
from tests.metrics.named import OF_LIBRARIES, OF_THE_DATABASE, SERIES

BOARD: dict[str, Any] = json.loads((DEPLOY / "grafana/emberwatch.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
RULES = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
PROMETHEUS = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text(encoding="utf-8"))
MANUAL = (Path(__file__).parents[2] / "docs/metrics.md").read_text(encoding="utf-8")
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule["expr"] for rule in RULES]
_NAME = re.compile(r"\b(?:emberwatch|process)_[a-z_]+")
UNITS = {"short", "none", "s", "cps", "bytes", "percentunit"}


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_asks_for_metrics_that_there_are(query: str):
    assert _NAME.findall(query) or query == 'up{job="emberwatch"} == 0'
    assert set(_NAME.findall(query)) <= SERIES | OF_LIBRARIES


def test_the_board_shows_all_that_is_told_of_the_database():
    shown = {name for query in QUERIES for name in _NAME.findall(query)}
    assert {gauge.name for gauge in GAUGES} - shown == set()


@pytest.mark.parametrize("query", QUERIES)
def test_queries_select_by_labels_that_there_are(query: str):
    for name, selected in re.findall(r"(emberwatch_[a-z_]+)\{([^}]*)\}", query):
        asked = set(re.findall(r"([a-z_]+)\s*(?:=~|!=|!~|=)", selected)) - {"job"}
        if name in OF_THE_DATABASE:
            assert asked <= set(OF_THE_DATABASE[name].labels)


def test_healths_in_rules_are_those_of_sources():
    named = {
        word for query in QUERIES for found in re.findall(r'health=~"([^"]+)"', query) for word in found.split("|")
    }
    assert named
    assert named <= {health.value for health in SourceHealth}


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_every_panel_has_a_unit_and_a_place_of_its_own(panel: dict[str, Any]):
    place = panel["gridPos"]
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert place["x"] + place["w"] <= 24
    others = [one["gridPos"] for one in BOARD["panels"] if one["id"] != panel["id"]]
    assert not [one for one in others if _overlap(place, one)]


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    apart = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not (beside or apart)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_rule_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]):
    assert {"summary", "description"} == set(rule["annotations"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["for"]
    assert f"`{rule['alert']}`" in MANUAL


def test_prometheus_asks_the_workers_at_their_port():
    found = PROMETHEUS["scrape_configs"][0]["dns_sd_configs"][0]
    assert found["port"] == 8503
    assert set(found["names"]) == {name for name, service in ours().items() if "worker" in service["command"]}


def test_compose_gives_both_what_they_read():
    mounted = {mount.split(":")[0] for service in _monitoring() for mount in service["volumes"]}
    assert {"./prometheus/alerts.yml", "./prometheus/prometheus.yml", "./grafana/emberwatch.json"} <= mounted


def _monitoring() -> list[dict[str, Any]]:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    return [service for service in services if service.get("profiles") == ["monitoring"]]
