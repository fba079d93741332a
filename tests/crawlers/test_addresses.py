"""Which addresses may be asked."""

from ipaddress import ip_address

import pytest

from crawlers.addresses import is_allowed, is_public

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_not_anyone_may_have_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("allowed", "may"),
    [
        ([], False),
        (["127.0.0.1"], True),
        (["127.0.0.1:8081"], True),
        (["127.0.0.1:80"], False),
        (["localhost"], False),
        (["127.0.0"], False),
    ],
)
def test_a_private_address_may_be_asked_when_its_host_and_port_are_listed(allowed: list[str], may: bool) -> None:
    assert is_allowed("127.0.0.1", "127.0.0.1", 8081, allowed) is may


def test_a_public_name_that_leads_to_a_private_address_is_refused() -> None:
    assert not is_allowed("169.254.169.254", "innocent.example", 80, ["127.0.0.1"])


def test_an_address_with_a_zone_is_judged_too() -> None:
    assert not is_allowed("fe80::1%eth0", "router.example", 80, [])
