"""What every poster keeps: it posts once, times out, says if trying again helps, and never shows its secret."""

import importlib
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from monitor.errors import DeliveryError
from monitor.posting import POSTERS, Outgoing, PosterOptions, look, post, probe, serves
from tests.alerting.receivers import dripping_server, free_port, silent_server
from tests.posting.blog import PASSWORD, USER, blog


@dataclass
class Stage:
    """A poster, how many answers its place has, and the same poster when things go wrong."""

    works: PosterOptions
    outgoing: Callable[[PosterOptions], Outgoing]
    arrived: Callable[[], int]
    hangs: PosterOptions
    drips: PosterOptions
    is_away: PosterOptions
    refuses: Callable[[], PosterOptions]  # for good
    is_busy: Callable[[], PosterOptions]  # for now
    dies: Callable[[], PosterOptions]  # between taking the answer and saying so
    works_again: Callable[[], None]


@contextmanager
def wordpress_stage(patch: pytest.MonkeyPatch) -> Iterator[Stage]:
    patch.setenv("WORDPRESS_PASSWORD", PASSWORD)
    patch.setenv("WRONG_PASSWORD", f"{PASSWORD} of another")

    def options(url: str, password: str = "WORDPRESS_PASSWORD") -> PosterOptions:
        module = importlib.import_module(POSTERS["wordpress"])
        given = {"type": "wordpress", "id": "blog", "sources": ["blog"], "url": url, "user": USER, "timeout": "1s"}
        made: PosterOptions = module.Options.model_validate(given | {"password": {"env": password}})
        return made

    def to(poster: PosterOptions) -> Outgoing:
        return Outgoing(poster.address.removeprefix("http://"), "comment-12", "Dear Ana, we are sorry & we mend it.")

    with blog() as site, silent_server() as silent, dripping_server() as dripping:

        def mood(**values: object) -> PosterOptions:
            for name, value in values.items():
                setattr(site, name, value)
            return options(site.url)

        yield Stage(
            works=options(site.url),
            outgoing=to,
            arrived=lambda: len(site.ours),
            hangs=options(f"http://127.0.0.1:{silent}"),
            drips=options(f"http://127.0.0.1:{dripping}"),
            is_away=options(f"http://127.0.0.1:{free_port()}"),
            refuses=lambda: options(site.url, "WRONG_PASSWORD"),
            is_busy=lambda: mood(status=503, answer="unavailable"),
            dies=lambda: mood(dies_after_posting=True),
            works_again=lambda: mood(status=0, dies_after_posting=False) and None,
        )


STAGES = {"wordpress": wordpress_stage}


@pytest.fixture(params=sorted(STAGES))
def stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with STAGES[request.param](monkeypatch) as stage:
        yield stage


def failure(stage: Stage, poster: PosterOptions) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        post(poster, stage.outgoing(poster), private=True)
    return caught.value


def test_every_poster_has_a_stage() -> None:
    assert set(STAGES) == set(POSTERS)


@pytest.mark.parametrize("kind", sorted(POSTERS))
def test_its_file_its_type_and_its_key_are_one_name(kind: str) -> None:
    module = importlib.import_module(POSTERS[kind])
    assert module.__name__.rpartition(".")[2] == kind
    assert module.Options.model_fields["type"].annotation.__args__ == (kind,)
    assert issubclass(module.Options, PosterOptions)
    assert serves(kind)


def test_an_answer_is_posted_once_and_says_where_it_stands(stage: Stage) -> None:
    posted = post(stage.works, stage.outgoing(stage.works), private=True)
    assert stage.arrived() == 1
    assert posted.external_id
    assert posted.url.startswith("http")
    assert posted.at.tzinfo is not None


def test_what_stands_there_already_is_not_posted_again(stage: Stage) -> None:
    first = post(stage.works, stage.outgoing(stage.works), private=True)
    assert post(stage.works, stage.outgoing(stage.works), private=True) == first
    assert stage.arrived() == 1


def test_an_answer_that_arrived_without_our_knowing_is_found(stage: Stage) -> None:
    assert not failure(stage, stage.dies()).permanent
    stage.works_again()
    found = look(stage.works, stage.outgoing(stage.works), private=True)
    assert found == post(stage.works, stage.outgoing(stage.works), private=True)
    assert stage.arrived() == 1


def test_looking_posts_nothing(stage: Stage) -> None:
    assert look(stage.works, stage.outgoing(stage.works), private=True) is None
    assert stage.arrived() == 0


@pytest.mark.parametrize("mood", ["hangs", "drips"])
def test_a_place_that_does_not_come_to_an_end_is_left_in_time(stage: Stage, mood: str) -> None:
    started = time.monotonic()
    assert not failure(stage, getattr(stage, mood)).permanent
    assert time.monotonic() - started < 8


def test_a_place_that_is_away_may_come_back(stage: Stage) -> None:
    assert not failure(stage, stage.is_away).permanent


def test_a_busy_place_is_tried_again(stage: Stage) -> None:
    assert not failure(stage, stage.is_busy()).permanent
    assert stage.arrived() == 0


def test_a_refusal_for_good_is_permanent(stage: Stage) -> None:
    assert failure(stage, stage.refuses()).permanent
    assert stage.arrived() == 0


def test_a_private_address_is_not_asked_unless_the_config_allows_it(stage: Stage) -> None:
    with pytest.raises(DeliveryError, match="private address") as caught:
        post(stage.works, stage.outgoing(stage.works), private=False)
    assert caught.value.permanent
    assert stage.arrived() == 0


def test_no_secret_is_shown_by_options_or_errors(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    refused = stage.refuses()
    shown = [f"{one} {one!r} {one.model_dump_json()}" for one in (stage.works, refused)]
    shown += ["".join(traceback.format_exception(failure(stage, one))) for one in (stage.hangs, stage.is_away, refused)]
    shown += [record.getMessage() for record in caplog.records]
    assert "very-secret-token" not in " ".join(shown)
    assert "Y2FyZTp2ZXJ5LXNlY3JldC10b2tlb" not in " ".join(shown)  # user and password as the header has them


def test_a_probe_finds_a_working_key_and_posts_nothing(stage: Stage) -> None:
    assert probe(stage.works, private=True)
    assert stage.arrived() == 0


def test_a_probe_says_that_the_key_is_refused(stage: Stage) -> None:
    with pytest.raises(DeliveryError) as caught:
        probe(stage.refuses(), private=True)
    assert caught.value.permanent


def test_a_probe_says_that_a_place_is_away(stage: Stage) -> None:
    with pytest.raises(DeliveryError) as caught:
        probe(stage.is_away, private=True)
    assert not caught.value.permanent
